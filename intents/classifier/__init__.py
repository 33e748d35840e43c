"""The trained classifier: features, model and its file."""
