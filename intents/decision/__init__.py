"""What to do with a message, given how likely it means what, what mistakes cost, and which answers serve whom."""
