"""The languages must say the same: what stands in one and is missing or differs in the other is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from content.checks.names import doubtful_addresses, plain_name
from content.checks.twins import untranslated
from content.reading.digest import CONTENT_FOLDER
from content.reading.loader import read_catalogue, read_with_places
from content.reading.samples import read_samples
from content.schema.catalogue import Catalogue, Edition
from content.schema.errors import ContentError
from tests.content.mistakes.mistakes import Mistake, line_of

SPANISH = "es/entries/05-oversight.yaml"
AT_HOME = 10
"""Samples of a language that say a name from which its people use it: fewer mix languages."""

DIFFERENCES = (
    Mistake(
        name="other number",
        file=SPANISH,
        old=r"^number: 5$",
        new="number: 21",
        says="`number` differs from the `en` entry",
    ),
    Mistake(
        name="other group",
        file=SPANISH,
        old=r"^group: .*",
        new="group: sharing",
        says="`group` differs from the `en` entry",
    ),
    Mistake(
        name="other related entries",
        file=SPANISH,
        old=r"^related: \[[^,]+",
        new="related: [challenges",
        says="`related` differs from the `en` entry",
    ),
    Mistake(
        name="a point less",
        file=SPANISH,
        old=r"^  - id: data-training\n(    .*\n)+(?=law_check:)",
        new="",
        at=r"^points:",
        says="has other points or another order than `en` (yearly-reports, state-totals, forums, detention-reviews",
        others=False,
    ),
    Mistake(
        name="a source less",
        file=SPANISH,
        old=r"^    sources: \[gov-7283-1, gov-7283, ",
        new="    sources: [gov-7283-1, ",
        says="another `sources` than in `en`: make them equal",
        others=True,
    ),
    Mistake(
        name="a source less for a correction",
        file=SPANISH,
        old=r"^  sources: \[gov-7284-6, gov-7284-4\]",
        new="  sources: [gov-7284-6]",
        says="another `sources` than in `en`: make them equal",
    ),
    Mistake(
        name="no correction in one language",
        file=SPANISH,
        old=r"^law_check:\n(  .*\n)+",
        new="",
        at=r"^number:",
        says="`law_check` stands in only one language",
        others=True,
    ),
    Mistake(
        name="signpost with other entries",
        file="es/signposts/schools.yaml",
        old=r"^nearest: .*",
        new="nearest: [training]",
        says="differs from the `en` signpost",
    ),
    Mistake(
        name="urgent help with a step less",
        file="es/urgent.yaml",
        old=r"^    steps:\n      - [^\n]*\n(?:        .*\n)*",
        new="    steps:\n",
        says="has 7 steps, `en` has 8",
        others=True,
    ),
    Mistake(
        name="urgent help with other resources",
        file="es/urgent.yaml",
        old=r"^    resources: .*",
        new="    resources: [cdss-legal]",
        says="`resources` differs from the `en` urgent: make them equal",
    ),
    Mistake(
        name="correction with another source",
        file=SPANISH,
        old=r"^  sources: .*",
        new="  sources: [gov-7284-6]",
        says="another `sources` than in `en`: make them equal",
        others=True,
    ),
    Mistake(
        name="resource with another phone number",
        file="es/resources.yaml",
        old=r'^    phone: "988"',
        new='    phone: "211"',
        says="`phone` differs from the `en` resource",
    ),
    Mistake(
        name="small talk that offers something else",
        file="es/smalltalk.yaml",
        old=r"^    offer: starters",
        new="    offer: topics",
        says="`offer` differs from the `en` smalltalk",
    ),
    Mistake(
        name="term with other entries",
        file="es/glossary.yaml",
        old=r"^    entries: .*",
        new="    entries: [training]",
        says="`entries` differs from the `en` term",
    ),
    Mistake(
        name="small talk under another name",
        file="es/smalltalk.yaml",
        old=r"^  - id: greeting",
        new="  - id: hola",
        says="the smalltalk `hola` is missing in `en`",
        others=True,
    ),
    Mistake(
        name="term under another name",
        file="es/glossary.yaml",
        old=r"^  - id: a-number",
        new="  - id: numero-a",
        says="the term `numero-a` is missing in `en`",
        others=True,
    ),
    Mistake(
        name="privacy text with another key",
        file="es/phrases.yaml",
        old=r"^    - key: greeted",
        new="    - key: welcomed",
        at=r"^  kept:",
        says="lists other keys than `en`",
    ),
)


@pytest.fixture(scope="module")
def spoken() -> tuple[str, ...]:
    """Both languages."""
    return ("en", "es")


def problems_of(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_catalogue(root)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("mistake", DIFFERENCES, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_a_difference_between_the_languages_is_found_in_its_file_and_line(mistake: Mistake, root: Path) -> None:
    mistake.check(root, problems_of)


@pytest.mark.parametrize(
    ("folder", "remove", "kind"),
    [("entries", "17-training", "entry `training`"), ("signposts", "schools", "signpost `schools`")],
)
def test_what_a_language_lacks_is_reported_where_the_other_has_it(
    folder: str, remove: str, kind: str, root: Path
) -> None:
    (root / f"es/{folder}/{remove}.yaml").unlink()
    line = line_of(root / f"en/{folder}/{remove}.yaml", r"^(number|id):")
    assert f"en/{folder}/{remove}.yaml:{line}: the {kind} is missing in `es`: add it there" in problems_of(root)


@pytest.mark.parametrize("folder", ["entries/05-oversight", "signposts/schools"])
def test_a_twin_under_another_file_name_is_found(folder: str, root: Path) -> None:
    path = root / f"es/{folder}.yaml"
    path.rename(path.with_name("other.yaml"))
    (problem,) = problems_of(root)
    assert problem.startswith(
        f"es/{folder.partition('/')[0]}/other.yaml:1: the file must have the name of its `en` twin, `{path.name}`"
    )


UNTRANSLATED = {
    "entries/05-oversight.yaml": r"^short:",
    "signposts/schools.yaml": r"^text:",
    "urgent.yaml": r"^      - >-\n        Keep the door closed",
    "glossary.yaml": r"^    meaning:",
    "phrases.yaml": r"^welcome:",
    "smalltalk.yaml": r"^    text:",
    "resources.yaml": r"^    note: Nonprofits",
    "followups.yaml": r"^more:",
}


@pytest.mark.parametrize("file", UNTRANSLATED)
def test_what_is_copied_and_not_translated_is_warned_of_at_its_line(file: str, root: Path) -> None:
    catalogue, at = read_with_places(root)
    assert list(untranslated(catalogue, at)) == []
    shutil.copy(root / "en" / file, root / "es" / file)
    catalogue, at = read_with_places(root)
    line = line_of(root / "es" / file, UNTRANSLATED[file])
    same = {str(problem) for problem in untranslated(catalogue, at)}
    assert {problem.rpartition(": the same ")[0] for problem in same} >= {f"es/{file}:{line}"}


def test_a_language_folder_without_its_files_lists_every_one_of_them(root: Path) -> None:
    shutil.copytree(root / "es/entries", root / "fr/entries")
    missing = [problem.partition(":")[0] for problem in problems_of(root) if "the file is missing: add it" in problem]
    names = ("followups", "glossary", "language", "phrases", "resources", "smalltalk", "urgent")
    assert missing == [f"fr/{name}.yaml" for name in names]


def names_of(edition: Edition) -> set[str]:
    """Return all by which people may call an entry or a term."""
    entries = (name for one in edition.entries.values() for name in (one.title, one.short_title, *one.aliases))
    terms = (name for one in edition.glossary.values() for name in (one.term, one.id, *one.names))
    return {plain_name(name) for name in (*entries, *terms)}


def test_what_people_of_a_language_rather_say_is_no_name_of_another_alone(catalogue: Catalogue) -> None:
    """A name of one language alone is answered in it, whoever asks: "task forces" was, in Spanish."""
    texts: dict[str, list[str]] = {lang: [] for lang in catalogue}
    for sample in read_samples(CONTENT_FOLDER):
        texts[sample.lang].append(f" {plain_name(sample.text)} ")
    said, words = {}, {}
    for lang, lines in texts.items():
        said[lang] = "\n".join(lines)
        words[lang] = set(said[lang].split())
    names = {lang: names_of(edition) for lang, edition in catalogue.editions.items()}
    wrong = [
        (name, own, other)
        for own in catalogue
        for other in catalogue
        for name in names[own] - names[other]
        if words[other].issuperset(name.split())
        and (count := said[other].count(f" {name} ")) >= AT_HOME
        and count / len(texts[other]) > said[own].count(f" {name} ") / len(texts[own])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://es.lawhelpca.org/", True),
        ("https://espanol.lawhelpca.org/ayuda", True),
        ("https://lawhelpca.org/es", True),
        ("https://oag.lawhelpca.org/", False),
        ("https://es.lawhelp.org/", False),
    ],
)
def test_an_edition_of_the_same_site_in_the_language_is_the_same_site(url: str, fits: bool, root: Path) -> None:
    path = root / "es/resources.yaml"
    path.write_text(path.read_text("utf-8").replace("https://www.lawhelpca.org/", url), "utf-8")
    told = list(doubtful_addresses(*read_with_places(root)))
    assert (told == []) is fits
