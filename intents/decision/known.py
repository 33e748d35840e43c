"""The intents that a model knows, held against what the content has; the entries that something leads to."""

from __future__ import annotations

from collections.abc import Collection

from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import Model, ModelError
from intents.match import Decision, Intent, Kind


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


def entries_of(decision: Decision, target: str | None, catalogue: Catalogue, code: str) -> tuple[str, ...]:
    """Return the entry decided on, or the entries that stand below the signpost, term or law decided on."""
    edition = catalogue.editions[code]
    match decision:
        case Decision.ANSWER if target:
            return (target,)
        case Decision.SIGNPOST if target:
            return edition.signposts[target].nearest
        case Decision.GLOSSARY if target:
            return edition.glossary[target].entries
        case Decision.LAW if target:
            return catalogue.laws[target].entries
        case _:
            return ()
