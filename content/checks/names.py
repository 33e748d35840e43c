"""Names: ids, web addresses, and what people may type, which must lead to one topic, one glossary term and one law.

An address must lead where it should: to the host of its twin, to one that somebody else knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from content.checks.texts import MOST_TEXTS
from content.schema.catalogue import Catalogue, Edition, LawCard, Term
from content.schema.errors import At, Key, Place, Problem
from content.schema.statements import Ids

_APOSTROPHES = re.compile(r"['’`]")
_WORD = re.compile(r"\w+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https://[\w.-]+\.\w+(:\d+)?([/?#]\S*)?")
_TRACKING = re.compile(
    r"[?&#;](?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igsh\w*|si|jsessionid|javax\.faces\.\w+|:~:text)="
)
"""What mails, networks and servers add to an address, so that it tells who follows it or where they came from."""
_DETOUR = re.compile(
    r"https://(?:(?:www\.)?google\.[a-z.]+/url|(?:lm?|www)\.facebook\.com/l|[\w.]+\.safelinks\.|"
    r"(?:bit\.ly|t\.co|goo\.gl|tinyurl\.com|lnkd\.in|web\.archive\.org|archive\.(?:is|ph|today))/|"
    r"[\w-]+\.translate\.goog/|"
    r"(?:www\.)?(?:google\.[a-z.]+|bing\.com)/search|(?:www\.)?duckduckgo\.com/\?)"
)
"""What search engines, mails, networks, archives and translators put before the address itself, and searches for it."""
_HEARSAY = re.compile(
    r"https://(?:[\w-]+\.)*(?:wikipedia\.org|facebook\.com|twitter\.com|x\.com|instagram\.com|tiktok\.com|reddit\.com)/"
)
"""Where anybody may write what others have said: it rests on something else, or on nothing."""
_SENTENCE_END = re.compile(r"(?<!\d)\.$|[,;>»”]$|^[^(]*\)$")
"""Behind a digit a full stop may belong to it: California numbers its sections so."""


@lru_cache(MOST_TEXTS)
def plain_name(text: str) -> str:
    """Return ``text`` as a lookup compares it: its words in small letters, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    return " ".join(_WORD.findall("".join(char for char in letters if not unicodedata.combining(char)).casefold()))


def check_law_names(laws: Mapping[str, LawCard], at: At) -> Iterator[Problem]:
    """Yield a problem for each number and name that leads to two laws; languages do not part them: people mix them."""
    owners: dict[str, str] = {}
    for law in laws.values():
        named: list[tuple[Place, str]] = [(("number",), law.number)] if law.number else []
        named += [(("name", code), name) for code, name in law.name.items()]
        named += [(("names", code, index), name) for code, own in law.names.items() for index, name in enumerate(own)]
        for place, name in named:
            owner = owners.setdefault(plain_name(name), law.id)
            if owner != law.id:
                yield at(("law", law.id), place, f"`{name}` is also a name of the law `{owner}`: remove one")
            elif place[0] == "names" and name in law.names[str(place[1])][: int(place[2])]:
                yield at(("law", law.id), place, f"`{name}` stands twice: remove one")


def check_terms(code: str, edition: Edition, laws: Mapping[str, LawCard], at: At) -> Iterator[Problem]:
    """Yield a problem for each term whose name another has too, or a law, whose card would answer in its place."""
    lawful: dict[str, str] = {}
    for law in laws.values():
        for name in law.names_in(code):
            lawful.setdefault(plain_name(name), law.id)
    owners: dict[str, str] = {}
    for term in edition.glossary.values():
        for place, name in _named(term):
            plain = plain_name(name)
            owner, law_id = owners.setdefault(plain, term.id), lawful.get(plain)
            if owner != term.id or law_id:
                what = f"term `{owner}`" if owner != term.id else f"law `{law_id}`"
                yield at((code, "term", term.id), place, f"`{name}` is also a name of the {what}: remove one")
                break


def check_topics(code: str, edition: Edition, at: At) -> Iterator[Problem]:
    """Yield a problem for each slug, title and alias in one language that leads to two topics."""
    owners = {plain_name(slug): slug for slug in edition.entries}
    for slug, entry in edition.entries.items():
        for field in ("title", "short_title"):
            label = getattr(entry, field)
            owner = owners.setdefault(plain_name(label), slug)
            if owner != slug:
                yield at((code, "entry", slug), (field,), f"`{label}` is also a name of `{owner}`: change one")
    for slug, entry in edition.entries.items():
        seen: set[str] = set()
        for index, alias in enumerate(entry.aliases):
            key, place, name = (code, "entry", slug), ("aliases", index), plain_name(alias)
            owner = owners.setdefault(name, slug)
            if owner != slug:
                yield at(key, place, f"the alias `{alias}` belongs to `{owner}` too: remove one")
            elif name in seen:
                yield at(key, place, f"the alias `{alias}` stands twice: remove one")
            elif name.isdigit():
                yield at(key, place, f"the alias `{alias}` would be read as a topic's number: add a word to it")
            elif alias != alias.casefold():
                yield at(key, place, f"the alias `{alias}` has capitals: write it in small letters")
            seen.add(name)


def _named(term: Term) -> Iterator[tuple[Place, str]]:
    yield ("id",), term.id
    yield ("term",), term.term
    for index, name in enumerate(term.names):
        yield ("names", index), name


def check_id(name: str) -> str:
    """Return what is wrong where ``name`` is no id; "" where it is one."""
    return "" if _SLUG.fullmatch(name) else f"`{name}` may hold only a-z, 0-9 and single hyphens"


def check_url(url: str) -> str:
    """Return what is wrong where ``url`` is no web address, or one that tells on those who follow it; "" if nothing."""
    if not url.startswith("https://"):
        return f"`{url}` must start with https://"
    if not _ADDRESS.fullmatch(url) or ("//" in url.removeprefix("https://") and not _DETOUR.match(url)):
        return f"`{url}` is no web address: copy it whole from the browser"
    if found := _TRACKING.search(url):
        return f"`{found[0][1:]}` tells who sent the reader: cut the address before it"
    if _DETOUR.match(url):
        return f"`{url}` leads elsewhere by way of others: open it, and copy the address of the page itself"
    if _HEARSAY.match(url):
        return f"`{url}` is no document: give the address of what it rests on"
    return f"`{url}` has a sentence's mark at its end: remove it" if _SENTENCE_END.search(url) else ""


def doubtful_aliases(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each alias of an entry that names something beside the entries which leads to others."""
    for code, edition in catalogue.editions.items():
        owners: dict[str, tuple[str, Ids]] = {}
        for signpost in edition.signposts.values():
            for name in (signpost.id, signpost.title, signpost.short_title):
                owners[plain_name(name)] = f"the signpost `{signpost.id}`", signpost.nearest
        for term in edition.glossary.values():
            owners |= {plain_name(name): (f"the term `{term.id}`", term.entries) for _, name in _named(term)}
        for law in catalogue.laws.values():
            owners |= {plain_name(name): (f"the law `{law.id}`", law.entries) for name in law.names_in(code)}
        for slug, entry in edition.entries.items():
            for index, alias in enumerate(entry.aliases):
                owner, entries = owners.get(plain_name(alias), ("", (slug,)))
                if slug not in entries:
                    told = f"the alias `{alias}` is a name of {owner}, which does not lead here: remove it"
                    yield at((code, "entry", slug), ("aliases", index), told)


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
            host = _host(card.guide.url)
            told = f"no place in `{default}` is on `{host}`, and `source` does not name it: correct one"
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
