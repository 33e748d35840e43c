"""Commands for editors: check, train, evaluate, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from bot.commands import content_option
from bot.startup import open_matcher
from content.catalogue import Catalogue
from content.checks import REVIEW_DAYS, stale_reviews
from content.compiled import BUILT_FOLDER, load_catalogue, write_catalogue
from content.digest import samples_digest
from content.errors import Problem
from content.loader import read_catalogue
from content.samples import Sample, read_samples
from intents.evaluation import EvaluationError, json_line, judge, read_labelled, report
from intents.match import Kind
from intents.matcher import Matcher
from intents.modelfile import MODEL_FILE, ModelError, write_model


@click.command()
@click.option(
    "--stale", type=int, default=REVIEW_DAYS, show_default=True, help="Warn of reviews older than this many days."
)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@content_option
def check(stale: int, strict: bool, root: Path) -> None:
    """Check all content; mistakes are reported at once as file:line: what is wrong and what to do."""
    catalogue = read_catalogue(root)
    samples = read_samples(root, _intents(catalogue))
    warnings = [*stale_reviews(catalogue, date.today(), stale), *_reading_warnings(catalogue)]  # noqa: DTZ011  # the editor's day
    warnings += [str(problem) for problem in _sample_warnings(catalogue, samples, root)]
    problems = list(_render_problems(catalogue))
    for line in (*(f"mistake: {problem}" for problem in problems), *(f"warning: {line}" for line in warnings)):
        click.echo(line)
    entries = len(catalogue.edition(None).entries)
    languages = ", ".join(catalogue.languages)
    click.echo(
        f"{entries} entries in {languages}; {len(samples)} samples; {len(problems)} mistakes, {len(warnings)} warnings"
    )
    if problems or (strict and warnings):
        sys.exit(1)


@click.command()
@content_option
def train(root: Path) -> None:
    """Train the model on the samples and compile the catalogue. Takes about half a minute."""
    catalogue = read_catalogue(root)
    samples = read_samples(root, _intents(catalogue))
    try:
        from intents.learning import learn  # scikit-learn is only needed here
    except ImportError:
        raise click.ClickException("training needs scikit-learn: run `pip install 'calcoord-faqbot[edit]'`") from None
    if not samples:
        raise click.ClickException(f"there are no samples below {root}: train in a checkout of the project")
    model = learn(samples, samples_digest(root) or "")
    path = root / BUILT_FOLDER / MODEL_FILE
    write_catalogue(catalogue, root)
    write_model(model, path)
    open_matcher(catalogue, root)
    sizes = ", ".join(f"{len(classifier.names)} n-grams for {code}" for code, classifier in model.intents.items())
    click.echo(f"trained on {len(samples)} samples: {sizes}; {path.stat().st_size / 1e6:.1f} MB")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a report with pictures to this file."
)
@click.option("--json", "as_json", is_flag=True, help="Write the figures as JSON.")
@click.option(
    "--train",
    "train_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Train on a {"split","intent","text"} set instead.',
)
@click.option(
    "--test",
    "test_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The set to test on (its `test` rows).",
)
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
        if not (train_file and test_file) or files:
            raise click.UsageError("--train and --test go together, without other files")
        _evaluate_public(train_file, test_file)
        return
    if not files:
        raise click.UsageError("name at least one file of labelled messages")
    catalogue = load_catalogue(root)
    matcher = open_matcher(catalogue, root)
    default = catalogue.languages[0]
    slugs = {entry.number: entry.slug for entry in catalogue.edition(None).entries.values()}
    try:
        reports = {path.name: report(judge(read_labelled(path, slugs), matcher, default)) for path in files}
    except EvaluationError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps({name: found.figures for name, found in reports.items()}, indent=2))
        return
    from bot.evaluationreport import write_html, write_text

    for name, found in reports.items():
        click.echo(write_text(name, found))
    if html:
        html.write_text(write_html(reports), encoding="utf-8")
        click.echo(f"report written to {html}")


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write one file a kind into this folder.")
def schema(out: Path | None) -> None:
    """Print the JSON Schemas of the content files, or write them for an editor."""
    from content.editorschema import GLOBS, build_schemas

    schemas = build_schemas()
    if out is None:
        click.echo(json.dumps(schemas, indent=2))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, found in schemas.items():
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        click.echo(f"{path}: for {GLOBS[name]}")


def _intents(catalogue: Catalogue) -> dict[str, set[str]]:
    return {
        code: {
            *(f"{Kind.ENTRY}/{slug}" for slug in edition.entries),
            *(f"{Kind.SIGNPOST}/{name}" for name in edition.signposts),
            *(f"{Kind.URGENT}/{name}" for name in edition.urgent),
            *(f"{Kind.SMALLTALK}/{name}" for name in edition.smalltalk),
        }
        for code, edition in catalogue.editions.items()
    }


def _reading_warnings(catalogue: Catalogue) -> list[str]:
    try:
        from content.readability import BODY_GRADE, SHORT_GRADE, read_grades
    except ImportError:
        return ["reading grades not measured: run `pip install 'calcoord-faqbot[edit]'`"]
    readings = list(read_grades(catalogue))
    for lang in sorted({reading.lang for reading in readings}):
        own = [reading for reading in readings if reading.lang == lang]
        short, body = max(reading.short for reading in own), max(reading.body for reading in own)
        click.echo(f"{lang}: hardest short answer grade {short:.1f}, hardest body grade {body:.1f}")
    return [
        f"{r.lang}: entry {r.slug}: short answer at grade {r.short:.1f} (at most {SHORT_GRADE:.0f}), "
        f"body at {r.body:.1f} (at most {BODY_GRADE:.0f}): use shorter sentences and words"
        for r in readings
        if r.too_hard
    ]


def _sample_warnings(catalogue: Catalogue, samples: list[Sample], root: Path) -> Iterable[Problem | str]:
    from content.samplechecks import near_duplicates

    yield from near_duplicates(samples)
    try:
        matcher = open_matcher(catalogue, root)
    except ModelError as error:
        yield str(error)
        return
    for sample in samples:
        if found := _placed_elsewhere(sample, matcher):
            yield Problem(sample.file, sample.line, f"the model takes this for {found}: check its label or its wording")


def _placed_elsewhere(sample: Sample, matcher: Matcher) -> str | None:
    chances = matcher.chances(sample.text, sample.lang)
    best = max(chances, key=lambda intent: chances[intent])
    same = str(best) == sample.intent or (best.kind is Kind.NONE and sample.intent.startswith("none/"))
    return None if same else str(best)


def _render_problems(catalogue: Catalogue) -> Iterable[str]:
    from bot.rendercheck import check_rendering

    return check_rendering(catalogue)


def _evaluate_public(train_file: Path, test_file: Path) -> None:
    try:
        from intents.publicsets import measure
    except ImportError:
        raise click.ClickException("this needs scikit-learn: run `pip install 'calcoord-faqbot[edit]'`") from None
    try:
        rows = {path: _public_rows(path) for path in {train_file, test_file}}
    except EvaluationError as error:
        raise click.ClickException(str(error)) from None
    figures = measure(
        [row[1:] for row in rows[train_file] if row[0] == "train"],
        [row[1:] for row in rows[train_file] if row[0] == "val"],
        [row[1:] for row in rows[test_file] if row[0] == "test"],
    )
    recall = "none in the set" if figures.out_of_scope_recall is None else f"{figures.out_of_scope_recall:.1%}"
    click.echo(
        f"{figures.labels} intents, trained on {figures.trained_on} messages\n"
        f"in-scope accuracy {figures.in_scope_accuracy:.1%}, out-of-scope recall {recall}, "
        f"threshold {figures.threshold:.3f} (chosen on the validation rows)"
    )


def _public_rows(path: Path) -> list[tuple[str, str, str]]:
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json_line(line, path, number)
        if not isinstance(row.get("split"), str) or not isinstance(row.get("intent"), str):
            raise EvaluationError(f'{path}:{number}: needs a "split" and an "intent"')
        rows.append((row["split"], row["intent"], row["text"]))
    return rows
