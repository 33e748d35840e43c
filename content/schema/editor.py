"""JSON Schemas of the content files, for editors that complete and check YAML while one types."""

from __future__ import annotations

from typing import Any

from content.reading.samples import SampleFile
from content.reading.validation import adapter
from content.schema.catalogue import (
    Entry,
    LawCard,
    LocalHelp,
    Resource,
    Signpost,
    SmallTalk,
    Term,
    UrgentHelp,
)
from content.schema.languages import LanguageCard, Tongue
from content.schema.phrases import Phrases
from content.schema.speech import FollowUps, Language
from content.schema.statements import Source

WHOLE: dict[str, Any] = {
    "entry": Entry,
    "signpost": Signpost,
    "phrases": Phrases,
    "followups": FollowUps,
    "language": Language,
    "samples": SampleFile,
    "local": LocalHelp,
    "card": LanguageCard,
}
LISTED: dict[str, tuple[str, Any]] = {
    "sources": ("sources", Source),
    "laws": ("laws", LawCard),
    "urgent": ("urgent", UrgentHelp),
    "resources": ("resources", Resource),
    "smalltalk": ("smalltalk", SmallTalk),
    "glossary": ("terms", Term),
    "foreign": ("languages", Tongue),
}

GLOBS = {
    "entry": "content/*/entries/*.yaml",
    "signpost": "content/*/signposts/*.yaml",
    "samples": "content/*/samples/*.yaml",
    "phrases": "content/*/phrases.yaml",
    "followups": "content/*/followups.yaml",
    "language": "content/*/language.yaml",
    "urgent": "content/*/urgent.yaml",
    "resources": "content/*/resources.yaml",
    "smalltalk": "content/*/smalltalk.yaml",
    "glossary": "content/*/glossary.yaml",
    "sources": "content/sources.yaml",
    "laws": "content/laws.yaml",
    "local": "content/local.yaml",
    "card": "content/languages/*.yaml",
    "foreign": "content/foreign.yaml",
}
"""Which files each schema is for, as editors' settings name them."""


def build_schemas() -> dict[str, dict[str, Any]]:
    """Return a JSON Schema (draft 2020-12) for each kind of content file, by name."""
    schemas = {name: adapter(kind).json_schema() for name, kind in WHOLE.items()}
    for name, (field, kind) in LISTED.items():
        schemas[name] = {
            "type": "object",
            "properties": {field: {"type": "array", "items": adapter(kind).json_schema()}},
            "required": [field],
            "additionalProperties": False,
        }
    return schemas
