"""Samples: read with their lines, refused with file and line where they are wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from content.checks.warnings.samples import copied_files, near_duplicates
from content.reading import documents
from content.reading.digest import CONTENT_FOLDER
from content.reading.documents import KeptDocuments
from content.reading.samples import Sample, read_samples
from content.schema.catalogue import Catalogue
from content.schema.errors import ContentError

KNOWN = {"en": {"entry/oversight", "smalltalk/greeting"}, "es": {"entry/oversight"}}
POINTS = {"entry/oversight": {"forums", "yearly-reports"}}
GOOD = "intent: entry/oversight\nvoices:\n  lawyer:\n    - who checks them\n    - who watches them\n"


def write(root: Path, text: str, name: str = "05-oversight", lang: str = "en") -> None:
    path = root / lang / "samples" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_samples(root, KNOWN, POINTS)
    return [str(problem) for problem in caught.value.problems]


def test_a_sample_knows_its_intent_voice_language_and_line(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert read_samples(tmp_path, KNOWN) == [
        Sample("who checks them", "en", "entry/oversight", "lawyer", "en/samples/05-oversight.yaml", 4),
        Sample("who watches them", "en", "entry/oversight", "lawyer", "en/samples/05-oversight.yaml", 5),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("entry/oversight", "entry/oversite"), "1: no such intent `entry/oversite`: correct its name"),
        (GOOD.replace("intent:", "intend:"), "1: unknown field `intend`: remove it or correct its name"),
        (
            GOOD.replace("who checks them", "Who WATCHES them"),
            "5: the same sample stands at en/samples/05-oversight.yaml:4: remove one",
        ),
        (GOOD.replace("who checks them", "911"), "4: `lawyer` must be text: put 911 in quotes"),
        (GOOD.replace("who checks them", "no"), "4: `lawyer` must be text: put no in quotes"),
        (GOOD.replace("who checks them", '""'), "4: `lawyer` is empty: fill it in, or remove it"),
        (GOOD.replace("who checks them", "x" * 1001), "4: `lawyer` has 1001 characters, at most 1000: shorten it"),
        (GOOD.replace("who checks them", "this: that"), "4: `lawyer` must be text: put it in quotes"),
        (
            GOOD.replace("  lawyer:\n", "  lawyer: &a\n").replace("who watches them", "*a"),
            "3: the value contains itself",
        ),
        ("", "1: the file is empty: fill it in or delete it"),
        (GOOD + "  friend: []\n", "6: `friend` has no samples: add some or remove it"),
        (GOOD + "  friend:\n", "6: `friend` is empty: fill it in, or remove it"),
        (
            f"{GOOD.partition('  lawyer')[0].rstrip()} {{}}\n",
            "2: `voices` holds nobody: add a name and a list of samples",
        ),
        (GOOD.replace("voices:\n  lawyer:", "samples:"), "2: unknown field `samples`: remove it or correct its name"),
        (GOOD.replace("  lawyer:\n    -", "  -").replace("    -", "  -"), "2: `voices` must have fields of its own"),
    ],
)
def test_a_wrong_sample_is_refused_at_its_line(text: str, problem: str, tmp_path: Path) -> None:
    write(tmp_path, text)
    assert any(found.startswith(f"en/samples/05-oversight.yaml:{problem}") for found in problems_of(tmp_path)), (
        problems_of(tmp_path)
    )


POINTED = """\
intent: entry/oversight
points:
  forums:
    clerk:
      - when is the forum
whole:
  clerk:
    - who checks
"""
ASKED = "asked:\n  - text: Who checks them, and how?\n    intents: [entry/oversight, smalltalk/greeting]\n"


def test_a_sample_of_a_point_knows_the_point_and_one_of_the_whole_knows_none(tmp_path: Path) -> None:
    write(tmp_path, POINTED, "points-05-oversight")
    file = "en/samples/points-05-oversight.yaml"
    assert read_samples(tmp_path, KNOWN, POINTS) == [
        Sample("when is the forum", "en", "entry/oversight", "clerk", file, 5, "forums"),
        Sample("who checks", "en", "entry/oversight", "clerk", file, 8, ""),
    ]


SERVED = GOOD.replace("- who checks them", "- text: who checks them\n      also: [smalltalk/greeting]")


def test_a_sample_knows_what_else_serves_it(tmp_path: Path) -> None:
    write(tmp_path, SERVED)
    first, second = read_samples(tmp_path, KNOWN)
    assert (first.text, first.also, first.line) == ("who checks them", ("smalltalk/greeting",), 4)
    assert (second.also, second.complete) == ((), False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SERVED.replace("smalltalk/greeting", "smalltalk/greet"), "4: no such intent `smalltalk/greet`"),
        (SERVED.replace("also:", "besides:"), "5: unknown field `besides`"),
        (SERVED.replace("[smalltalk/greeting]", "smalltalk/greeting"), "5: `also` must be a list"),
        (SERVED.replace("text: who checks them", "text: 911"), "4: `text` must be text: put 911 in quotes"),
    ],
)
def test_what_is_wrong_with_the_intents_that_serve_as_well_is_told(text: str, problem: str, tmp_path: Path) -> None:
    write(tmp_path, text)
    found = problems_of(tmp_path)
    assert any(one.startswith(f"en/samples/05-oversight.yaml:{problem}") for one in found), found


def test_a_question_that_was_really_asked_knows_all_that_it_means(tmp_path: Path) -> None:
    write(tmp_path, ASKED, "asked")
    (sample,) = read_samples(tmp_path, KNOWN, POINTS)
    assert (sample.intent, sample.also, sample.voice, sample.line) == (
        "entry/oversight",
        ("smalltalk/greeting",),
        "asked",
        2,
    )


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "points-05-oversight",
            POINTED.replace("forums:", "forum:"),
            "3: `entry/oversight` has no point `forum`, only forums, yearly-reports",
        ),
        (
            "points-05-oversight",
            POINTED.replace("entry/oversight", "smalltalk/greeting"),
            "1: only an entry has points: move these samples to `voices`",
        ),
        ("points-05-oversight", POINTED.replace("\n      - when is the forum", " []"), "4: `clerk` has no samples"),
        ("points-05-oversight", POINTED.replace("whole:", "all:"), "6: unknown field `all`"),
        (
            "points-05-oversight",
            POINTED.replace("when is the forum", "Who Checks"),
            "8: the same sample stands at en/samples/points-05-oversight.yaml:5: remove one",
        ),
        ("asked", ASKED.replace("smalltalk/greeting", "smalltalk/greet"), "3: no such intent `smalltalk/greet`"),
        ("asked", ASKED.replace("[entry/oversight, smalltalk/greeting]", "[]"), "3: `intents` has 0 items, at least 1"),
        ("asked", ASKED.replace("    intents:", "    intent:"), "2: `intents` is missing: add it"),
        ("asked", ASKED.replace("Who checks them, and how?", "911"), "2: `text` must be text: put 911 in quotes"),
        ("asked", GOOD, "1: `asked` is missing: add it"),
    ],
)
def test_a_wrong_sample_of_a_point_or_of_real_people_is_refused_at_its_line(
    name: str, text: str, problem: str, tmp_path: Path
) -> None:
    write(tmp_path, text, name)
    found = problems_of(tmp_path)
    assert any(one.startswith(f"en/samples/{name}.yaml:{problem}") for one in found), found


def test_the_same_sample_under_two_intents_is_refused_at_the_second(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "intent: smalltalk/greeting\nvoices:\n  a:\n    - Who checks them\n", "smalltalk-greeting")
    assert problems_of(tmp_path) == [
        "en/samples/smalltalk-greeting.yaml:4: the same sample stands at en/samples/05-oversight.yaml:4: remove one"
    ]


def test_the_same_words_may_stand_in_two_languages(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, lang="es")
    assert [sample.lang for sample in read_samples(tmp_path, KNOWN)] == ["en", "en", "es", "es"]


def test_of_a_change_one_files_samples_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, opened = KeptDocuments(), []
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, lang="es")
    before = read_samples(tmp_path, KNOWN, read=read)
    read_document = documents.read_document

    def note(path: Path, root: Path) -> documents.Document:
        opened.append(path.relative_to(root).as_posix())
        return read_document(path, root)

    monkeypatch.setattr(documents, "read_document", note)
    # As long as before: only the time of the change tells it.
    changed = tmp_path / "es/samples/05-oversight.yaml"
    write(tmp_path, GOOD.replace("who checks", "who chokes"), lang="es")
    os.utime(changed, ns=(0, changed.stat().st_mtime_ns + 1))
    after = read_samples(tmp_path, KNOWN, read=read)
    assert opened == ["es/samples/05-oversight.yaml"]
    assert [old is new for old, new in zip(before, after, strict=True)] == [True, True, False, False]
    assert after[2].text == "who chokes them"
    # A mistake in a file that is the same is told again, and what the samples may mean is asked anew.
    with pytest.raises(ContentError, match="no such intent"):
        read_samples(tmp_path, {"en": {"entry/oversight"}, "es": set()}, read=read)
    write(tmp_path, GOOD.replace("intent:", "intend:"))
    for _ in range(2):
        with pytest.raises(ContentError, match="unknown field `intend`"):
            read_samples(tmp_path, KNOWN, read=read)


def test_what_is_not_ours_needs_no_known_intent(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("entry/oversight", "none/weather"), "none-weather")
    assert {sample.intent for sample in read_samples(tmp_path, KNOWN)} == {"none/weather"}


def test_near_duplicates_of_two_intents_are_warned_of_and_of_one_are_not() -> None:
    def sample(text: str, intent: str, line: int, lang: str = "en") -> Sample:
        return Sample(text, lang, intent, "a", "f.yaml", line)

    found = near_duplicates(
        [
            sample("who checks the task forces", "entry/a", 1),
            sample("Who checks the task force", "entry/b", 2),
            sample("who checks the task forces?", "entry/a", 3),
            sample("who checks the task forces", "entry/b", 4, "es"),
            sample("something else entirely", "entry/b", 5),
        ]
    )
    assert sorted((problem.line, problem.message.split(":")[1].split()[0]) for problem in found) == [(1, "2"), (3, "2")]


@pytest.mark.parametrize(("letters", "warnings"), [(13, 1), (15, 0)])
def test_a_near_duplicate_may_be_longer_by_as_much_as_its_ratio_allows(letters: int, warnings: int) -> None:
    texts = {"entry/b": "x" * 93, "entry/a": "x" * 93 + "y" * letters}
    samples = [Sample(text, "en", intent, "a", "f.yaml", line) for line, (intent, text) in enumerate(texts.items())]
    assert [problem.line for problem in near_duplicates(samples)] == [1] * warnings


def test_a_file_that_is_mostly_a_copy_from_another_language_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD + "    - ¿quién las vigila?\n", lang="es")
    assert [str(problem) for problem in copied_files(read_samples(tmp_path), "en")] == [
        "es/samples/05-oversight.yaml:1: 2 samples are copies of those in `en`: write them anew"
    ]
    write(tmp_path, GOOD.replace("who checks them", "¿quién las vigila?"), lang="es")
    assert list(copied_files(read_samples(tmp_path), "en")) == []


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """All samples that the shipped model is trained on."""
    return read_samples(CONTENT_FOLDER)


@pytest.mark.parametrize(("lang", "each"), [("en", 120), ("es", 80)])
def test_every_entry_has_samples_enough_by_five_voices(
    lang: str, each: int, samples: list[Sample], catalogue: Catalogue
) -> None:
    own = [sample for sample in samples if sample.lang == lang and sample.intent.startswith("entry/")]
    by_intent: dict[str, list[Sample]] = {}
    for sample in own:
        by_intent.setdefault(sample.intent, []).append(sample)
    assert by_intent.keys() == {f"entry/{slug}" for slug in catalogue.edition(lang).entries}
    assert {name: len(found) for name, found in by_intent.items() if len(found) < each} == {}
    assert len({sample.voice for sample in own}) >= 5


@pytest.mark.parametrize(("lang", "each"), [("en", 40), ("es", 25)])
def test_every_signpost_has_samples_enough(lang: str, each: int, samples: list[Sample], catalogue: Catalogue) -> None:
    counts = {f"signpost/{name}": 0 for name in catalogue.edition(lang).signposts}
    for sample in samples:
        if sample.lang == lang and sample.intent.startswith("signpost/"):
            counts[sample.intent] += 1
    assert {name: count for name, count in counts.items() if count < each} == {}


@pytest.mark.parametrize(("kind", "least"), [("none/", 1000), ("urgent/", 250), ("smalltalk/", 200)])
def test_there_are_negatives_urgent_messages_and_small_talk_enough(
    kind: str, least: int, samples: list[Sample]
) -> None:
    assert sum(sample.intent.startswith(kind) for sample in samples) >= least
