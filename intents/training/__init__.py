"""Training and measuring the classifier."""
