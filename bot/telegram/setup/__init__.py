"""What is set up on Telegram's side: webhook, menus and texts, and what the doctor looks at."""
