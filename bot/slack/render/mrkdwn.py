"""Slack's text format, both ways: escaping what the bot writes, cleaning what people wrote.

https://docs.slack.dev/messaging/formatting-message-text: only ``&``, ``<`` and ``>`` have escapes. The marks for
bold, italics, strike and code have none, so in content they are replaced by letters that look the same.
"""

from __future__ import annotations

import re

_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})
_EMOJI_COLON = re.compile(r":(?=[\w+'-]+:)")
_QUOTE_MARK = re.compile(r"^(\s*)>", re.MULTILINE)
_BARE_LINK = re.compile(
    r"(?<![\w@./:-])((?:[a-z0-9-]{1,63}\.){1,4}(?:gov|org|com|net|edu)(?:/[\w/-]{0,200})?)(?![\w@-])"
)
_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<(https?://[^<>|]*)\|([^<>]*)>")
_SPACES = re.compile(r"[^\S\n]+")

_URL_ESCAPES = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20", "\n": "", "\r": ""})


def escape(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is, whatever marks it holds."""
    text = _QUOTE_MARK.sub(r"\1›", text)
    text = _EMOJI_COLON.sub("꞉", text.translate(_LOOK_ALIKES))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(text: str) -> str:
    """Return ``text``, escaped, in bold. Bold does not reach over a line's end, so there are none in it."""
    words = " ".join(escape(text).split())
    return f"*{words}*" if words else ""


def link(url: str, label: str) -> str:
    """Return a link named ``label``."""
    words = " ".join(escape(label).replace("|", "∣").split())
    return f"<{url.translate(_URL_ESCAPES)}|{words or '…'}>"


def prose(text: str) -> str:
    """Return the bot's own sentence, escaped, with the web addresses in it made into links."""
    return _BARE_LINK.sub(lambda found: f"<https://{found[1]}|{found[1]}>", escape(text))


def with_addresses(text: str) -> str:
    """Return mrkdwn with each link's address beside its label, for whoever reads it as plain text."""
    return _LINK.sub(lambda link: link[1] if link[1].endswith(link[2]) else f"{link[2]}: {link[1]}", text)


def clean(text: str) -> str:
    """Return what a person typed, without Slack's own notation.

    People, channels, groups and dates (``<@U1>``, ``<#C1|general>``, ``<!here>``) go, a link leaves its label, or
    its address where it has none, and ``&amp;`` becomes ``&``.
    """
    text = _TOKEN.sub(_said, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _SPACES.sub(" ", text).strip()


def _said(token: re.Match[str]) -> str:
    target, label = token[1], token[2]
    if target.startswith(("@", "#", "!")):
        return " "
    return f" {label or target} "
