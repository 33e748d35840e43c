"""Shapes of this bot's own secrets that detect-secrets does not know yet; named in ``.secrets.baseline``."""

from __future__ import annotations

import re

from detect_secrets.plugins.base import RegexBasedDetector


class SlackAppTokenDetector(RegexBasedDetector):
    """App-level tokens, as Socket Mode takes them (https://docs.slack.dev/authentication/tokens)."""

    secret_type = "Slack App-Level Token"
    denylist = (re.compile(r"xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{16,}", re.IGNORECASE),)


class UrlPasswordDetector(RegexBasedDetector):
    """Passwords in addresses without a user, as Redis has them."""

    secret_type = "Password in an address"
    denylist = (re.compile(r"rediss?://:([^@\s\"'{}]+)@"),)
