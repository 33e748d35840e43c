"""Mistakes in what statements rest on, in their time, in their words, and in how a file is written: file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.checks.twins import untranslated
from content.checks.warnings.mixed import mixed_up
from content.reading.loader import read_draft, read_with_places
from content.schema.errors import ContentError
from tests.content.mistakes.mistakes import ENTRY, Mistake, copy_content, line_of
from tests.content.readings import newest_reading

SPANISH = ENTRY.replace("en/", "es/")
TODAY = newest_reading()
IN_SHORT = r"side, not ICE\."

TIMES = (
    Mistake(
        name="a year that can be out of date and no known_to",
        old=r"^    known_to: 2026-01-27\n",
        new="",
        at=r"^  - id: forums",
        says="says '2026', which can change: add `known_to:`, the day of the newest source that was read",
    ),
    Mistake(
        name="a court and no known_to",
        old=r"arrests and\n      immigration arrests\. ",
        new="arrests, says a\n      court. ",
        at=r"^  - id: yearly-reports",
        says="says 'court', which can change: add `known_to:`",
    ),
    Mistake(
        name="known_to later than anybody has read",
        old=r"^    known_to: 2026-01-27",
        new="    known_to: 2026-11-28",
        says="2026-11-28 is later than its newest source (2026-01-27): nobody has read anything of that day",
    ),
    Mistake(
        name="law known up to a day that nobody has read of",
        file="laws.yaml",
        old=r"^    known_to: 2025-09-20",
        new="    known_to: 2026-11-28",
        says="2026-11-28 is later than its newest source (2025-09-20): nobody has read anything of that day",
    ),
    Mistake(
        name="a bill's text of 2017 that speaks for 2026",
        file="sources.yaml",
        old=r"(bill_id=201720180AB493\"\n      dated: ).*",
        new=r"\g<1>2026-09-29",
        at=r"^      dated: 2026-09-29",
        says="is after the session of the bill that was read (2018): write the day that its text speaks for",
    ),
    Mistake(
        name="a copy of a bill's drafts that speaks for a later year",
        file="sources.yaml",
        old=r"(2023-r/bills/sb1132/drafts-compare\"\n      dated: ).*",
        new=r"\g<1>2026-09-28",
        at=r"^      dated: 2026-09-28",
        says="is after the session of the bill that was read (2024): write the day that its text speaks for",
    ),
    Mistake(
        name="day ahead and no until",
        old=r"^    until: 2027-07-01\n    after: >-\n(      .*\n)+",
        new="",
        at=r"^  - id: detention-reviews",
        says="speaks of 2027-07-01, which lies ahead of what is known: correct it, or add `until:` with",
        others=True,
    ),
    Mistake(
        name="until without what comes after",
        old=r"^    after: >-\n(      .*\n)+",
        new="",
        at=r"^    until: 2027-07-01",
        says="needs `after:` (the text from that day on) or `withdraw: true`, one of them",
    ),
    Mistake(
        name="until with both ends",
        old=r"^    until: 2027-07-01",
        new="    until: 2027-07-01\n    withdraw: true",
        says="needs `after:` (the text from that day on) or `withdraw: true`, one of them",
    ),
    Mistake(
        name="after without until",
        old=r"^    until: 2027-07-01\n",
        new="",
        at=r"^  - id: detention-reviews",
        says="`after` and `withdraw` need `until:`, the day from which they hold",
        others=True,
    ),
    Mistake(
        name="signpost that would be gone",
        file="en/signposts/detention-centers.yaml",
        old=r"^after: >-\n(  .*\n)+",
        new="withdraw: true\n",
        says="buttons and questions lead here: write `after:`, the text from that day",
    ),
    Mistake(
        name="text for later that does not fit",
        file="en/signposts/detention-centers.yaml",
        old=r"^after: >-\n",
        new=f"after: >-\n  {' '.join(f'So many words {number}.' for number in range(5))}\n",
        says="characters, at most 520 like `text`: shorten it",
    ),
    Mistake(
        name="urgent help that would change by itself",
        file="en/urgent.yaml",
        old=r"^    known_to: (.*)",
        new=r"    known_to: \1\n    after: Other steps.\n    until: 2027-07-01",
        at=r"^    until:",
        says="steps do not change by themselves: say nothing in them that ends on a day",
    ),
    Mistake(
        name="law with until and no after",
        file="laws.yaml",
        old=r"^    after:\n      en: >-\n(        .*\n)+      es: >-\n(        .*\n)+",
        new="",
        at=r"^    until: 2027-01-01",
        says="needs `after:` (the text from that day on)",
    ),
    Mistake(
        name="until that is no day",
        old=r"^    until: 2027-07-01",
        new="    until: July 2027",
        says="`until` must be a date such as 2026-11-24, not 'July 2027'",
    ),
    Mistake(
        name="nothing found and not said where and when",
        old=r"^    searched:\n      where: .*\n(        .*\n)*      on: .*\n",
        new="",
        at=r"^  - id: state-totals",
        says="says 'we found none': add `searched:` with `where:` and `on:`, the day of the search",
    ),
    Mistake(
        name="search without its day",
        old=r"^      on: 2026-11-28\n",
        new="",
        at=r"^    searched:",
        says="`on` is missing: add it",
    ),
    Mistake(
        name="copy that is younger than its reading",
        file="sources.yaml",
        old=r"^    opened: 2026-11-24\n(?=    copy_of:)",
        new="    opened: 2016-09-01\n",
        at=r"^      dated: 2017-10-05",
        says="is after `opened` (2016-09-01): correct one of them",
        others=True,
    ),
    Mistake(
        name="source that nobody opened",
        file="sources.yaml",
        old=r"^    opened: .*\n",
        new="",
        at=r"^  - id: gov-7284-2$",
        says="`opened` is missing: add it",
    ),
    Mistake(
        name="urgent help without its day",
        file="en/urgent.yaml",
        old=r"^    known_to: .*\n",
        new="",
        at=r"^  - id: door",
        says="`known_to` is missing: add it",
    ),
)

SOURCES = (
    Mistake(
        name="front page as a source",
        file="sources.yaml",
        old=r"^    url: https://leginfo.*",
        new="    url: https://leginfo.legislature.ca.gov/",
        says="`https://leginfo.legislature.ca.gov/` is a front page: give the address of the document itself",
    ),
    Mistake(
        name="index page alone under a statement",
        file="sources.yaml",
        old=r"^    copy_of:(?=\n      address: .*\n      dated: .*\n  - id: gov-7284-8$)",
        new="    shallow: an index\n    copy_of:",
        seen_in=ENTRY,
        at=r"^    sources: \[gov-7284-6\]",
        says="rests on index pages alone: add the document itself",
        others=True,
    ),
    Mistake(
        name="belief with a holder that is no source",
        old=r"^  sources: \[gov-7284-6, gov-7284-4\]",
        new="  said_by: nobody\n  sources: [gov-7284-6, gov-7284-4]",
        says="no source `nobody`: correct its name or add it",
    ),
    Mistake(
        name="phone that no source confirms",
        file="en/resources.yaml",
        old=r"^    source: crisis-988\n",
        new="",
        at=r'^    phone: "988"',
        says="no `source:` confirms this number: add the official page that gives it",
        others=True,
    ),
    Mistake(
        name="phone with a source that does not exist",
        file="en/resources.yaml",
        old=r"^    source: crisis-988",
        new="    source: no-such",
        says="no source `no-such`: correct its name or add it",
        others=True,
    ),
    Mistake(
        name="phone read as a number",
        file="en/resources.yaml",
        old=r'^    phone: "988"',
        new="    phone: 988",
        says="`phone` must be text: put 988 in quotes",
    ),
    Mistake(
        name="law with a source that does not exist",
        file="laws.yaml",
        old=r"^    sources: \[[^],]+",
        new="    sources: [no-such",
        says="no source `no-such`: correct its name or add it",
        others=True,
    ),
    Mistake(
        name="law that names an entry that does not exist",
        file="laws.yaml",
        old=r"^    entries: \[[^],]+",
        new="    entries: [no-such",
        says="no entry `no-such`: correct its name or add it",
    ),
    Mistake(
        name="law that says nothing in a language",
        file="laws.yaml",
        old=r"^    does:\n      en: >-\n(        .*\n)+",
        new="    does:\n",
        says="nothing for the language en: add it",
    ),
    Mistake(
        name="law of an unknown level",
        file="laws.yaml",
        old=r"^    level: state",
        new="    level: county",
        says="`level` must be one of 'state', 'federal', 'local' or 'voters', not 'county'",
    ),
    Mistake(
        name="name of another law",
        file="laws.yaml",
        old=r'^      en: \["no secret police act"',
        new='      en: ["Values  Act!"',
        says="`Values  Act!` is also a name of the law `sb-54`: remove one",
    ),
    Mistake(
        name="number of another law",
        file="laws.yaml",
        old=r'^    number: "SB 627"',
        new='    number: "SB 54"',
        says="`SB 54` is also a name of the law `sb-54`: remove one",
    ),
    Mistake(
        name="law twice",
        file="laws.yaml",
        old=r"^  - id: sb-627",
        new="  - id: sb-54",
        says="`sb-54` is used twice, first at laws.yaml:",
    ),
    Mistake(
        name="point's id twice",
        old=r"^  - id: state-totals",
        new="  - id: yearly-reports",
        says="`yearly-reports` is used twice in this entry: choose another",
        others=True,
    ),
    Mistake(
        name="point's id with capitals",
        old=r"^  - id: state-totals",
        new="  - id: State_Totals",
        says="`State_Totals` may hold only a-z, 0-9 and single hyphens",
        others=True,
    ),
    Mistake(
        name="point's id too long",
        old=r"^  - id: state-totals",
        new="  - id: totals-of-the-whole-state",
        says="`id` has 25 characters, at most 24: shorten it",
    ),
    Mistake(
        name="point without an id",
        old=r"^  - id: state-totals\n    heading",
        new="  - heading",
        says="`id` is missing: add it",
    ),
    Mistake(
        name="heading that fits no button",
        old=r"^    heading: State totals",
        new=f"    heading: {'x' * 31}",
        says="`heading` has 31 characters, at most 30: shorten it",
    ),
    Mistake(
        name="one point only",
        old=r"^points:\n(  .*\n)+?(?=  - id: data-training)",
        new="points:\n",
        says="`points` has 1 items, at least 2: add some",
    ),
    Mistake(
        name="hub with a choice that does not exist",
        file="en/signposts/my-rights.yaml",
        old=r"^choices: \[[^],]+",
        new="choices: [signpost/no-such",
        says="no signpost, urgent help or entry `signpost/no-such`: correct its name or add it",
    ),
    Mistake(
        name="urgent help with a choice that does not exist",
        file="en/urgent.yaml",
        old=r"^    choices: \[[^],]+",
        new="    choices: [no-such",
        says="no urgent help `no-such`: correct its name or add it",
    ),
    Mistake(
        name="urgent help that leads on to what does not exist",
        file="en/urgent.yaml",
        old=r"^    next: \[[^],]+",
        new="    next: [signpost/no-such",
        says="no signpost, urgent help or entry `signpost/no-such`: correct its name or add it",
    ),
    Mistake(
        name="nothing for whoever asks",
        old=r"^for_you: >-\n(  .*\n)+",
        new="",
        at=r"^number:",
        says="`for_you` is missing: add it",
    ),
    Mistake(
        name="field of the first schema",
        old=r"^related:",
        new="reviewed: 2026-11-24\nrelated:",
        says="unknown field `reviewed`: remove it or correct its name",
    ),
)

WORDING = (
    *(
        Mistake(
            name=f"markup in a text: {markup}",
            old=IN_SHORT,
            new=f"side, {markup}.",
            at=r"^short:",
            says=f"{found!r} is markup, which is shown as it stands: write plain text",
        )
        for markup, found in (
            ("not <b>ICE</b>", "<b>"),
            ("ICE &amp; CBP", "&amp;"),
            ("not **ICE**", "**"),
            ("not [ICE](https://www.ice.gov/)", "[ICE]("),
            ("not __ICE__", "__"),
        )
    ),
    Mistake(
        name="note to oneself",
        old=IN_SHORT,
        new="side, TODO.",
        at=r"^short:",
        says="TODO is a note to yourself: finish the text",
    ),
    Mistake(
        name="phone in a text that is no resource's",
        old=IN_SHORT,
        new="side: call (213) 555-0100.",
        at=r"^short:",
        says="'(213) 555-0100' is no resource's number: add it to resources.yaml with the source that confirms it",
    ),
    Mistake(
        name="address in a text",
        old=IN_SHORT,
        new="side, see oag.ca.gov.",
        at=r"^short:",
        says="'oag.ca.gov' is an address inside a text: make it a source, a link or a resource",
    ),
    Mistake(
        name="markup in a step of urgent help",
        file="en/urgent.yaml",
        old=r"^        Keep the door closed",
        new="        <b>Keep</b> the door closed",
        at=r"^      - >-",
        says="'<b>' is markup",
    ),
    Mistake(
        name="markup in a law card",
        file="laws.yaml",
        old=r"Police and sheriffs may not use money",
        new="**Police** may not use money",
        at=r"^      en: >-",
        says="'**' is markup",
    ),
    Mistake(
        name="note to oneself in a phrase",
        file="en/phrases.yaml",
        old=r"^clarify: .*",
        new='clarify: "TODO"',
        says="TODO is a note to yourself",
    ),
)

FORM = (
    Mistake(
        name="words behind a space and a number sign",
        old=r"^title: .*",
        new="title: Who checks task forces #1",
        says="'#1' is not read, # begins a comment: put the text in quotes, or the comment above it",
    ),
    Mistake(
        name="number that begins with a zero",
        old=r"^number: 5$",
        new="number: 016",
        says="016 is read as the number 14: write it without signs, or in quotes",
        others=True,
    ),
    Mistake(
        name="time that is read as a number",
        old=r"^number: 5$",
        new="number: 1:30",
        says="1:30 is read as the number 90: write it without signs, or in quotes",
        others=True,
    ),
    Mistake(
        name="two versions of a line",
        old=r"^title: (.*)",
        new=r"<<<<<<< HEAD\ntitle: \1\n=======\ntitle: Other\n>>>>>>> theirs",
        says="two versions stand here one under the other: keep one, and remove the lines <<<<<<<, ======= and >>>>>>>",
    ),
    Mistake(
        name="line that begins with a tab",
        old=r"^  Ask your police",
        new="\tAsk your police",
        says="the line begins with a tab: indent it with spaces",
    ),
)

DIFFERENCES = (
    Mistake(
        name="another number than in English",
        file=SPANISH,
        old=r"el 27 de enero de 2026",
        new="el 26 de enero de 2026",
        at=r"^    text: >-\n      Si la policía",
        says="other numbers than in `en` (26, 27): make them equal",
    ),
    Mistake(
        name="another month than in English",
        file=SPANISH,
        old=r"\(abril de 2025\)",
        new="(mayo de 2025)",
        at=r"^    text: >-\n      La Fiscalía General debe revisar",
        says="other months than in `en` (abril, mayo): make the dates equal",
    ),
    Mistake(
        name="another sum than in English",
        file="es/signposts/dmv-data.yaml",
        old=r"da \$55 millones",
        new="da $5.5 millones",
        at=r"^text:",
        says="other numbers than in `en` ($5.5, $55): make them equal",
    ),
    Mistake(
        name="another phone number in a step",
        file="es/urgent.yaml",
        old=r"1-800-898-7180",
        new="1-888-351-4024",
        at=r"^    steps:(?=\n.*\n        No lo decida)",
        says="other numbers than in `en`",
        others=True,
    ),
    Mistake(
        name="label with the number of another law",
        file="sources.yaml",
        old=r'es: "SB 54: por',
        new='es: "SB 45: por',
        at=r"^    label: (?=.*SB 45)",
        says="other numbers than in `en` (45, 54): make them equal",
    ),
    Mistake(
        name="another time in the bot's own sentences",
        file="es/phrases.yaml",
        old=r"15 minutos",
        new="25 minutos",
        says="other numbers than in `en` (15, 25): make them equal",
        others=True,
    ),
    Mistake(
        name="law with another year in one language",
        file="laws.yaml",
        old=r"Vigente desde el 1 de enero de 2018",
        new="Vigente desde el 1 de enero de 2017",
        at=r"^      es: >-\n        Vigente",
        says="other numbers than in `en` (2017, 2018): make them equal",
    ),
    Mistake(
        name="points in another order",
        file=SPANISH,
        old=r"^  - id: yearly-reports",
        new="  - id: state-totals-first",
        at=r"^points:",
        says="has other points or another order than `en`",
        others=True,
    ),
    Mistake(
        name="statement known to another day",
        file=SPANISH,
        old=r"^    known_to: 2026-01-27",
        new="    known_to: 2026-01-26",
        others=True,
        says="another `known_to` than in `en`: make them equal",
    ),
    Mistake(
        name="text that ends on another day",
        file=SPANISH,
        old=r"^    until: 2027-07-01",
        new="    until: 2027-07-02",
        says="another `until` than in `en`: make them equal",
    ),
    Mistake(
        name="phone with another source",
        file="es/resources.yaml",
        old=r"^    source: crisis-988",
        new="    source: lacity-911",
        says="`source` differs from the `en` resource: make them equal",
        others=True,
    ),
    Mistake(
        name="hub with other choices",
        file="es/signposts/my-rights.yaml",
        old=r"^choices: \[[^,]+, ",
        new="choices: [",
        says="`choices` differs from the `en` signpost: make them equal",
    ),
)

WARNED = (
    Mistake(
        name="English title",
        file=SPANISH,
        old=r"^title: .*",
        new="title: Who checks the task forces",
        says="reads as text in `en`: write it in `es`",
    ),
    Mistake(
        name="English heading",
        file=SPANISH,
        old=r"^    heading: .*",
        new="    heading: What the state must do",
        says="reads as text in `en`: write it in `es`",
    ),
    Mistake(
        name="Spanish heading",
        file=ENTRY,
        old=r"^    heading: .*",
        new="    heading: Los informes de cada año",
        says="reads as text in `es`: write it in `en`",
    ),
)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A copy of the content in both languages."""
    return copy_content(tmp_path / "both", languages=("en", "es"))


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_draft(root, TODAY)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("mistake", [*TIMES, *SOURCES, *WORDING, *FORM], ids=lambda one: one.name.replace(" ", "-"))
def test_each_mistake_is_found_in_its_file_and_line(mistake: Mistake, root: Path) -> None:
    mistake.check(root, problems_of)


@pytest.mark.parametrize("mistake", DIFFERENCES, ids=lambda one: one.name.replace(" ", "-"))
def test_what_differs_between_the_languages_is_found_in_its_file_and_line(mistake: Mistake, both: Path) -> None:
    mistake.check(both, problems_of)


@pytest.mark.parametrize("mistake", WARNED, ids=lambda one: one.name.replace(" ", "-"))
def test_a_text_in_the_wrong_language_is_warned_of_in_its_file_and_line(mistake: Mistake, both: Path) -> None:
    catalogue, at = read_with_places(both)
    assert list(mixed_up(catalogue, at)) == list(untranslated(catalogue, at)) == []
    file, line = mistake.make(both)
    assert [str(problem) for problem in mixed_up(*read_with_places(both))] == [f"{file}:{line}: {mistake.says}"]


def test_a_year_ahead_of_today_needs_a_text_for_its_time(root: Path) -> None:
    path = root / "en/signposts/schools.yaml"
    text = path.read_text("utf-8").replace("until: 2031-01-01\nafter: >-", "unused: >-")
    path.write_text(text[: text.index("unused")] + text[text.index("link:") :], "utf-8")
    assert read_with_places(root)
    assert problems_of(root) == [
        "en/signposts/schools.yaml:1: speaks of 2031, which lies ahead: add `until:` with `after:` or `withdraw:`"
    ]


@pytest.mark.parametrize(
    ("file", "before"),
    [
        (ENTRY, "short: >-\n  "),
        (ENTRY, "for_you: >-\n  "),
        ("laws.yaml", "    does:\n      en: >-\n        "),
        ("laws.yaml", "    binds:\n      en: >-\n        "),
    ],
)
@pytest.mark.parametrize("said", ["By July 1, {}: ", "Through {}: "])
def test_what_nothing_can_replace_speaks_of_no_day_ahead(file: str, before: str, said: str, root: Path) -> None:
    path = root / file
    path.write_text(path.read_text("utf-8").replace(before, before + said.format(TODAY.year + 2), 1), "utf-8")
    told = "which lies ahead, and no other text can take its place: say it in a point or a law's status, with `until:`"
    assert any(told in problem for problem in problems_of(root))


def test_a_laws_status_speaks_of_a_day_ahead_only_with_what_comes_after(root: Path) -> None:
    path = root / "laws.yaml"
    text = path.read_text("utf-8")
    status = "Proposed on February 20, 2026. Without it"
    assert text.count(status) == 2
    head, _, tail = text.partition(status)
    head += status + tail[: tail.index("    until: ")]
    path.write_text(head + tail[tail.index("    entries: ") :], "utf-8")
    line = head[: head.rindex("      en: >-")].count("\n") + 1
    assert f"laws.yaml:{line}: speaks of 2027-07-01, which lies ahead: add `until:` with `after:` or `withdraw:`" in (
        problems_of(root)
    )


def test_a_comment_of_its_own_line_and_a_number_sign_in_quotes_are_no_mistake(root: Path) -> None:
    path = root / ENTRY
    old = path.read_text("utf-8")
    path.write_text(
        old.replace("title: Who checks task forces and ICE contact", '# first\ntitle: "Who checks #1"'), "utf-8"
    )
    assert read_draft(root, TODAY).catalogue.edition("en").entries["oversight"].title == "Who checks #1"
    assert line_of(path, "^# first") == 4
