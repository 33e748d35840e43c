"""What is called by its name: topics, laws and terms."""
