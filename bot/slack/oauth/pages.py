"""The few web pages that someone sees who installs the app: one sentence, and a way on."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from slack_bolt.response import BoltResponse

from content.schema.catalogue import Catalogue, Edition

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #1a1d21; color: #e8e8e8; }} a {{ color: #8ab4f8; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
{way_on}
</main>
</body>
</html>
"""

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def page(edition: Edition, text: str, *, again: str | None = None) -> str:
    """Return a page that says ``text``; ``again`` is the address where the installation starts anew."""
    phrases = edition.phrases
    way_on = f'<p><a href="{escape(again)}">{escape(phrases.install_again)}</a></p>' if again else ""
    return _PAGE.format(
        lang=edition.language.code, title=escape(phrases.install_title), text=escape(text), way_on=way_on
    )


def response(status: int, html: str, *, cookie: str | None = None) -> BoltResponse:
    """Return ``html`` as a response that nothing caches or frames; ``cookie`` is set with it."""
    headers: dict[str, str | Sequence[str]] = {**HEADERS}
    if cookie:
        headers["set-cookie"] = [cookie]
    return BoltResponse(status=status, body=html, headers=headers)


def edition_for(catalogue: Catalogue, accept_language: str | None) -> Edition:
    """Return the edition in the first language of an ``Accept-Language`` header that there is one in."""
    for choice in (accept_language or "").split(",")[:20]:
        code = choice.split(";")[0].strip().split("-")[0].lower()
        if code in catalogue.editions:
            return catalogue.editions[code]
    return catalogue.edition(None)
