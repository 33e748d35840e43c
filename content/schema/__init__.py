"""The types of everything under ``content/``."""
