"""Commands for editors: due, evaluate, schema, gaps."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from math import isfinite
from pathlib import Path

import click

from bot.cli.environment import settings_of
from bot.cli.options import content_option, missing_package
from bot.service.gaps import FEWEST, KEPT_MONTHS, UNREADABLE, read_gaps, unreadable
from content.checks.times import STALE_DAYS
from content.checks.times import due as find_due
from content.reading.compiled import load_catalogue
from content.reading.loader import read_draft
from content.reading.samples import intents_of
from content.schema.catalogue import Catalogue
from intents.language.foreign import UNDETERMINED
from intents.matcher import Matcher, open_matcher
from intents.training.evaluation import Report, judge, report
from intents.training.labelled import EvaluationError, read_labelled, read_rows

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DUE_DAYS = 60
"""How far ahead `due` looks."""


@click.command()
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=STALE_DAYS,
    show_default=True,
    help="Look again at what is known up to a day this long ago.",
)
@click.option("--all", "everything", is_flag=True, help="List what lies further ahead than 60 days, too.")
@content_option
def due(days: int, everything: bool, root: Path) -> None:
    """List what ends or grows old, with the day, the file and the line; the earliest first."""
    draft = read_draft(root, _today())
    found = find_due(draft.catalogue, draft.at, days)
    shown = [one for one in found if everything or (one.day - _today()).days <= DUE_DAYS]
    for one in shown:
        click.echo(f"{one.day} {'(over) ' if one.day <= _today() else ''}{one.problem}")
    within = f"{len(shown)} of {len(found)} are due within {DUE_DAYS} days"
    click.echo(f"{len(found)} in all" if everything else within)


def _in_a_folder(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a file that cannot be written before the work for it is done."""
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(path.parent)!r}: make it, or choose another place")
    return path


@click.command()
@click.argument("files", nargs=-1, type=_FILE)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_in_a_folder,
    help="Write a report with pictures to this file.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
@click.option("--train", "train_file", type=_FILE, help='Train on a {"split","intent","text"} set instead.')
@click.option("--test", "test_file", type=_FILE, help="The set to test on (its `test` rows).")
@content_option
def evaluate(
    files: tuple[Path, ...],
    html: Path | None,
    as_json: bool,
    train_file: Path | None,
    test_file: Path | None,
    root: Path,
) -> None:
    """Measure the matcher on labelled JSONL FILES, or the same core on a public intent set."""
    if train_file or test_file:
        if not (train_file and test_file) or files or html or as_json:
            raise click.UsageError("--train and --test go together, without other files, --html and --json")
        _evaluate_public(train_file, test_file)
        return
    if not files:
        raise click.UsageError("name at least one file of labelled messages")
    catalogue = load_catalogue(root)
    matcher = open_matcher(catalogue, root)
    try:
        reports = {name: _measure(path, catalogue, matcher) for name, path in _named(files)}
    except EvaluationError as error:
        raise click.ClickException(str(error)) from None
    from bot.cli.editing.report import write_html, write_text

    if as_json:
        figures = {name: {**found.figures, "worth": found.worths} for name, found in reports.items()}
        click.echo(json.dumps(figures, indent=2))
    else:
        click.echo("\n".join(write_text(name, found) for name, found in reports.items()))
    if html:
        try:
            page = write_html(reports)
        except ModuleNotFoundError as error:
            raise click.ClickException(f"no pictures: {missing_package(error)}") from None
        html.write_text(page, encoding="utf-8", errors="backslashreplace")
        click.echo(f"report written to {html}", err=as_json)


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write one file a kind into this folder.")
def schema(out: Path | None) -> None:
    """Print the JSON Schemas of the content files, or write them for an editor."""
    from content.schema.editor import KINDS, build_schemas

    schemas = build_schemas()
    if out is None:
        click.echo(json.dumps(schemas, indent=2))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, found in schemas.items():
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        click.echo(f"{path}: for {KINDS[name].glob}")


def _today() -> date:
    return date.today()  # noqa: DTZ011  # the editor's day


def _named(files: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Yield each file with its name, or with its whole path where another has the same name."""
    names = Counter(path.name for path in set(files))
    for path in files:
        yield (path.name if names[path.name] == 1 else str(path)), path


def _measure(path: Path, catalogue: Catalogue, matcher: Matcher) -> Report:
    slugs = {entry.number: entry.slug for entry in catalogue.edition(None).entries.values()}
    intents = {name for names in intents_of(catalogue).values() for name in names}
    intents.add("none")
    intents |= {f"law/{name}" for name in catalogue.laws}
    rows = read_labelled(path, slugs, intents=intents, languages=catalogue.languages)
    return report(judge(rows, matcher, catalogue.languages[0]))


def _evaluate_public(train_file: Path, test_file: Path) -> None:
    from intents.training.publicsets import OUT_OF_SCOPE, measure
    from intents.training.training import TrainingError

    try:
        splits = {path: _splits(path) for path in {train_file, test_file}}
        test = splits[test_file].get("test", [])
        if not any(intent != OUT_OF_SCOPE for intent, _ in test):
            raise EvaluationError(f'{test_file}: no rows with the split "test" and an intent other than "oos"')
        figures = measure(splits[train_file].get("train", []), splits[train_file].get("val", []), test)
    except EvaluationError as error:
        raise click.ClickException(str(error)) from None
    except TrainingError as error:
        raise click.ClickException(f'{train_file}: its rows with the split "train" are not enough: {error}') from None
    recall = "none in the set" if figures.out_of_scope_recall is None else f"{figures.out_of_scope_recall:.1%}"
    chosen = (
        f"threshold {figures.threshold:.3f} (chosen on the validation rows)"
        if isfinite(figures.threshold)
        else 'no threshold (no rows with the split "val" and the intent "oos")'
    )
    click.echo(
        f"{figures.labels} intents, trained on {figures.trained_on} messages\n"
        f"in-scope accuracy {figures.in_scope_accuracy:.1%}, out-of-scope recall {recall}, {chosen}"
    )


def _splits(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the rows of a public set as (intent, text), by their split."""
    found: dict[str, list[tuple[str, str]]] = {}
    for number, row in read_rows(path):
        split, intent = row.get("split"), row.get("intent")
        if not isinstance(split, str) or not isinstance(intent, str):
            raise EvaluationError(f'{path}:{number}: needs a "split" and an "intent"')
        found.setdefault(split, []).append((intent, row["text"]))
    return found


@click.command()
@content_option
def gaps(root: Path) -> None:
    """List what could not be answered, as counts by month, reason, nearest topic and language."""
    folder = settings_of(os.environ, Path.cwd()).gaps_folder
    if folder is None:
        raise click.ClickException("nothing is counted: set GAPS_FOLDER to a folder of the bot's own, and restart it")
    if not Path(folder).is_dir():
        raise click.ClickException("GAPS_FOLDER: there is no such folder yet; a bot that runs with it makes it")
    found = read_gaps(Path(folder), datetime.now(UTC).date())
    for name in unreadable(Path(folder)):
        click.echo(f"warning: {name} in GAPS_FOLDER {UNREADABLE}", err=True)
    catalogue = load_catalogue(root)
    others = (*catalogue.foreign.items(), *catalogue.language_cards.items())
    called = catalogue.edition(None).language.other_languages
    names = {code: f"{code}, {those[0].title()}" for code, those in called.items()}
    names |= {code: f"{code}, {one.name}" for code, one in others}
    names[UNDETERMINED] = "a language that is not known"
    for (month, reason), kinds in groupby(found.items(), key=lambda one: (one[0].month, one[0].reason)):
        click.echo(f"{month} {reason}")
        for gap, count in sorted(kinds, key=lambda one: (-one[1], one[0])):
            click.echo(f"{count:>7} {gap.topic or 'near no topic'} ({names.get(gap.lang, gap.lang)})")
    click.echo(f"counts below {FEWEST} are not shown; older than {KEPT_MONTHS} months are deleted")
