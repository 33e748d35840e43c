"""What a new entry, signpost, term or law looks like before it is filled in.

Every field that has to be filled in is empty, which `check` names with its line; a remark above says what belongs
there. The limits are the schema's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from content.schema.catalogue import BUTTON_LENGTH, RELATED, Entry, LawCheck, Point, Signpost, Term
from content.schema.strict import longest

TWINS = "Filled in alike in all languages: ids, sources, days. In its own language: everything that people read."
SAMPLES_TO_START = 30
"""Messages in each language from which a topic can be learnt; docs/editing.md says how many the tests ask for."""
TIMES = """\
{indent}# Where it names a year, a court, a bill or a count: the day of the newest source that you have read for it.
{indent}# known_to: 2026-11-24
"""


def blank_entry(number: int, slug: str, groups: Sequence[str]) -> str:
    """Return a file for the entry ``slug``, of which everything else is to be filled in."""
    short, for_you = longest(Entry, "short"), longest(Entry, "for_you")
    return f"""\
# {TWINS}
number: {number}
slug: {slug}
# One of: {", ".join(groups)}
group:
# The question, at most {longest(Entry, "title")} characters; and what fits a button, at most {BUTTON_LENGTH}.
title:
short_title:
# The answer to the question in the title, first; at most {short} characters, indented by two spaces.
short: >-

# What it means for whoever asks, and what to do; at most {for_you} characters.
for_you: >-

# The ids of the points that these two sum up, of those that can change: the oldest of their days stands below them.
rests_on: []
# Two to nine paragraphs, each of which can stand alone, at most {longest(Point, "text")} characters.
points:
{_blank_point("first")}{_blank_point("second")}\
# Only where a common belief is wrong: what the law says, at most {longest(LawCheck, "text")} characters, with sources.
# law_check:
#   text: >-
#   sources: []
# The slugs of {RELATED} other entries.
related: []
# Names by which people look it up, in small letters; each leads to this entry alone.
aliases: []
"""


def blank_signpost(name: str) -> str:
    """Return a file for the signpost ``name``, of which everything else is to be filled in."""
    return f"""\
# {TWINS}
id: {name}
# At most {longest(Signpost, "title")} characters; and what fits a button, at most {BUTTON_LENGTH}.
title:
short_title:
# What the law says in short, and where to go; at most {longest(Signpost, "text")} characters, indented by two spaces.
text: >-

# Ids from sources.yaml, at least one.
sources: []
{TIMES.format(indent="")}\
link:
  label:
  # https://, the page itself
  url:
# The slugs of the one to three nearest entries.
nearest: []
"""


def blank_term(name: str) -> str:
    """Return an item of the glossary for the term ``name``, of which everything else is to be filled in."""
    return f"""\
  # {TWINS}
  - id: {name}
    term:
    # Other ways in which people write it, if there are any, in small letters; each leads to this term alone.
    names: []
    # At most {longest(Term, "meaning")} characters.
    meaning: >-

    # The slugs of one to three entries that it belongs to.
    entries: []
    # The id of the law behind it, if there is one.
    # law: sb-54
    # Ids from sources.yaml, where it states something that can be checked.
    sources: []
{TIMES.format(indent="    ")}"""


def blank_law(name: str, languages: Sequence[str]) -> str:
    """Return an item of the laws for ``name``, of which everything else is to be filled in, in all ``languages``."""
    return f"""\
  - id: {name}
    # As it is written in full, such as "SB 54"; without the line where a law is known by its name only.
    number: ""
    # Other names by which people look it up, in small letters; each leads to this law alone.
    names: {{{", ".join(f"{code}: []" for code in languages)}}}
    name:
{_in_each(languages)}\
    # The year in which it was passed.
    year:
    # One of: state, federal, local, voters
    level:
    # Two sentences.
    does:
{_in_each(languages)}\
    # Whom it binds, and whom not.
    binds:
{_in_each(languages)}\
    # In force, blocked, repealed? By whom, since when?
    status:
{_in_each(languages)}\
    # The day of the newest source that you have read for the status.
    known_to:
    # The slugs of one to three entries.
    entries: []
    # Ids from sources.yaml, at least one.
    sources: []
"""


def blank_samples(intent: str) -> str:
    """Return a file of samples of ``intent`` for somebody to write down what people say."""
    return f"""\
intent: {intent}
voices:
  # Messages as different people would write them, each list under the name of its writer; {SAMPLES_TO_START} are
  # a start. Quotes around one that holds a colon or a number sign, or begins with a special character.
  writer:
    -
"""


def _blank_point(name: str) -> str:
    return f"""\
  # An id of its own, the same in all languages, which stays for ever.
  - id: {name}
    # Fits a button, at most {BUTTON_LENGTH} characters.
    heading:
    text: >-

    # Ids from sources.yaml, at least one.
    sources: []
{TIMES.format(indent="    ")}"""


def _in_each(languages: Sequence[str]) -> str:
    return "".join(f'      {code}: ""\n' for code in languages)
