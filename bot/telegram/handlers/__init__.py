"""What Telegram's updates lead to."""
