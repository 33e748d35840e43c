"""How the bot talks: the conversation, the Slack and Telegram adapters, the terminal and the servers."""
