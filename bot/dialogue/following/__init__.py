"""What a message means after what was said before: a choice of those on offer, a follow-up, a wish for a language."""
