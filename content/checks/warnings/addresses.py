"""Addresses that lead elsewhere than they should: to another host than the twin's, to a host that nobody else knows."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from content.checks.names import plain_name
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import At, Key, Place, Problem


def doubtful_addresses(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each address that is not where its twin's is, and each on a card that nobody confirms."""
    default, *others = catalogue.languages
    named = _languages(catalogue)
    # No law stands in two languages: there the twin's address is the same.
    laws = {_host(source.url) for source in catalogue.sources.values() if source.kind in ("statute", "bill")}
    first = {(kind, name): url for kind, name, _, url in _addresses(catalogue.editions[default])}
    for code in others:
        for kind, name, place, url in _addresses(catalogue.editions[code]):
            twin = first.get((kind, name), url)
            if _site(url, named) != _site(twin, named):
                told = f"`{_host(url)}` is another site than in `{default}` (`{_host(twin)}`): correct one of them"
            elif url != twin and _host(url) in laws:
                told = f"another section or bill than in `{default}` ({twin}): make them equal"
            else:
                continue
            yield at((code, kind, name), place, told)
    known = {_site(url, named) for _, _, _, url in _addresses(catalogue.editions[default])}
    for code, card in catalogue.language_cards.items():
        key: Key = ("card", code)
        if _site(card.legal_help.url, named) not in known:
            told = f"no place in `{default}` is on `{_host(card.legal_help.url)}`: correct it, or add that place there"
            yield at(key, ("legal_help", "url"), told)
        guide = _site(card.guide.url, named)
        if guide not in known and guide not in card.guide.source:
            told = (
                f"no place in `{default}` is on `{_host(card.guide.url)}`, and `source` does not name it: correct one"
            )
            yield at(key, ("guide", "url"), told)


def _addresses(edition: Edition) -> Iterator[tuple[str, str, Place, str]]:
    for name, resource in edition.resources.items():
        if resource.url is not None:
            yield "resource", name, ("url",), resource.url
    for name, signpost in edition.signposts.items():
        yield "signpost", name, ("link", "url"), signpost.link.url


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _site(url: str, named: frozenset[str]) -> str:
    """Return the host of ``url`` without what only tells a language edition: es.example.org is example.org."""
    first, _, rest = _host(url).partition(".")
    return rest if "." in rest and first in named else _host(url)


def _languages(catalogue: Catalogue) -> frozenset[str]:
    """Return what hosts begin with that differ by language alone: "www", and the languages' codes and names."""
    names = {
        plain_name(name)
        for edition in catalogue.editions.values()
        for own in edition.language.names.values()
        for name in own
    }
    return frozenset(("www", *catalogue.languages, *names))
