"""How answers reach Slack: calls, retries, the ladder of ways, response URLs."""
