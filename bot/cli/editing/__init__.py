"""Commands for editors who write: check what stands there, begin something new."""
