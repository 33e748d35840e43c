"""Numbers of laws that are slips of the finger: "SB 45" where the text beside it says SB 54."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from content.checks.wording import parts, texts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Problem


def doubtful_laws(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield a warning for each law that nothing here knows, and whose number is nearly that of one named beside it."""
    kinds = frozenset(kind for edition in catalogue.editions.values() for kind in edition.language.law_spellings)
    named = _named(kinds)
    known = {number for law in catalogue.laws.values() if law.number for number in named.findall(law.number)}
    for edition in catalogue.editions.values():
        for term in edition.glossary.values():
            known.update(*(named.findall(name) for name in (term.term, *term.names)))
    for code, edition in catalogue.editions.items():
        for key, part in parts(edition):
            said = [(place, found) for place, text in texts(part) for found in named.findall(text)]
            beside = {found for _, found in said} & known
            for place, (kind, number) in said:
                meant = next((one for one in beside if one[0] == kind and _slip(number, one[1])), None)
                if meant and (kind, number) not in known:
                    told = (
                        f"no law here is {kind} {number}, and {kind} {meant[1]} is named beside it: correct the number"
                    )
                    yield at((code, *key), place, told)


def _slip(one: str, other: str) -> bool:
    """Say whether one digit differs, or two that stand side by side are swapped."""
    odd = [index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or not odd:
        return False
    first, last = odd[0], odd[-1]
    return len(odd) == 1 or (
        last - first == len(odd) - 1 == 1 and one[first : last + 1] == other[first : last + 1][::-1]
    )


@cache
def _named(kinds: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(sorted(map(str.upper, kinds)))}) (\d+)\b")
