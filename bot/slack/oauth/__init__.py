"""Slack's installation in many workspaces: the flow, its pages and the stored tokens."""
