"""The web server: what it refuses, what it answers itself, and who is connected."""
