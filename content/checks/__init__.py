"""Checks across the whole content: references, twins, names, dates, samples, reading grades."""
