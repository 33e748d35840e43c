"""Every text that readers see: where it stands, in which language, and what its twins in the others say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from msgspec import Struct

from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import Key, Place

P = ParamSpec("P")
T = TypeVar("T")

MOST_TEXTS = 1 << 15
"""What is found in a text is kept for so many: where there are more texts than places, none of them is found again."""
MOST_PARTS = 1 << 12
"""The same of parts of the content, for each rule: so many as a few editions of the whole have."""
LAW_FIELDS = ("does", "binds", "status", "after")
"""The sentences of a law's card."""
_NAMES = {"id", "slug", "group", "sources", "rests_on", "related", "nearest", "entries", "resources", "choices", "next"}
"""Fields that name parts of the content."""
_NOT_SHOWN = _NAMES | {"url", "phone", "source", "said_by", "offer", "aliases", "names", "level", "number", "searched"}
"""Fields that hold no words of the bot."""


class Text(NamedTuple):
    """A text in the language ``lang``, where it stands, and what it has in common with its twins in the others."""

    lang: str
    key: Key
    place: Place
    text: str
    twin: tuple[Key, Place]

    @property
    def kind(self) -> str:
        """What it is about: "entry", "law", "phrases" and the like."""
        return self.twin[0][0]


Texts = tuple[Text, ...]
Twin = tuple[Text, str]


def kept(find: Callable[[Catalogue], T]) -> Callable[[Catalogue], T]:
    """Let ``find`` look through a catalogue once: one rule after the other asks the same of the very same one."""
    last: tuple[Catalogue, T] | None = None

    def found(catalogue: Catalogue) -> T:
        nonlocal last
        mine = last
        if mine is None or mine[0] is not catalogue:
            mine = last = catalogue, find(catalogue)
        return mine[1]

    return found


def kept_of_each(find: Callable[P, Iterator[T]]) -> Callable[P, tuple[T, ...]]:
    """Let ``find`` look for its findings in each text once."""
    return cast("Callable[P, tuple[T, ...]]", lru_cache(MOST_TEXTS)(lambda *how, **named: tuple(find(*how, **named))))


def kept_of_parts(find: Callable[P, Iterator[T]], count: int = 1) -> Callable[P, tuple[T, ...]]:
    """Let ``find`` look once through the very same parts, its first ``count`` arguments: an edit leaves most."""
    known: dict[tuple[object, ...], tuple[object, tuple[T, ...]]] = {}

    def found(*how: Any) -> tuple[T, ...]:
        key = (*map(id, how[:count]), *how[count:])
        if (one := known.get(key)) is None:
            if len(known) >= MOST_PARTS:
                known.clear()
            one = known[key] = how[:count], tuple(find(*how))  # type: ignore[call-arg]
        return one[1]

    return cast("Callable[P, tuple[T, ...]]", found)


@kept
def every_text(catalogue: Catalogue) -> Texts:
    """Return every text in the languages that the bot answers in; the operator's own file aside."""
    return tuple(chain.from_iterable(by_part(catalogue)))


@kept
def by_part(catalogue: Catalogue) -> tuple[Texts, ...]:
    """Return the same, part by part: of a part that has not changed, they are the very same."""
    found = [
        _texts_of(part, code, name)
        for code, edition in catalogue.editions.items()
        for name, part in (*parts(edition), (("phrases",), edition.phrases))
    ]
    found += [_said_in_each(law, ("law", name), ("name", *LAW_FIELDS)) for name, law in catalogue.laws.items()]
    found += [_said_in_each(source, ("source", name), ("label",)) for name, source in catalogue.sources.items()]
    return tuple(filter(None, found))


@kept_of_parts
def _texts_of(part: Struct, code: str, name: Key) -> Iterator[Text]:
    for place, text in texts(part):
        yield Text(code, (code, *name), place, text, (name, place))


@kept_of_parts
def _said_in_each(part: Struct, key: Key, fields: tuple[str, ...]) -> Iterator[Text]:
    for field in fields:
        for code, text in (getattr(part, field) or {}).items():
            yield Text(code, key, (field, code), text, (key, (field,)))


@kept
def with_twins(catalogue: Catalogue) -> tuple[Twin, ...]:
    """Return each text in another language than the default one, with what its twin there says.

    Steps of urgent help are one text, since languages may part them otherwise.
    """
    return tuple(chain.from_iterable(twins_by_part(catalogue)))


@kept
def twins_by_part(catalogue: Catalogue) -> tuple[tuple[Twin, ...], ...]:
    """Return the same, part by part: of parts that have not changed, they are the very same."""
    default, *others = catalogue.languages
    first = {said[0].twin[0]: said for said in by_part(catalogue) if said[0].lang == default}
    # A law's or a source's twins stand beside it in one part.
    pairs = ((said, first.get(said[0].twin[0], ())) for said in by_part(catalogue) if said[0].key[0] != default)
    return tuple(_twins(theirs, ours, default, tuple(others)) for theirs, ours in pairs)


def _find_twins(theirs: Texts, ours: Texts, default: str, others: tuple[str, ...]) -> Iterator[Twin]:
    found: dict[tuple[str, Key, Place], Text] = {}
    for one in (*theirs, *(ours if ours is not theirs else ())):
        name, place = one.twin
        if place[0] == "steps":
            place = place[:1]
            before = found.get((one.lang, name, place))
            one = one._replace(place=place, text=f"{before.text} {one.text}" if before else one.text)  # noqa: PLW2901
        found[one.lang, name, place] = one
    twins = ((one, found.get((default, name, place))) for (code, name, place), one in found.items() if code in others)
    yield from ((one, first.text) for one, first in twins if first)


_twins = kept_of_parts(_find_twins, 2)


def texts(value: Any, place: Place = (), hidden: Collection[str] = _NOT_SHOWN) -> Iterator[tuple[Place, str]]:
    """Yield every text within ``value`` but those in the fields ``hidden``, with its place."""
    if isinstance(value, str):
        yield place, value
    for name, item in _held(value):
        if name not in hidden:
            yield from texts(item, (*place, name), hidden)


def structs(value: Any, place: Place = ()) -> Iterator[tuple[Place, Struct]]:
    """Yield every value with fields within ``value``, itself included, with its place."""
    if isinstance(value, Struct):
        yield place, value
    for name, item in _held(value):
        yield from structs(item, (*place, name))


def _held(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, Struct):
        return ((name, getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, tuple) else ()


def every_part(catalogue: Catalogue) -> Iterator[tuple[Key, Struct]]:
    """Yield everything that rests on sources, names other parts or leads elsewhere, with its key."""
    for code, edition in catalogue.editions.items():
        yield (code, "language"), edition.language
        for name, part in parts(edition):
            yield (code, *name), part
    shared: dict[str, Mapping[str, Struct]] = {
        "law": catalogue.laws,
        "source": catalogue.sources,
        "card": catalogue.language_cards,
    }
    for kind, items in shared.items():
        for one, item in items.items():
            yield (kind, one), item
    yield ("local",), catalogue.local


def parts(edition: Edition) -> Iterator[tuple[Key, Struct]]:
    """Yield everything that readers see of an edition but the bot's own phrases, by kind and name."""
    for kind, items in edition.lists.items():
        for name, item in items.items():
            yield (kind, name), item


def repeated(items: Sequence[T]) -> Iterator[tuple[int, T]]:
    """Yield each item that stands before in ``items`` too, with its place."""
    return ((index, item) for index, item in enumerate(items) if item in items[:index])


def field_at(place: Place) -> str:
    """Return the name of the field at ``place``, which may be a list."""
    return next((step for step in reversed(place) if isinstance(step, str)), "")
