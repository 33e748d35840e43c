"""The command that makes the model."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TextIO

import click

from bot.cli.options import content_option, missing_package
from content.reading.compiled import write_catalogue
from content.reading.layout import BUILT_FOLDER
from content.reading.loader import read_draft, without_samples
from content.schema.errors import ContentError
from intents.classifier.modelfile import MODEL_FILE, ModelError, read_model, recipe, write_model
from intents.match import Kind
from intents.matcher import open_matcher

STEP = 20
"""Per cent between two lines about progress, where a line cannot be written over."""


class Progress:
    """Says how far the work is: in one line that changes on a terminal, else in a few lines."""

    def __init__(self, what: str, out: TextIO) -> None:
        self._what = what
        self._out = out
        self._last = -STEP

    def __call__(self, share: float) -> None:
        percent = int(share * 100)
        if self._out.isatty():
            self._out.write(f"\r{self._what}: {percent} %" + ("\n" if percent >= 100 else ""))
        elif percent >= self._last + STEP:
            self._last = percent - percent % STEP
            self._out.write(f"{self._what}: {self._last} %\n")
        self._out.flush()


@click.command()
@click.option("--force", is_flag=True, help="Train although nothing has changed.")
@content_option
def train(root: Path, force: bool) -> None:
    """Train the model on the samples, where they have changed. Takes about a minute."""
    path = root / BUILT_FOLDER / MODEL_FILE
    made_from = recipe(root)
    if made_from is not None and not force and is_current(path, made_from):
        with suppress(OSError):
            path.touch()  # so that make sees it too
        click.echo("the samples have not changed: nothing to train")
        return
    draft = read_draft(root, date.today())  # noqa: DTZ011  # the editor's day
    if not draft.samples or made_from is None:
        raise click.ClickException(f"there are no samples below {root}: train in a checkout of the project")
    if len({sample.lang for sample in draft.samples}) < 2:
        raise click.ClickException("all samples are in one language: add another, the bot learns to tell them apart")
    if unknown := [problem for intent, problem in without_samples(draft) if intent.startswith(f"{Kind.ENTRY}/")]:
        raise ContentError(unknown)
    try:
        from intents.training.learning import learn
        from intents.training.training import TrainingError

        progress = Progress(f"learning from {len(draft.samples):,} sample messages", sys.stderr)
        model = learn(draft.samples, made_from, progress, alike=draft.alike)
    except ModuleNotFoundError as error:
        raise click.ClickException(f"training is not possible: {missing_package(error)}") from None
    except TrainingError as error:
        raise click.ClickException(f"these samples are not enough: {error}") from None
    write_catalogue(draft.catalogue, root)
    write_model(model, path)
    open_matcher(draft.catalogue, root)
    sizes = ", ".join(
        f"{len(classifier.vocabulary.names)} n-grams for {code}" for code, classifier in model.intents.items()
    )
    click.echo(f"trained on {len(draft.samples)} samples: {sizes}; {path.stat().st_size / 1e6:.1f} MB")


def is_current(path: Path, made_from: str) -> bool:
    """Say whether the model at ``path`` can be used, and is made from that."""
    try:
        read_model(path, made_from)
    except ModelError:
        return False
    return True
