"""What is remembered, for how long, and where: in memory or in Redis."""
