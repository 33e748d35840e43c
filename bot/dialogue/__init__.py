"""What is said: conversation, commands, follow-ups, memory and replies, without any platform."""
