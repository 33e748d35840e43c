"""Messages of writers who had not seen the samples: no worse than at their first run.

220 in English and 130 in Spanish of one, 300 and 200 of another, of November 29, 2026; 120 and 80 of a third, a day
later, who knew where the first two sets had failed; their mistakes have been read since, so the figures flatter.
160 and 100 of a fourth, of November 30, who knew what the bot holds; a second who had not seen the labels labelled them
too. Which files of samples were kept was watched on them, and five Spanish rows that alarmed were read since.
160 and 100 of a seventh, of the same day, who knew nothing of what the bot holds; the missed cries were read since.
200 and 130 of an eighth, again of that day, who knew nothing either; all mistakes on them were read since.
160 and 110 of a ninth, hours later, who knew nothing either; all mistakes on them were read since.
771 and 576 of a tenth, of December 1, who had read the sixteen texts on courts, rights, family and health that they ask
for, each with its neighbours, and labelled them; nobody has looked at what goes wrong on them. What they must reach is
what the model of the hour before did.
360 and 240 of an eleventh and a twelfth together, of the same day, who knew nothing, labelled by two others (the
Spanish by one) of whom the stricter counts. The cries that were missed of the eleventh's, 200 and 130, were read since,
nothing of the twelfth's. Of the Spanish 215 were right at first and 214 must be, of their 32 cries 23 were heard and 22
must be: those that were read got a text that their labels name as right too.
141 and 321 of a thirteenth, as offices' pages ask, who had read what the bot holds and labelled them; 283 more English
ones by the same are learnt, nobody has looked at what goes wrong on these.
"""

from __future__ import annotations

import pytest

from content.schema.catalogue import Catalogue
from intents.matcher import Matcher
from intents.training.evaluation import judge, report
from intents.training.labelled import read_labelled
from tests.tools.places import DATA

FIRST = {
    "fresh-en": (220, 0.700, 0.818, 1.0, 0.052),
    "fresh-es": (130, 0.738, 0.876, 1.0, 0.018),
    "second-en": (300, 0.623, 0.813, 0.933, 0.019),
    "second-es": (200, 0.705, 0.845, 0.950, 0.006),
    "third-en": (120, 0.617, 0.817, 1.0, 0.078),
    "later/fourth-en": (160, 0.762, 0.893, 1.0, 0.035),
    "later/fourth-es": (100, 0.760, 0.890, 1.0, 0.045),
    "later/seventh-en": (160, 0.793, 0.831, 0.700, 0.022),
    "later/seventh-es": (100, 0.740, 0.860, 0.928, 0.024),
    "later/eighth-en": (200, 0.750, 0.795, 1.0, 0.034),
    "later/eighth-es": (130, 0.807, 0.884, 0.928, 0.018),
    "later/ninth-en": (160, 0.825, 0.887, 0.882, 0.028),
    "later/ninth-es": (110, 0.809, 0.881, 0.833, 0.021),
    "mixed/en": (360, 0.850, 0.891, 0.837, 2 / 317),
    "mixed/es": (240, 0.891, 0.929, 0.687, 2 / 208),
    "mixed/pages-en": (141, 0.886, 0.900, 1.0, 0.0),
    "mixed/pages-es": (321, 0.872, 0.903, 1.0, 0.01),
    "later/thin/en": (771, 0.638, 0.717, 1.0, 0.046),
    "later/thin/es": (576, 0.600, 0.689, 1.0, 0.044),
    "third-es": (80, 0.600, 0.775, 0.800, 7 / 75),
}
"""Rows; and the first run's share right at once, right or offered, cries heard, and alarmed of what is no distress."""
LAWS = {"second-en": 0.60, "second-es": 0.60}
"""The least share right of messages that name a law in any frame; at the first run .12 in both languages."""


@pytest.mark.parametrize("name", FIRST)
def test_a_fresh_writer_is_understood_as_at_first(name: str, catalogue: Catalogue, matcher: Matcher) -> None:
    slugs = {entry.number: entry.slug for entry in catalogue.edition("en").entries.values()}
    rows = read_labelled(DATA / f"replies/{name}.jsonl", slugs)
    found = report(judge(rows, matcher, "en"))
    count, right, right_or_offered, heard, alarms = FIRST[name]
    worth = found.worths["all"]
    assert found.count == count
    assert worth["right"] >= right
    assert worth["right"] + worth["offered"] >= right_or_offered
    cries, alarmed = found.figures["urgent recall"], found.figures["false alarms"]
    assert cries is not None
    assert cries >= heard
    assert alarmed is not None
    assert alarmed <= alarms


@pytest.mark.parametrize("name", LAWS)
def test_a_law_is_known_by_its_name_in_any_frame(name: str, catalogue: Catalogue, matcher: Matcher) -> None:
    slugs = {entry.number: entry.slug for entry in catalogue.edition("en").entries.values()}
    rows = read_labelled(DATA / f"replies/{name}.jsonl", slugs)
    named = [row for row in rows if row.gold[0].startswith("law/")]
    assert len(named) >= 16
    assert report(judge(named, matcher, "en")).worths["all"]["right"] >= LAWS[name]
