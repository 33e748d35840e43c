"""What both platforms share when they send: the order of a chat, and whether something can have arrived."""
