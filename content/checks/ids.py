"""Ids and web addresses: what may stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.schema.errors import At, Key, Place, Problem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https://[\w.-]+\.\w+(:\d+)?([/?#]\S*)?")
_TRACKING = re.compile(r"[?&#](?:utm_\w+|fbclid|gclid|mc_eid)=")
"""What mails and social networks add to an address, so that it tells who follows it."""


def check_id(name: str, key: Key, place: Place, at: At) -> Iterator[Problem]:
    """Yield a problem where ``name`` is no id."""
    if not _SLUG.fullmatch(name):
        yield at(key, place, f"`{name}` may hold only a-z, 0-9 and single hyphens")


def check_url(url: str, key: Key, place: Place, at: At) -> Iterator[Problem]:
    """Yield a problem where ``url`` is no web address, or one that tells on those who follow it."""
    if not url.startswith("https://"):
        yield at(key, place, f"`{url}` must start with https://")
    elif not _ADDRESS.fullmatch(url):
        yield at(key, place, f"`{url}` is no web address: copy it whole from the browser")
    elif found := _TRACKING.search(url):
        yield at(key, place, f"`{found[0][1:]}` tells who sent the reader: cut the address before it")
