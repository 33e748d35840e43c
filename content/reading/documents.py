"""YAML files read with the line of every value, duplicate keys refused.

PyYAML's own loader keeps the last of two equal keys without a word, so the node tree is walked here
(https://pyyaml.org/wiki/PyYAMLDocumentation, "Nodes").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import yaml

from content.schema.errors import Place, Problem

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd]")
"""Controls, soft hyphen, zero-width space, marks that turn the direction, word joiner, byte order mark, and what stands
for a lost letter: pasted in unseen, they break words apart."""
_BRACKETS = re.compile(r"(?:[\[{]\s*){50}")
DEEPEST = 20
"""Levels of lists and fields in one another, far more than any content has: the reader must not run out of stack."""
MOST_REPEATED = 1_000
"""Values of a file that stand for others (`*`): of a few lines that repeat each other ten times come billions."""
_TOO_OFTEN = "too many values stand for others (`*` and `&`): write them out"
_TOO_DEEP = "too many brackets or lists in one another: check the brackets and the indentation"
_MERGE_MARKER = re.compile(r"^(?:<{7}|={7}|>{7})(?: .*)?$", re.MULTILINE)
"""What git leaves in a file where two versions of it do not fit together."""
_MERGE = "two versions stand here one under the other: keep one, and remove the lines <<<<<<<, ======= and >>>>>>>"
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
_DASH = re.compile(r"^ *-(?=[\w'\"])", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]+#[^\n]*")
_INT = "tag:yaml.org,2002:int"
_DAY = "tag:yaml.org,2002:timestamp"
_CURLY_QUOTED = re.compile("[“”„‘’«].*[“”‘’»]", re.DOTALL)


P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A YAML file's data, the line of each place in it, and what was wrong with its form."""

    file: str
    data: Any
    lines: dict[Place, int]
    problems: tuple[Problem, ...] = ()
    written: dict[Place, str] = field(default_factory=dict)
    """What stands for a value that YAML takes for no text: "yes" is True."""
    _made: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    def once(self, make: Callable[Concatenate[Document, P], T], *how: P.args, **named: P.kwargs) -> T:
        """Return what ``make`` makes of this document: made once, and kept for as long as the document is."""
        key = make, *how, *named.items()
        if key not in self._made:
            self._made[key] = make(self, *how, **named)
        made: T = self._made[key]
        return made

    def problem(self, place: Place, message: str) -> Problem:
        """Return a problem at ``place``, or at the nearest enclosing place that has a line."""
        while place and place not in self.lines:
            place = place[:-1]
        return Problem(self.file, self.lines.get(place, 1), message)


Read = Callable[[Path, Path], Document]
"""Reads a file below a content folder, as :func:`read_document` does."""


def read_document(path: Path, root: Path) -> Document:
    """Read the YAML file ``path``; its name in problems is relative to ``root``.

    Unreadable files give a document with ``data`` None and the reason among its problems.
    """
    file = path.relative_to(root).as_posix()
    try:
        return parse(file, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return _unreadable(file, 1, f"cannot be read ({error.strerror}): check the file and its permissions")
    except UnicodeDecodeError:
        return _unreadable(file, 1, "not UTF-8 text: save it as UTF-8")


class KeptDocuments:
    """Reads as :func:`read_document` does, but a file again only where its time of change or its size is another."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[tuple[int, int], Document]] = {}

    def __call__(self, path: Path, root: Path) -> Document:
        """Return what the YAML file ``path`` holds; nobody may change it."""
        try:
            seen = path.stat()
        except OSError:
            return read_document(path, root)
        # What is written between this look and the reading is read, and read again at the next look.
        now = seen.st_mtime_ns, seen.st_size
        before, document = self._kept.get(path, (None, None))
        if document is None or before != now:
            document = read_document(path, root)
            self._kept[path] = now, document
        return document


def parse(file: str, text: str) -> Document:
    """Return what the YAML ``text`` of that ``file`` holds; a text that is no YAML gives a document as above."""
    if brackets := _BRACKETS.search(text):
        return _unreadable(file, _line(text, brackets.start()), _TOO_DEEP)
    if marker := _MERGE_MARKER.search(text):
        return _unreadable(file, _line(text, marker.start()), _MERGE)
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = _error_line(error)
        if any(_line(text, tab.start()) == line for tab in _TAB_INDENT.finditer(text)):
            return _unreadable(file, line, "the line begins with a tab: indent it with spaces")
        if dash := next((one for one in _DASH.finditer(text) if _line(text, one.start()) in (line - 1, line)), None):
            return _unreadable(file, _line(text, dash.start()), "no space behind the dash: add it")
        reason = error.problem or error.context or "cannot be read"
        return _unreadable(file, line, f"not valid YAML ({reason}): check colons, quotes and indentation")
    except yaml.YAMLError:
        return _unreadable(file, 1, "has a character that YAML does not allow: remove it")
    if node is None:
        return _unreadable(file, 1, "the file is empty: fill it in or delete it")
    reader = _Reader(file, text, loader)
    data = reader.value(node, ())
    return Document(file, data, reader.lines, tuple(reader.problems), reader.written)


def _line(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _error_line(error: yaml.MarkedYAMLError) -> int:
    """Return the line to look at: where the trouble shows, or what was opened and never closed begins."""
    unclosed = error.problem in ("found unexpected end of stream", "could not find expected ':'")
    mark = (unclosed and error.context_mark) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _unreadable(file: str, line: int, message: str) -> Document:
    return Document(file, None, {}, (Problem(file, line, message),))


class _Reader:
    """Turns a node tree into plain data, noting lines and what is not read as it stands."""

    def __init__(self, file: str, text: str, loader: Any) -> None:
        self.file = file
        self.text = text
        self.loader = loader
        self.lines: dict[Place, int] = {}
        self.written: dict[Place, str] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._read: set[int] = set()
        self._repeated = 0

    def value(self, node: yaml.Node, place: Place) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if len(place) > DEEPEST:
            self._tell(line, _TOO_DEEP)
            return None
        if self._repeated > MOST_REPEATED:
            return None
        self._repeated += id(node) in self._read
        self._read.add(id(node))
        if self._repeated > MOST_REPEATED:
            # What stands for another value comes after it: the last line on the way here is where it does.
            self._tell(max(self.lines[place[:depth]] for depth in range(len(place) + 1)), _TOO_OFTEN)
            return None
        if isinstance(node, yaml.CollectionNode):
            if id(node) in self._open:
                self._tell(line, "the value contains itself (`*` and `&`): write it out")
                return None
            self._open.add(id(node))
            if isinstance(node, yaml.MappingNode):
                found: Any = self._mapping(node, place)
            else:
                found = [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
            self._open.remove(id(node))
            return found
        if isinstance(node, yaml.ScalarNode):
            self._check_letters(node, line)
            self._check_cut(node)
        try:
            value = self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError, AttributeError):
            if node.tag == _DAY and node.value.replace("-", "").isdigit():
                return node.value  # no day of any year, which is told where a day belongs
            self._tell(line, f"cannot read the value {node.value!r}: put it in quotes")
            return node.value
        if isinstance(value, bool):
            self.written[place] = node.value
        if node.tag == _INT and node.value != str(value):
            self._tell(line, f"{node.value} is read as the number {value}: write it without signs, or in quotes")
        return value

    def _tell(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    def _check_cut(self, node: yaml.ScalarNode) -> None:
        """Find words behind a ``#``, which YAML leaves out: "title: Topic #1" is "Topic"."""
        end = node.end_mark
        if node.value and not node.style and (rest := _COMMENT.match(self.text, end.index)):
            mend = "put the text in quotes, or the comment above it"
            self._tell(end.line + 1, f"{rest[0].strip()!r} is not read, # begins a comment: {mend}")

    def _check_letters(self, node: yaml.ScalarNode, line: int) -> None:
        if found := _INVISIBLE.search(node.value):
            self._tell(line, f"has an invisible character (U+{ord(found[0]):04X}): type the words anew")
        if not node.style and _CURLY_QUOTED.fullmatch(node.value):
            self._tell(line, 'curly quotes do not quote here: use straight ones (")')

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                self._tell(line, f"the key `{key}` stands twice: remove one of them")
                continue
            self.lines[(*place, key)] = line
            result[key] = self.value(value_node, (*place, key))
        return result
