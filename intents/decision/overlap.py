"""Which intents serve the askers of others: as counted, else as supposed from what the content calls near."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from content.schema.catalogue import Catalogue
from intents.match import Intent, Kind

SUPPOSED = 8
"""How many questions what is supposed of an overlap weighs, beside those that were counted."""
NEIGHBOUR = 0.5
"""The overlap that is supposed of what the content itself calls near."""

Overlap = Mapping[Intent, Mapping[Intent, float]]
"""For each intent, which others serve whoever means it as well, and in what share of cases (0 to 1)."""


def neighbours_of(catalogue: Catalogue) -> dict[Intent, set[Intent]]:
    """Return which intents the content itself names as neighbours: related and nearest topics, and a hub's choices."""
    edition = catalogue.edition(None)
    found: dict[Intent, set[Intent]] = {}
    pairs = [
        (Intent(Kind.ENTRY, slug), Intent(Kind.ENTRY, other))
        for slug, entry in edition.entries.items()
        for other in entry.related
    ]
    for name, signpost in edition.signposts.items():
        own = Intent(Kind.SIGNPOST, name)
        pairs += [(own, Intent(Kind.ENTRY, slug)) for slug in signpost.nearest]
        pairs += [(own, Intent.parse(choice)) for choice in signpost.choices]
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def overlap_of(
    together: Mapping[str, Mapping[str, int]], neighbours: Mapping[Intent, Collection[Intent]]
) -> dict[Intent, dict[Intent, float]]:
    """Return how often each intent's askers are served by which others.

    Measured on questions labelled with all that serves them (``together``: how many mean both); what is not measured
    is supposed: little, and more of the neighbours that the content names.
    """
    named = {name: Intent.parse(name) for name in {*together, *chain.from_iterable(together.values())}}
    counts = {named[one]: {named[other]: count for other, count in others.items()} for one, others in together.items()}
    found: dict[Intent, dict[Intent, float]] = {}
    for one in counts.keys() | neighbours.keys():
        seen, near = counts.get(one, {}), neighbours.get(one, ())
        whole = seen.get(one, 0) + SUPPOSED
        found[one] = {
            other: (seen.get(other, 0) + SUPPOSED * (NEIGHBOUR if other in near else 0.0)) / whole
            for other in (seen.keys() | set(near)) - {one}
        }
    return found
