"""What hundreds of tests would do again on the same input, done once in a process.

Parsing a file and looking for its texts: tests of content read all files with one of them changed. The shipped content,
and the matcher of the same content and model, which no test changes: each command loads them. What recognises
follow-ups in a catalogue: each test makes a conversation. The certificates: each test makes clients, none of which
speaks TLS. The validators that one of Slack's models has, and what it holds as plain data: its SDK looks through all
names of each button, and through each level again for all above it. And what checks aiogram's four hundred types is
built for the dozens that tests call, when they do: aiogram builds it for all as it is imported, for seconds.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx._transports.default as transports
import msgspec
from pydantic import BaseModel
from slack_sdk.models.basic_objects import EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST, JsonObject

import bot.dialogue.understanding as understanding
import content.checks.texts as texts
import content.reading.compiled as compiled
import content.reading.documents as documents
import intents.matcher as matcher
from content.reading.digest import CONTENT_FOLDER
from content.reading.documents import Read
from content.reading.layout import BUILT_FOLDER
from content.schema.catalogue import Catalogue
from content.schema.errors import Place
from intents.classifier.modelfile import MODEL_FILE, read_model, recipe
from intents.matcher import Matcher

MOST = 20


def remember() -> None:
    """Let this process remember what it made."""
    documents.parse = functools.cache(documents.parse)
    for find in (texts.texts, texts.structs):
        _everywhere(find.__name__, find, _of_one_struct(find))
    _everywhere("load_catalogue", compiled.load_catalogue, _load_catalogue)
    _everywhere("open_matcher", matcher.open_matcher, _open_matcher)
    understanding.FollowUpReader = _of_the_same(understanding.FollowUpReader)  # type: ignore[attr-defined]
    understanding.WishReader = _of_the_same(understanding.WishReader)  # type: ignore[attr-defined]
    transports.create_ssl_context = functools.cache(transports.create_ssl_context)  # type: ignore[attr-defined]
    JsonObject.validate_json = _validate  # type: ignore[method-assign]
    JsonObject.get_non_null_attributes = _filled  # type: ignore[method-assign]
    BaseModel.model_rebuild = classmethod(_build_when_needed)  # type: ignore[assignment,method-assign]


def _everywhere(name: str, before: object, after: object) -> None:
    """Put ``after`` in place of ``before`` in each module that has it under ``name``."""
    for module in list(sys.modules.values()):
        if getattr(module, name, None) is before:
            setattr(module, name, after)


_read_catalogue, _make_matcher = compiled.load_catalogue, matcher.open_matcher
_shipped = functools.cache(_read_catalogue)


def _load_catalogue(root: Path = CONTENT_FOLDER, read: Read | None = None) -> Catalogue:
    return _shipped() if root == CONTENT_FOLDER else _read_catalogue(root, read)


_matchers: dict[tuple[bytes, bytes], tuple[Matcher, str]] = {}
"""By catalogue and model file, each with what the model was made from."""


def _open_matcher(catalogue: Catalogue, root: Path = CONTENT_FOLDER) -> Matcher:
    model = root / BUILT_FOLDER / MODEL_FILE
    if not model.exists():
        return _make_matcher(catalogue, root)
    made_of = msgspec.json.encode(catalogue), hashlib.sha256(model.read_bytes()).digest()
    if made_of not in _matchers:
        _matchers[made_of] = _make_matcher(catalogue, root), read_model(model).samples
    matcher, samples = _matchers[made_of]
    return matcher if recipe(root) in (None, samples) else _make_matcher(catalogue, root)


def _of_the_same(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``make``, which makes one thing only of the very same editions, and cards where it takes any."""
    kept: dict[tuple[int, ...], tuple[object, Any]] = {}

    def made(editions: Mapping[str, Any], *cards: Iterable[Any]) -> Any:
        lists = [tuple(each) for each in cards]
        parts = (editions, *editions.values(), *itertools.chain(*lists))
        key = tuple(map(id, parts))
        if key not in kept:
            if len(kept) == MOST:
                kept.clear()
            kept[key] = (parts, make(editions, *lists))
        return kept[key][1]

    return made


def _of_one_struct(find: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``find``, which looks through the very same struct once."""
    kept: dict[tuple[object, ...], tuple[object, tuple[Any, ...]]] = {}

    def found(value: object, place: Place = (), *how: object, **named: object) -> Iterable[Any]:
        if place or not isinstance(value, msgspec.Struct):
            return find(value, place, *how, **named)
        parts = (value, *how, *named.values())
        key = tuple(map(id, parts))
        if key not in kept:
            kept[key] = parts, tuple(find(value, place, *how, **named))
        return kept[key][1]

    return found


@functools.cache
def _validators(kind: type[JsonObject]) -> tuple[str, ...]:
    names = (name for name in dir(kind) if not name.startswith("__"))
    return tuple(name for name in names if hasattr(getattr(kind, name, None), "validator"))


def _validate(self: JsonObject) -> None:
    for name in _validators(type(self)):
        getattr(self, name)()


filled_by_the_sdk = JsonObject.get_non_null_attributes
_MAY_BE_EMPTY = {(each["type"], each["property"]) for each in EMPTY_ALLOWED_TYPE_AND_PROPERTY_LIST}
_attributes = functools.lru_cache(maxsize=MOST * MOST)(sorted)


def _filled(self: JsonObject) -> dict[str, Any]:
    """Return what the SDK's own method does: that looks anew through what is plain data already, at each level."""
    kind, found = getattr(self, "type", None), {}
    for name in _attributes(frozenset(self.attributes)):
        value = self.get_object_attribute(name)
        empty = hasattr(value, "__len__") and not len(value)
        if value is not None and (not empty or (kind, name) in _MAY_BE_EMPTY):
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


_build = BaseModel.__dict__["model_rebuild"].__func__
_types_of_aiogram: dict[str, Any] = {}


def _build_when_needed(kind: type[BaseModel], *, _types_namespace: Any = None, **how: Any) -> bool | None:
    if not kind.__module__.startswith("aiogram."):
        return _build(kind, _types_namespace=_types_namespace, **how)
    if _types_namespace:
        _types_of_aiogram.update(_types_namespace)
        return None
    return _build(kind, _types_namespace=_types_of_aiogram, **how)
