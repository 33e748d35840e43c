"""The command `check`: all content, once or again after each change."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click

from bot.cli.editing.training import is_current
from bot.cli.options import command_here, content_option, missing_package
from bot.dialogue.sayings import holds_personal_number
from bot.installed import as_called
from content.checks.lists import doubtful
from content.checks.local import doubtful_local, without_local_help
from content.checks.names import doubtful_addresses, doubtful_aliases
from content.checks.twins import untranslated
from content.checks.warnings.agreement import doubtful_dates, told_otherwise
from content.checks.warnings.capitals import doubtful_capitals
from content.checks.warnings.counts import doubtful_counts, doubtful_laws, unfounded_laws
from content.checks.warnings.mixed import mixed_samples, mixed_up
from content.checks.warnings.samples import everyday_aliases, unfinished
from content.checks.warnings.words import misspelt
from content.reading.compiled import changed_by_hand
from content.reading.documents import KeptDocuments, Read, read_document
from content.reading.layout import BUILT_FOLDER
from content.reading.loader import Draft, read_draft, without_samples
from content.reading.samples import Sample
from content.reading.watching import each_change
from content.schema.errors import ContentError, Problem
from intents.classifier.modelfile import MODEL_FILE, ModelError, recipe
from intents.match import Intent, Kind
from intents.matcher import open_matcher

_ADDRESS = re.compile(r"\S@\w[\w-]*\.\w|://")
_WARNINGS = (
    untranslated, doubtful, doubtful_addresses, doubtful_aliases, doubtful_capitals, doubtful_counts, doubtful_dates,
    doubtful_laws, unfounded_laws, told_otherwise, mixed_up,
)  # fmt: skip


@click.command()
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--samples", is_flag=True, help="Warn of samples, too, that the model would place elsewhere.")
@click.option("--watch", is_flag=True, help="Check again after each change, until Ctrl-C.")
@content_option
def check(strict: bool, samples: bool, watch: bool, root: Path) -> None:
    """Check all content; mistakes are reported at once as file:line: what is wrong and what to do."""
    if watch:
        _watch(root, samples=samples)
    elif _check(root, samples=samples) and strict:
        sys.exit(1)


def _watch(root: Path, *, samples: bool) -> None:
    read = KeptDocuments()
    try:
        for _ in each_change(root, time.sleep):
            click.echo(f"-- {datetime.now():%H:%M:%S} {root}")  # noqa: DTZ005  # the editor's clock
            try:
                _check(root, samples=samples, read=read)
            except ContentError as error:
                count = len(error.problems)
                click.echo(f"{error}\n{count} mistake{'s' if count > 1 else ''}")
            except OSError as error:
                # A checkout or an editor may take the folder away for a moment: what comes back is a change.
                click.echo(f"cannot use {error.filename!r} ({error.strerror})")
            click.echo("-- waiting for a change; Ctrl-C ends this")
    except KeyboardInterrupt:
        click.echo()


def check_content(
    root: Path, *, samples: bool = False, read: Read = read_document
) -> tuple[Draft, list[Problem | str]]:
    """Return the content below ``root`` and every warning about it. Raises ContentError with every mistake."""
    from bot.cli.editing.rendercheck import check_rendering

    today = date.today()  # noqa: DTZ011  # the editor's day
    draft = read_draft(root, today, read)
    if problems := list(check_rendering(draft.catalogue, draft.at)):
        raise ContentError(problems)
    return draft, [
        *(problem for warn in _WARNINGS for problem in warn(draft.catalogue, draft.at)),
        *doubtful_local(draft.catalogue, today, draft.at),
        *_misspelt(draft),
        *mixed_samples(draft.samples, draft.catalogue),
        *unfinished(draft.samples),
        *everyday_aliases(draft.samples, draft.catalogue, draft.at),
        *_personal(draft.samples),
        *changed_by_hand(root),
        *_stale_model(root),
        *(problem for _, problem in without_samples(draft)),
        *_reading_warnings(draft),
        *(_sample_warnings(draft, root) if samples else ()),
    ]


def _check(root: Path, *, samples: bool, read: Read = read_document) -> int:
    """Print every warning, and what there is; return how many warnings. Raises ContentError with every mistake."""
    draft, warnings = check_content(root, samples=samples, read=read)
    missing = without_local_help(draft.catalogue)
    notes = [f"note: {missing}"] if missing else []
    for line in (*_hardest(draft), *notes, *(f"warning: {warning}" for warning in warnings)):
        click.echo(as_called(line, command_here()))
    entries = len(draft.catalogue.edition(None).entries)
    languages = ", ".join(draft.catalogue.languages)
    click.echo(f"{entries} entries in {languages}; {len(draft.samples)} samples; 0 mistakes, {len(warnings)} warnings")
    return len(warnings)


def _hardest(draft: Draft) -> Iterator[str]:
    """Yield a line for each language with the grade of its hardest texts, where grades can be measured."""
    with suppress(ModuleNotFoundError):
        from content.checks.warnings.readability import read_grades

        readings = list(read_grades(draft.catalogue))
        for lang in sorted({reading.lang for reading in readings}):
            own = [reading for reading in readings if reading.lang == lang]
            short, body = max(reading.short for reading in own), max(reading.body for reading in own)
            yield f"{lang}: hardest short answer grade {short:.1f}, hardest body grade {body:.1f}"


def _reading_warnings(draft: Draft) -> Iterator[Problem | str]:
    try:
        from content.checks.warnings.readability import BODY_GRADE, SHORT_GRADE, read_grades
    except ModuleNotFoundError as error:
        yield f"reading grades not measured: {missing_package(error)}"
        return
    for reading in read_grades(draft.catalogue):
        if reading.too_hard:
            yield draft.at(
                (reading.lang, "entry", reading.slug),
                ("short",) if reading.short > SHORT_GRADE else ("points",),
                f"short answer at grade {reading.short:.1f} (at most {SHORT_GRADE:.0f}), "
                f"body at {reading.body:.1f} (at most {BODY_GRADE:.0f}): use shorter sentences and words",
            )


def _misspelt(draft: Draft) -> Iterator[Problem | str]:
    try:
        yield from misspelt(draft.catalogue, draft.samples, draft.at)
    except ModuleNotFoundError as error:
        yield f"spelling not checked: {missing_package(error)}"


def _personal(samples: Iterable[Sample]) -> Iterator[Problem]:
    for sample in samples:
        if holds_personal_number(sample.text) or _ADDRESS.search(sample.text):
            told = "holds what may be somebody's number or address: it would be published, write another message"
            yield Problem(sample.file, sample.line, told)


def _stale_model(root: Path) -> Iterator[Problem]:
    path = root / BUILT_FOLDER / MODEL_FILE
    if path.exists() and (made_from := recipe(root)) is not None and not is_current(path, made_from):
        yield Problem(f"{BUILT_FOLDER}/{MODEL_FILE}", 1, "is not made from these samples: run `faqbot train`")


def _sample_warnings(draft: Draft, root: Path) -> Iterator[Problem | str]:
    from content.checks.warnings.samples import copied_files, near_duplicates

    yield from copied_files(draft.samples, draft.catalogue.languages[0])
    yield from near_duplicates(draft.samples)
    try:
        matcher = open_matcher(draft.catalogue, root)
    except ModelError as error:
        yield str(error)
        return
    for lang, own in groupby(draft.samples, key=attrgetter("lang")):
        samples = list(own)
        for sample, chances in zip(samples, matcher.chances([one.text for one in samples], lang), strict=True):
            if found := _placed_elsewhere(sample, chances):
                told = f"the model takes this for {found}: check its label or its wording"
                yield Problem(sample.file, sample.line, told)


def _placed_elsewhere(sample: Sample, chances: Mapping[Intent, float]) -> str | None:
    best = max(chances, key=lambda intent: chances[intent])
    same = str(best) == sample.intent or (best.kind is Kind.NONE and sample.intent.startswith("none/"))
    return None if same else str(best)
