"""Replies as Slack's blocks."""
