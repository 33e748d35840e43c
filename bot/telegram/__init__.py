"""The bot on Telegram: updates in, HTML messages and inline keyboards out."""
