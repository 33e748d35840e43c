"""What makes docs/pictures/."""
