"""How strictly content is read: the base of every content type, and the limits that its fields name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Limits:
    """What pydantic is to check of a value, by its own names; None is no limit."""

    def __init__(self, **limits: int | None) -> None:
        self.limits = {name: limit for name, limit in limits.items() if limit is not None}

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        return cast("CoreSchema", schema | self.limits)


class Between(Limits):
    """A number that is neither smaller nor greater."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(ge=least, le=most)


class Len(Limits):
    """How many characters a text or items a list has at least and at most."""

    def __init__(self, least: int | None, most: int | None) -> None:
        super().__init__(min_length=least, max_length=most)


class MaxLen(Len):
    """At most so many."""

    def __init__(self, most: int) -> None:
        super().__init__(None, most)


class MinLen(Len):
    """At least so many."""

    def __init__(self, least: int) -> None:
        super().__init__(least, None)


class Strict(Struct, frozen=True, kw_only=True):
    """The base of every type that YAML is read into.

    Unknown fields and empty texts are mistakes, outer spaces are dropped. msgspec's own checks stop at the first
    mistake; pydantic, which is told here how to check such a type, finds them all.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema  # a bot that starts from compiled content does without pydantic

        checked = {
            field.name: core_schema.typed_dict_field(handler.generate_schema(field.type), required=field.required)
            for field in fields(cls)
        }
        config = core_schema.CoreConfig(str_strip_whitespace=True, str_min_length=1)
        whole = core_schema.typed_dict_schema(checked, cls=cls, extra_behavior="forbid", config=config)
        return core_schema.no_info_after_validator_function(lambda found: cls(**found), whole)


@cache
def longest(kind: type[Struct], name: str) -> int | None:
    """Return how many characters the field ``name`` of ``kind`` may have, or None where nothing says so."""
    annotation = get_type_hints(kind, include_extras=True)[name]
    limits = [found for found in getattr(annotation, "__metadata__", ()) if isinstance(found, Limits)]
    return next((found.limits["max_length"] for found in limits if "max_length" in found.limits), None)
