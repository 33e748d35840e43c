"""The loader refuses every kind of mistake in one language's files, with its file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from content.reading.documents import read_document
from content.reading.loader import read_catalogue
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError
from tests.content.mistakes.mistakes import ENTRY, Mistake, copy_content, line_of


def said(number: int, length: int) -> str:
    """Return so many sentences, no two of which are the same."""
    return "".join(f"Ein sehr langes Wort nach dem {number}{sentence:06}. " for sentence in range(length))


def points(count: int, length: int) -> str:
    """Return so many points of a length, each with an id of its own."""
    return "".join(
        f"  - id: more-{number}\n    heading: More\n    text: {said(number, length)}\n    sources: [gov-7284-6]\n"
        for number in range(count)
    )


ENTRIES = (
    Mistake(
        name="number twice",
        old=r"^number: 5$",
        new="number: 6",
        seen_in="en/entries/06-state-and-federal-law.yaml",
        at=r"^number:",
        says="6 is also the number of `oversight`",
    ),
    Mistake(
        name="number that leaves a gap",
        file="en/entries/20-responding-to-criticism.yaml",
        old=r"^number: 20$",
        new="number: 22",
        says="22 leaves a gap: 20 is the next",
    ),
    Mistake(name="number zero", old=r"^number: 5$", new="number: 0", says="`number` must be 1 or more, not 0"),
    Mistake(
        name="number of four digits",
        old=r"^number: 5$",
        new="number: 1000",
        says="`number` must be 999 or less, not 1000",
    ),
    Mistake(
        name="slug twice",
        old=r"^slug: .*",
        new="slug: training",
        seen_in="en/entries/17-training.yaml",
        at=r"^slug:",
        says="`training` is used twice, first at en/entries/05-oversight.yaml:2: choose another",
    ),
    Mistake(
        name="slug with capitals and underscore",
        old=r"^slug: .*",
        new="slug: Who_Checks",
        says="may hold only a-z, 0-9 and single hyphens",
        others=True,
    ),
    Mistake(
        name="slug too long",
        old=r"^slug: .*",
        new=f"slug: {'a' * 41}",
        says="`slug` has 41 characters, at most 40",
    ),
    Mistake(
        name="title of another entry",
        old=r"^title: .*",
        new="title: What local police and sheriffs may do",
        seen_in="en/entries/16-local-police.yaml",
        at=r"^title:",
        says="is also a name of `oversight`",
    ),
    Mistake(
        name="alias that another entry's slug is",
        old=r"^aliases: \[",
        new="aliases: [training, ",
        says="the alias `training` belongs to `training` too",
    ),
    Mistake(
        name="alias twice",
        old=r"^aliases: \[([^,]+),",
        new=r"aliases: [\1, \1,",
        says="stands twice",
    ),
    Mistake(
        name="alias twice in other letters",
        old=r"^aliases: \[([^,]+),",
        new=r"aliases: [\1, ÁUDITS!,",
        says="the alias `ÁUDITS!` stands twice",
    ),
    Mistake(
        name="alias of another entry in other letters",
        old=r"^aliases: \[",
        new="aliases: [Tráining., ",
        says="the alias `Tráining.` belongs to `training` too",
    ),
    Mistake(
        name="alias that another entry's title is",
        old=r"^aliases: \[",
        new="aliases: [what local police and sheriffs may do, ",
        says="belongs to `local-police` too",
    ),
    Mistake(
        name="alias that is a number",
        old=r"^aliases: \[",
        new='aliases: ["287", ',
        says="the alias `287` would be read as a topic's number",
    ),
    Mistake(
        name="alias read as a truth value: no",
        old=r"^aliases: \[",
        new="aliases: [no, ",
        says="`aliases` must be text: put no in quotes",
    ),
    Mistake(
        name="alias read as a truth value: on",
        old=r"^aliases: \[",
        new="aliases: [on, ",
        says="`aliases` must be text: put on in quotes",
    ),
    Mistake(
        name="alias read as a number",
        old=r"^aliases: \[",
        new="aliases: [287, ",
        says="put 287 in quotes",
    ),
    Mistake(
        name="YAML key twice",
        old=r"^short_title:",
        new="title: Another\nshort_title:",
        says="the key `title` stands twice",
    ),
    Mistake(
        name="unknown field",
        old=r"^related:",
        new="colour: red\nrelated:",
        says="unknown field `colour`",
    ),
    Mistake(
        name="misspelt field",
        old=r"^short_title:",
        new="short_titel:",
        says="unknown field `short_titel`",
        others=True,
    ),
    Mistake(
        name="missing field",
        old=r"^short_title: .*\n",
        new="",
        at=r"^number:",
        says="`short_title` is missing",
    ),
    Mistake(
        name="missing field of a point",
        old=r"^    heading: .*\n",
        new="",
        at=r"^  - id: yearly",
        says="`heading` is missing",
    ),
    Mistake(
        name="related entry that does not exist",
        old=r"^related: \[[^,]+",
        new="related: [no-such",
        says="no entry `no-such`",
    ),
    Mistake(
        name="related to itself",
        old=r"^related: \[[^,]+",
        new="related: [oversight",
        says="three different other entries",
    ),
    Mistake(
        name="related entry twice",
        old=r"^related: \[([^,]+), [^,]+,",
        new=r"related: [\1, \1,",
        says="stands twice in the list: remove one",
    ),
    Mistake(
        name="two related entries",
        old=r"^related: \[[^,]+, ",
        new="related: [",
        says="`related` has 2 items, at least 3",
    ),
    Mistake(
        name="source that does not exist",
        old=r"^    sources: \[[^],]+",
        new="    sources: [no-such",
        says="no source `no-such`: correct its name or add it",
    ),
    Mistake(
        name="source that does not exist in a list of several lines",
        old=r"^    sources: \[gov-12532, ",
        new="    sources: [gov-12532,\n              no-such,\n              ",
        at=r"^              no-such",
        says="no source `no-such`: correct its name or add it",
    ),
    Mistake(
        name="statement without sources",
        old=r"^    sources: .*",
        new="    sources: []",
        says="`sources` has 0 items, at least 1",
    ),
    Mistake(
        name="source cited twice by one point",
        old=r"^    sources: \[([^,\]]+)",
        new=r"    sources: [\1, \1",
        says="stands twice in the list: remove one",
    ),
    Mistake(
        name="group that does not exist",
        old=r"^group: .*",
        new="group: nowhere",
        says="no group `nowhere` in en/language.yaml",
    ),
    Mistake(
        name="title too long",
        old=r"^title: .*",
        new=f"title: {'x' * 61}",
        says="`title` has 61 characters, at most 60",
    ),
    Mistake(
        name="button label too long",
        old=r"^short_title: .*",
        new=f"short_title: {'x' * 31}",
        says="`short_title` has 31 characters, at most 30",
    ),
    Mistake(
        name="short answer too long",
        old=r"^short: >-\n",
        new=f"short: >-\n  {said(0, 4)}\n",
        says="`short` has",
    ),
    Mistake(
        name="point too long",
        old=r"^    text: >-\n",
        new=f"    text: >-\n      {said(0, 16)}\n",
        says="`text` has",
    ),
    Mistake(
        name="whole answer too long for a message",
        old=r"^points:\n",
        new=f"points:\n{points(3, 14)}",
        at=r"^number:",
        says="at most 3000 fit one message",
    ),
    Mistake(
        name="fourteen points",
        old=r"^points:\n",
        new=f"points:\n{points(8, 1)}",
        says="`points` has",
        others=True,
    ),
    Mistake(
        name="day that does not exist",
        old=r"^    known_to: .*",
        new="    known_to: 2026-02-30",
        says="`known_to` must be a date such as 2026-11-24 (YYYY-MM-DD): there is no day 2026-02-30",
    ),
    Mistake(
        name="date in words", old=r"^    known_to: .*", new="    known_to: tomorrow", says="must be a date such as"
    ),
    Mistake(
        name="date without its dashes",
        old=r"^    known_to: .*",
        new="    known_to: 20261124",
        says="`known_to` must be a date such as 2026-11-24, not 20261124",
    ),
    Mistake(
        name="date in another order",
        old=r"^    known_to: .*",
        new="    known_to: 24.11.2026",
        says="`known_to` must be a date such as 2026-11-24, not '24.11.2026'",
    ),
    Mistake(
        name="value of an unknown sort",
        old=r"^    known_to: .*",
        new="    known_to: !!timestamp today",
        says="cannot read the value 'today'",
        others=True,
    ),
    Mistake(name="number in words", old=r"^number: 5$", new="number: five", says="must be a whole number, not 'five'"),
    Mistake(name="number as title", old=r"^title: .*", new="title: 54", says="`title` must be text: put 54 in quotes"),
    Mistake(name="empty title", old=r"^title: .*", new='title: "  "', says="`title` is empty"),
    Mistake(name="nothing after a key", old=r"^title: .*", new="title:", says="`title` is empty: fill it in"),
    Mistake(name="text for a list", old=r"^aliases: .*", new="aliases: audits", says="`aliases` must be a list"),
    Mistake(
        name="text for fields",
        old=r"^law_check:\n(  .*\n)+",
        new="law_check: none\n",
        says="must have fields",
        others=True,
    ),
    Mistake(
        name="tab as indentation",
        old=r"^    heading: .*\n    text:",
        new="    heading: Tabbed\n\ttext:",
        at=r"^\ttext:",
        says="the line begins with a tab: indent it with spaces",
    ),
    Mistake(name="quote not closed", old=r"^title: .*", new='title: "Who checks', says="not valid YAML"),
    Mistake(name="colon in plain text", old=r"^title: .*", new="title: Who checks: a list", says="not valid YAML"),
    Mistake(
        name="curly quotes",
        old=r"^title: .*",
        new="title: “Who checks”",
        says="curly quotes do not quote here: use straight ones",
    ),
    Mistake(
        name="character that nobody sees",
        old=r"^title: .*",
        new="title: Who\u200b checks",
        says="has an invisible character (U+200B): type the words anew",
    ),
    Mistake(
        name="escaped control character",
        old=r"^title: .*",
        new=r'title: "Who\\0 checks"',
        says="has an invisible character (U+0000)",
    ),
    Mistake(
        name="brackets in one another",
        old=r"^aliases: ",
        new=f"aliases: {'[' * 100_000}",
        says="too many brackets or lists in one another",
    ),
    Mistake(
        name="lists in one another",
        old=r"^aliases: .*(\n +.*)*",
        new="aliases:\n" + "\n".join(" " * level + "- - -" for level in range(0, 60, 6)),
        says="too many brackets or lists in one another",
        at=r"^ {36}- - -",
        others=True,
    ),
    Mistake(
        name="bell character",
        old=r"^title: .*",
        new="title: Who\x07 checks",
        says="character that YAML does not allow",
        at="^number:",
    ),
)

ELSEWHERE = (
    Mistake(
        name="starter that does not exist",
        file="en/language.yaml",
        old=r"^starters: \[[^,]+",
        new="starters: [no-such",
        says="no entry `no-such`",
    ),
    Mistake(
        name="language with another code than its folder",
        file="en/language.yaml",
        old=r"^code: en",
        new="code: fr",
        says="must be `en`, the folder's name",
    ),
    Mistake(
        name="date without its year",
        file="en/language.yaml",
        old=r"^date: .*",
        new='date: "{month} {day}"',
        says="must hold {day} and {month} and {year} once",
    ),
    Mistake(
        name="language without a name for itself",
        file="en/language.yaml",
        old=r"^  en: .*\n",
        new="",
        at=r"^names:",
        says="no names for the language `en`",
    ),
    Mistake(
        name="group twice",
        file="en/language.yaml",
        old=r"^  - id: sharing$",
        new="  - id: rules",
        says="`rules` is used twice",
        others=True,
    ),
    Mistake(
        name="starter twice",
        file="en/language.yaml",
        old=r"^starters: \[([^,]+), [^,]+",
        new=r"starters: [\1, \1",
        says="stands twice in the list",
    ),
    Mistake(
        name="eleven months",
        file="en/language.yaml",
        old=r"^months: \[[^,]+, ",
        new="months: [",
        says="`months` has 11 items, at least 12",
    ),
    Mistake(
        name="language request without its language",
        file="en/followups.yaml",
        old=r"^in_language:\n.*",
        new='in_language:\n  - "in english"',
        at=r'^  - "in english"',
        says="`in english` must hold {language} once",
    ),
    Mistake(
        name="language request with its language twice",
        file="en/followups.yaml",
        old=r"^in_language:(\n  - .*)+",
        new='in_language:\n  - "in {language}"\n  - "{language} or {language}"',
        at=r'^  - "\{language\} or',
        says="`{language} or {language}` must hold {language} once",
    ),
    Mistake(
        name="language request with another placeholder",
        file="en/followups.yaml",
        old=r"^in_language:(\n  - .*)+",
        new='in_language:\n  - "in {language}"\n  - "in {lang} {language}"',
        at=r'^  - "in \{lang\}',
        says="`in {lang} {language}` must hold {language} once",
    ),
    Mistake(
        name="language request with a lone brace",
        file="en/followups.yaml",
        old=r"^in_language:(\n  - .*)+",
        new='in_language: ["in {language}}"]',
        says="`in {language}}` must hold {language} once",
    ),
    Mistake(
        name="choice in words without what is unwanted",
        file="en/followups.yaml",
        old=r"^rather:(\n  - .*)+",
        new='rather:\n  - "{wanted}, not {unwanted}"\n  - "rather {wanted}"',
        at=r'^  - "rather',
        says="`rather {wanted}` must hold {wanted} and {unwanted} once",
    ),
    Mistake(
        name="choice in words without what is wanted",
        file="en/followups.yaml",
        old=r"^rather:(\n  - .*)+",
        new='rather: ["not {unwanted}"]',
        says="`not {unwanted}` must hold {wanted} and {unwanted} once",
    ),
    Mistake(
        name="choice in words with another placeholder",
        file="en/followups.yaml",
        old=r"^rather:(\n  - .*)+",
        new='rather: ["{wanted}, not {unwanted} but {other}"]',
        says="must hold {wanted} and {unwanted} once",
    ),
    Mistake(
        name="no choices in words",
        file="en/followups.yaml",
        old=r"^rather:(\n  - .*)+\n?",
        new="",
        at=r"^more:",
        says="`rather` is missing: add it",
    ),
    Mistake(
        name="nearest entry that does not exist",
        file="en/signposts/schools.yaml",
        old=r"^nearest: \[[^],]+",
        new="nearest: [no-such",
        says="no entry `no-such`",
    ),
    Mistake(
        name="signpost with four nearest entries",
        file="en/signposts/schools.yaml",
        old=r"^nearest: .*",
        new="nearest: [oversight, training, challenges, local-police]",
        says="`nearest` has 4 items, at most 3",
    ),
    Mistake(
        name="link that is not https",
        file="en/signposts/schools.yaml",
        old=r"^  url: https:",
        new="  url: http:",
        says="must start with https://",
    ),
    Mistake(
        name="link with spaces in it",
        file="en/signposts/schools.yaml",
        old=r"^  url: https:.*",
        new="  url: https://oag ca gov",
        says="`https://oag ca gov` is no web address",
    ),
    Mistake(
        name="signpost's id with capitals",
        file="en/signposts/schools.yaml",
        old=r"^id: .*",
        new="id: Schools",
        says="`Schools` may hold only a-z, 0-9 and single hyphens",
        others=True,
    ),
    Mistake(
        name="nearest entry twice",
        file="en/signposts/schools.yaml",
        old=r"^nearest: .*",
        new="nearest: [training, training]",
        says="`training` stands twice in the list",
    ),
    Mistake(
        name="resource that does not exist",
        file="en/urgent.yaml",
        old=r"^    resources: \[[^],]+",
        new="    resources: [no-such",
        says="no resource `no-such`",
    ),
    Mistake(
        name="urgent help with a source that does not exist",
        file="en/urgent.yaml",
        old=r"^    sources: \[[^],]+",
        new="    sources: [no-such",
        says="no source `no-such`",
    ),
    Mistake(
        name="resource without address or phone",
        file="en/resources.yaml",
        old=r"^    url: https://www.cdss.*\n",
        new="",
        at=r"^  - id: cdss-legal",
        says="needs a `url` or a `phone`",
    ),
    Mistake(
        name="resource whose address is not https",
        file="en/resources.yaml",
        old=r"^    url: https:",
        new="    url: http:",
        says="must start with https://",
    ),
    Mistake(
        name="phone without a number",
        file="en/resources.yaml",
        old=r'^    phone: "988"',
        new="    phone: …",
        says="`…` is no phone number",
    ),
    Mistake(
        name="term with an entry that does not exist",
        file="en/glossary.yaml",
        old=r"^    entries: \[[^],]+",
        new="    entries: [no-such",
        says="no entry `no-such`",
    ),
    Mistake(
        name="term twice",
        file="en/glossary.yaml",
        old=r"^  - id: ag$",
        new="  - id: a-number",
        says="`a-number` is used twice",
    ),
    Mistake(
        name="name of another term",
        file="en/glossary.yaml",
        old=r'^      - "ag"$',
        new="      - Alien number",
        says="`Alien number` is also a name of the term `a-number`: remove one",
    ),
    Mistake(
        name="name of a law for a term",
        file="en/glossary.yaml",
        old=r'^      - "ag"$',
        new="      - Trust-Act",
        says="`Trust-Act` is also a name of the law `ab-4`: remove one",
    ),
    Mistake(
        name="term with a law that is not there",
        file="en/glossary.yaml",
        old=r"^    law: ab-495$",
        new="    law: ab-4950",
        says="no law `ab-4950`: correct its name or add it",
    ),
    Mistake(
        name="term that another's name is, in other letters",
        file="en/glossary.yaml",
        old=r'^    term: "Attorney General .*',
        new="    term: Álien Registration-Number",
        says="is also a name of the term `a-number`: remove one",
    ),
    Mistake(
        name="small talk that the bot needs",
        file="en/smalltalk.yaml",
        old=r"^  - id: help$",
        new="  - id: assistance",
        at=r"^smalltalk:",
        says="the bot needs the small talk `help`: add it",
    ),
    Mistake(
        name="small talk with an unknown offer",
        file="en/smalltalk.yaml",
        old=r"^    offer: starters",
        new="    offer: cake",
        says="must be one of 'starters', 'topics' or 'nothing'",
    ),
    Mistake(
        name="list under another name",
        file="en/smalltalk.yaml",
        old=r"^smalltalk:",
        new="small_talk:",
        at=r"^small_talk:",
        says="must hold one list named `smalltalk:`",
    ),
    Mistake(
        name="lone brace in a phrase",
        file="en/phrases.yaml",
        old=r"^clarify: .*",
        new='clarify: "Which { topic?"',
        says="`clarify` has a lone brace",
    ),
    Mistake(
        name="wrong placeholder",
        file="en/phrases.yaml",
        old=r"^no_such_choice: .*",
        new='no_such_choice: "No choice {nummer}"',
        says="`no_such_choice` must hold {number}",
    ),
    Mistake(
        name="placeholder with a form",
        file="en/phrases.yaml",
        old=r"^no_such_choice: .*",
        new='no_such_choice: "No choice {number:d}"',
        says="`no_such_choice` must hold {number}",
    ),
    Mistake(
        name="placeholder where none belongs",
        file="en/phrases.yaml",
        old=r"^clarify: .*",
        new='clarify: "Which {topic}?"',
        says="`clarify` must hold no {placeholder}",
    ),
    Mistake(
        name="phrase missing",
        file="en/phrases.yaml",
        old=r"^clarify: .*\n",
        new="",
        at=r"^name:",
        says="`clarify` is missing",
    ),
    Mistake(
        name="privacy text with an unknown field",
        file="en/phrases.yaml",
        old=r"^  intro:",
        new="  introduction:",
        says="unknown field `introduction`",
        others=True,
    ),
    Mistake(
        name="source that is not https",
        file="sources.yaml",
        old=r"^    url: https:",
        new="    url: http:",
        says="must start with https://",
    ),
    Mistake(
        name="source that nothing uses",
        file="sources.yaml",
        old=r"^sources:\n",
        new=(
            "sources:\n  - id: spare\n    kind: study\n    label: {en: Spare, es: Otra}\n"
            "    citation: None\n    url: https://example.org/page\n    opened: 2026-11-24\n"
        ),
        at=r"^  - id: spare",
        says="the source `spare` is used nowhere",
    ),
    Mistake(
        name="source twice",
        file="sources.yaml",
        old=r"^  - id: gov-7284-4$",
        new="  - id: gov-7284-2",
        says="`gov-7284-2` is used twice",
    ),
    Mistake(
        name="source of an unknown kind",
        file="sources.yaml",
        old=r"^    kind: statute",
        new="    kind: rumour",
        says="`kind` must be one of",
    ),
    Mistake(
        name="source without a label in a language",
        file="sources.yaml",
        old=r"^    label: \{en:",
        new="    label: {de:",
        says="no label for language en",
    ),
)


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_catalogue(root)
    return [str(problem) for problem in caught.value.problems]


def test_the_untouched_copy_is_accepted(root: Path, catalogue: Catalogue) -> None:
    assert read_catalogue(root).edition("en").entries == catalogue.edition("en").entries


@pytest.mark.parametrize("mistake", [*ENTRIES, *ELSEWHERE], ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_each_mistake_is_found_in_its_file_and_line(mistake: Mistake, root: Path) -> None:
    mistake.check(root, problems_of)


def test_a_billion_laughs_end_with_one_line_in_no_time(root: Path) -> None:
    levels = [f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]" for number in range(1, 10)]
    (root / ENTRY).write_text("\n".join(["l0: &l0 lol", *levels, ""]), encoding="utf-8")
    found = [problem for problem in problems_of(root) if "stand for others" in problem]
    assert found == [f"{ENTRY}:4: too many values stand for others (`*` and `&`): write them out"]


def test_what_stands_for_another_value_a_few_times_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("a: &a [one]\nb: [*a, *a]\n", encoding="utf-8")
    document = read_document(path, tmp_path)
    assert (document.data, document.problems) == ({"a": ["one"], "b": [["one"], ["one"]]}, ())


def test_every_mistake_is_reported_at_once(root: Path) -> None:
    (root / "en/glossary.yaml").write_bytes("terms: [caf\u00e9]\n".encode("latin-1"))
    (root / "en/smalltalk.yaml").write_text("", encoding="utf-8")
    (root / "en/urgent.yaml").unlink()
    (root / ENTRY).write_text("- a list\n", encoding="utf-8")
    shown = "\n".join(problems_of(root))
    assert "en/glossary.yaml:1: not UTF-8 text" in shown
    assert "en/smalltalk.yaml:1: the file is empty" in shown
    assert "en/urgent.yaml:1: the file is missing" in shown
    assert f"{ENTRY}:1: the file must have fields of its own" in shown


def test_a_comment_alone_is_an_empty_file(root: Path) -> None:
    (root / ENTRY).write_text("# nothing yet\n", encoding="utf-8")
    assert f"{ENTRY}:1: the file is empty: fill it in or delete it" in problems_of(root)


def test_a_folder_without_languages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    assert problems_of(tmp_path) == [".:1: no language folder such as `en` found: check the path"]


def test_a_missing_folder_of_entries_is_named(root: Path) -> None:
    for path in (root / "en/signposts").iterdir():
        path.unlink()
    assert problems_of(root) == ["en/signposts:1: the folder is missing or empty: add its files"]


def test_local_help_is_checked_too(root: Path) -> None:
    local = root / "local.yaml"
    lines = "resources:\n  en:\n    - id: ours\n      label: Ours\n      phone: 1-800-898-7180\n"
    local.write_text(lines, encoding="utf-8")
    assert problems_of(root) == ["local.yaml:3: `opened` is missing: add it"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "  fr:\n    - {id: ours, label: Ours, phone: 1-800-898-7180, opened: 2026-11-24}\n",
            "2: there is no language `fr`",
        ),
        (
            "  fr:\n    - {id: ours, label: Ours, phone: 1-800-898-7180, opened: 2026-11-24}\n",
            "1: nothing for the language `en`",
        ),
        ("  en:\n    - {id: ours, label: Ours, phone: …, opened: 2026-11-24}\n", "3: `…` is no phone number"),
        ("  en:\n    - {id: ours, label: Ours, opened: 2026-11-24}\n", "3: needs a `url` or a `phone`"),
        (
            "  en:\n    - {id: ours, label: Ours, url: ours.org, opened: 2026-11-24}\n",
            "3: `ours.org` must start with",
        ),
        (
            "  en:\n" + "    - {id: ours, label: Ours, phone: 1-800-898-7180, opened: 2026-11-24}\n" * 2,
            "4: `ours` is used twice",
        ),
        ("  en:\n", "2: `en` is empty: fill it in, or remove it"),
    ],
)
def test_mistakes_in_local_help_are_found_at_their_line(lines: str, says: str, root: Path) -> None:
    (root / "local.yaml").write_text(f"resources:\n{lines}", encoding="utf-8")
    assert any(problem.startswith(f"local.yaml:{says}") for problem in problems_of(root)), problems_of(root)


@pytest.mark.parametrize(("channel", "right"), [("C0123456789", True), ("help", False), ("S0123456789", False)])
def test_the_contacts_channel_is_an_id(channel: str, right: bool, root: Path) -> None:
    one = f"{{id: ours, label: Ours, phone: 1-800-898-7180, slack_channel: {channel}, opened: 2026-11-24}}"
    (root / "local.yaml").write_text(f"contact:\n  en: {one}\n  es: {one}\n", encoding="utf-8")
    told = [problem.partition(" ")[0] for problem in problems_of(root) if "is no channel's id" in problem]
    assert told == ([] if right else ["local.yaml:2:", "local.yaml:3:"])


@pytest.mark.parametrize(
    ("group", "right"), [("legal-desk", True), ('"@legal-desk"', False), ("S0123456789", False), ('"our desk"', False)]
)
def test_the_contacts_user_group_is_a_handle(group: str, right: bool, root: Path) -> None:
    one = f"{{id: ours, label: Ours, phone: 1-800-898-7180, slack_user_group: {group}, opened: 2026-11-24}}"
    (root / "local.yaml").write_text(f"contact:\n  en: {one}\n  es: {one}\n", encoding="utf-8")
    told = [problem.partition(" ")[0] for problem in problems_of(root) if "is no user group's handle" in problem]
    assert told == ([] if right else ["local.yaml:2:", "local.yaml:3:"])


def test_one_name_for_two_terms_is_found_in_every_language(tmp_path: Path) -> None:
    root = copy_content(tmp_path / "content", languages=("en", "es"))
    path = root / "es/glossary.yaml"
    text = path.read_text(encoding="utf-8")
    name, second = (
        re.findall(r'^      - "(.*)"$', text, re.MULTILINE)[0].upper(),
        re.findall(r"^    term: (.*)$", text, re.MULTILINE)[1],
    )
    path.write_text(text.replace(f"    term: {second}\n", f'    term: "{name}"\n'), encoding="utf-8")
    line = line_of(path, rf'^    term: "{re.escape(name)}"$')
    (problem,) = problems_of(root)
    assert problem.startswith(f"es/glossary.yaml:{line}: `{name}` is also a name of the term ")


@pytest.mark.parametrize("file", ["sources.yaml", "en/phrases.yaml"])
def test_a_file_that_cannot_be_read_is_named(file: str, root: Path) -> None:
    (root / file).unlink()
    (root / file).mkdir()
    assert f"{file}:1: cannot be read (Is a directory): check the file and its permissions" in problems_of(root)


def test_a_byte_order_mark_and_other_line_ends_are_no_mistake(root: Path) -> None:
    path = root / ENTRY
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert "oversight" in read_catalogue(root).edition("en").entries


def test_local_help_appears_in_the_catalogue(root: Path) -> None:
    lines = "resources:\n  en:\n    - {id: ours, label: Our line, phone: 1-800-898-7180, opened: 2026-11-24}\n"
    (root / "local.yaml").write_text(lines, encoding="utf-8")
    assert [item.label for item in read_catalogue(root).local.resources["en"]] == ["Our line"]


def test_a_message_says_what_to_do(root: Path) -> None:
    path = root / ENTRY
    path.write_text(re.sub(r"^group: .*", "group: 7", path.read_text(encoding="utf-8"), flags=re.MULTILINE), "utf-8")
    assert problems_of(root) == [f"{ENTRY}:3: `group` must be text: put 7 in quotes"]
