"""Slack: payloads become messages, replies become blocks, and everything that can go wrong in between."""
