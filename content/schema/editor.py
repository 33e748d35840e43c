"""JSON Schemas of the content files, for editors that complete and check YAML while one types."""

from __future__ import annotations

from typing import Any, NamedTuple

from content.reading.alike import ALIKE_FILE, AlikeFile
from content.reading.samples import AskedFile, SampleFile
from content.reading.validation import adapter
from content.schema import catalogue, languages, phrases, speech, statements


class Kind(NamedTuple):
    """A kind of content file: which files it is, as editors' settings name them, what it holds, or a list of that."""

    glob: str
    type: Any
    listed: str | None = None


KINDS = {
    "entry": Kind("content/*/entries/*.yaml", catalogue.Entry),
    "signpost": Kind("content/*/signposts/*.yaml", catalogue.Signpost),
    "phrases": Kind("content/*/phrases.yaml", phrases.Phrases),
    "followups": Kind("content/*/followups.yaml", speech.FollowUps),
    "language": Kind("content/*/language.yaml", speech.Language),
    "samples": Kind("content/*/samples/[!a]*.yaml", SampleFile),
    "asked": Kind("content/*/samples/asked*.yaml", AskedFile),
    "alike": Kind(f"content/*/samples/{ALIKE_FILE}", AlikeFile),
    "local": Kind("content/local.yaml", catalogue.LocalHelp),
    "card": Kind("content/languages/*.yaml", languages.LanguageCard),
    "sources": Kind("content/sources.yaml", statements.Source, "sources"),
    "laws": Kind("content/laws.yaml", catalogue.LawCard, "laws"),
    "urgent": Kind("content/*/urgent.yaml", catalogue.UrgentHelp, "urgent"),
    "resources": Kind("content/*/resources.yaml", catalogue.Resource, "resources"),
    "smalltalk": Kind("content/*/smalltalk.yaml", catalogue.SmallTalk, "smalltalk"),
    "glossary": Kind("content/*/glossary.yaml", catalogue.Term, "terms"),
    "foreign": Kind("content/foreign.yaml", languages.Tongue, "languages"),
}


def build_schemas() -> dict[str, dict[str, Any]]:
    """Return a JSON Schema (draft 2020-12) for each kind of content file, by name."""
    return {name: _schema(kind) for name, kind in KINDS.items()}


def _schema(kind: Kind) -> dict[str, Any]:
    schema = adapter(kind.type).json_schema()
    if kind.listed is None:
        return schema
    return {
        "type": "object",
        "properties": {kind.listed: {"type": "array", "items": schema}},
        "required": [kind.listed],
        "additionalProperties": False,
    }
