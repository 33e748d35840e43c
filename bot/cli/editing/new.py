"""The command `new`: something new in every language at once, ready to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import click

from bot.cli.options import command_here, content_option
from bot.installed import as_called
from content.reading.documents import read_document
from content.reading.layout import language_folders, yaml_files
from content.reading.writing import replace_file
from content.schema.catalogue import BUTTON_LENGTH, HIGHEST_NUMBER, RELATED, Entry, LawCheck, Point, Signpost, Term
from content.schema.statements import SLUG_LENGTH
from content.schema.strict import Strict, longest

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BLANKS = Path(__file__).parent / "blanks"
"""What each kind looks like before it is filled in: what has to be filled in is empty, which `check` names."""
_LIMITED: dict[type[Strict], tuple[str, ...]] = {
    Entry: ("title", "short", "for_you"), Point: ("text",), LawCheck: ("text",),
    Signpost: ("title", "text"), Term: ("meaning",),
}  # fmt: skip
_LIST_ITEM = re.compile(r"^  - id: *['\"]?([\w-]+)", re.MULTILINE)


def _is_name(_ctx: click.Context, _param: click.Parameter, name: str) -> str:
    if not _NAME.fullmatch(name) or len(name) > SLUG_LENGTH:
        raise click.BadParameter(f"{name!r} may hold only a-z, 0-9 and single hyphens, at most {SLUG_LENGTH} of them")
    if name.replace("-", "").isdigit():
        raise click.BadParameter(f"{name!r} would be read as a number: add a word to it, such as topic-{name}")
    return name


@click.command()
@click.argument("kind", type=click.Choice(["entry", "signpost", "term", "law"]))
@click.argument("name", callback=_is_name)
@content_option
def new(kind: str, name: str, root: Path) -> None:
    """Begin a new entry, signpost, term or law in every language; `check` then names what is to be filled in.

    NAME is its slug or id, the same in all languages: small letters, digits and hyphens, such as sb-54.
    """
    begun = dict(_begun(kind, name, root))
    for path, text in begun.items():
        replace_file(path, text)
    for path in begun:
        click.echo(path)
    advice = "Fill them in; `faqbot check --watch` names what is missing, line by line, as you write."
    click.echo(as_called(advice, command_here()))


def _begun(kind: str, name: str, root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield each file to write with what it is to hold. Raises click.ClickException where there is such a thing."""
    folders = language_folders(root)
    if not folders:
        raise click.ClickException(f"no language folder such as `en` below {root}: check the path")
    if kind == "law":
        codes = [folder.name for folder in folders]
        each = "\n".join(f'      {code}: ""' for code in codes)
        no_names = ", ".join(f"{code}: []" for code in codes)
        yield _longer(root / "laws.yaml", name, _blank(kind, name=name, in_each=each, no_names=no_names))
        return
    if kind == "term":
        for folder in folders:
            yield _longer(folder / "glossary.yaml", name, _blank(kind, name=name))
        return
    field, place = ("slug", "entries") if kind == "entry" else ("id", "signposts")
    number, file = _next_number(folders), f"{name}.yaml"
    if kind == "entry":
        if number > HIGHEST_NUMBER:
            raise click.ClickException(f"there are {HIGHEST_NUMBER} entries already: no number is left")
        file = f"{number:02}-{name}.yaml"
    for folder in folders:
        if (taken := _taken(folder / place, field, name)) is not None:
            raise click.ClickException(f"{taken} has the name {name!r} already: choose another")
        text = _blank(kind, name=name, number=number, groups=", ".join(_groups(folder, root)))
        samples = {path.name for path in yaml_files(folder / "samples", "*.yaml")}
        if file in samples:
            raise click.ClickException(f"{folder / 'samples' / file} stands there already: rename or remove it")
        yield folder / place / file, text.encode()
        yield folder / "samples" / file, _blank("samples", name=f"{kind}/{name}").encode()


def _blank(kind: str, **given: object) -> str:
    """Return the text for something of that ``kind``, with the schema's own limits."""
    limits = {
        f"{of.__name__.lower()}_{field}": longest(of, field) for of, fields in _LIMITED.items() for field in fields
    }
    known = {"button": BUTTON_LENGTH, "related": RELATED, **limits, **given}
    return Template((_BLANKS / f"{kind}.yaml").read_text(encoding="utf-8")).substitute(known)


def _longer(path: Path, name: str, item: str) -> tuple[Path, bytes]:
    """Return ``path`` and its text with ``item`` at its end, with the line ends that it has."""
    old = path.read_bytes().decode(errors="surrogateescape")
    if name in _LIST_ITEM.findall(old):
        raise click.ClickException(f"{path} has {name!r} already: choose another name")
    if "\r\n" in old:
        item = item.replace("\n", "\r\n")
    end = "" if old.endswith("\n") else "\r\n" if "\r\n" in old else "\n"
    return path, f"{old}{end}{item}".encode(errors="surrogateescape")


def _next_number(folders: list[Path]) -> int:
    """Return the number after the highest that an entry in any language has, also one with mistakes in it."""
    texts = [path.read_text("utf-8", "replace") for folder in folders for path in yaml_files(folder, "entries/*.yaml")]
    numbers = (int(found) for text in texts for found in re.findall(r"(?m)^number: *(\d{1,3})\b", text))
    return max(numbers, default=0) + 1


def _taken(folder: Path, field: str, name: str) -> Path | None:
    own = re.compile(rf"(?m)^{field}: *['\"]?{re.escape(name)}['\"]?\s*$")
    return next((path for path in yaml_files(folder, "*.yaml") if own.search(path.read_text("utf-8", "replace"))), None)


def _groups(folder: Path, root: Path) -> list[str]:
    """Return the ids of the groups of topics in a language; none where its file cannot be read, which `check` says."""
    data: Any = read_document(folder / "language.yaml", root).data
    groups = data.get("groups") if isinstance(data, dict) else None
    return [str(group["id"]) for group in groups or () if isinstance(group, dict) and "id" in group]
