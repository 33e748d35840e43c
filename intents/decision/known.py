"""The intents that a model knows, held against what the content has."""

from __future__ import annotations

from collections.abc import Collection

from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import Model, ModelError
from intents.match import Intent, Kind


def known_intents(catalogue: Catalogue, model: Model, code: str) -> list[Intent]:
    """Return the intents that ``model`` tells apart in the language ``code``, in its order.

    Raises ModelError where it has not learnt the language or an entry, or knows what the content has no more.
    """
    if code not in model.intents:
        raise ModelError(f"the model does not know the language `{code}`: add samples and run `faqbot train`")
    edition = catalogue.editions[code]
    known: dict[Kind, Collection[str]] = {
        Kind.ENTRY: edition.entries,
        Kind.SIGNPOST: edition.signposts,
        Kind.TERM: edition.glossary,
        Kind.URGENT: edition.urgent,
        Kind.SMALLTALK: edition.smalltalk,
    }
    intents = [Intent.parse(label) for label in model.intents[code].labels.names]
    for intent in intents:
        if intent.kind in known and intent.id not in known[intent.kind]:
            raise ModelError(f"the model knows `{intent}`, the content does not: run `faqbot train`")
    learnt = {intent.id for intent in intents if intent.kind is Kind.ENTRY}
    if missing := sorted(set(edition.entries) - learnt):
        raise ModelError(f"the model has not learnt {', '.join(missing)}: add samples and run `faqbot train`")
    return intents
