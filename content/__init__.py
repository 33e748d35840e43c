"""What the bot says: entries, signposts, phrases and sources, with the loader that checks them."""
