"""Draws a terminal as a page: what stands in it, in the columns that the bot counts for it, in any script.

A terminal gives each letter its columns; a browser does not. So each word is put where its columns begin and made as
wide as they are, Chinese, Japanese and Korean letter by letter, and a line that begins in a right-to-left script is
laid from the right.
"""

from __future__ import annotations

import html
import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.cli.talking.columns import columns_of

COLUMNS = 60
_RIGHT_TO_LEFT = ("R", "AL")
_STYLE = """
body { margin: 0; background: #fff }
#screens { display: flex; flex-wrap: wrap; gap: 12px; padding: 12px; width: 1090px }
.screen { background: #1d1f21; color: #e6e6e6; border-radius: 6px; padding: 10px 14px; box-sizing: border-box;
  font: 14px/20px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans Arabic", "Noto Sans Khmer",
  "Noto Sans Gurmukhi", monospace }
.line { position: relative; height: 20px; width: %(columns)dch }
.line span { position: absolute; top: 0; white-space: pre }
.line i { display: inline-block; font-style: normal; transform-origin: left }
.line [dir=rtl] i { transform-origin: right }
.line.bold { font-weight: bold }
"""
_SCRIPT = """
document.fonts.ready.then(() => {
  for (const word of document.querySelectorAll(".line i")) {
    const own = word.getBoundingClientRect().width, cells = word.parentElement.getBoundingClientRect().width;
    if (own) word.style.transform = `scaleX(${cells / own})`;
  }
  document.body.dataset.drawn = "yes";
});
"""
DRAWN = "document.body && document.body.dataset.drawn"
"""What holds once the page is ready."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word, or a wide letter, and the columns it takes, from the left; ``rtl``: its line is read from the right."""

    text: str
    start: int
    columns: int
    rtl: bool


def placed(line: str, columns: int = COLUMNS) -> Iterator[Placed]:
    """Yield the words of ``line`` where a terminal of ``columns`` has them."""
    strong = (direction for char in line if (direction := unicodedata.bidirectional(char)) in ("L", *_RIGHT_TO_LEFT))
    rtl = next(strong, "L") in _RIGHT_TO_LEFT
    pieces = list(_pieces(line))
    if not rtl:
        yield from _from_left(pieces, 0, rtl=False)
        return
    place = columns
    for latin, run in groupby(_runs(pieces), key=lambda one: one[1]):
        words = [piece for piece, _ in run]
        if latin:
            place -= sum(map(columns_of, words))
            yield from _from_left(words, place, rtl=True)
            continue
        for word in words:
            place -= columns_of(word)
            if word.strip():
                yield Placed(word, place, columns_of(word), rtl=True)


def page(screens: Sequence[str]) -> str:
    """Return the address of a page that shows ``screens``, texts in lines; a line with an escape code is bold."""
    shown = "".join(f'<div class="screen">{"".join(map(_line, text.splitlines()))}</div>' for text in screens)
    style = _STYLE % {"columns": COLUMNS}
    whole = f'<!doctype html><meta charset="utf-8"><style>{style}</style><div id="screens">{shown}</div>'
    return f"data:text/html;base64,{b64encode(f'{whole}<script>{_SCRIPT}</script>'.encode()).decode()}"


def _line(text: str) -> str:
    bold, plain = "\x1b[1m" in text, text.replace("\x1b[1m", "").replace("\x1b[22m", "")
    words = "".join(
        f'<span dir="{"rtl" if one.rtl else "ltr"}" style="left:{one.start}ch;width:{one.columns}ch">'
        f"<i>{html.escape(one.text)}</i></span>"
        for one in placed(plain)
    )
    return f'<div class="line{" bold" if bold else ""}">{words}</div>'


def _pieces(line: str) -> Iterator[str]:
    """Yield ``line`` in words, the spaces between them, and single wide letters."""

    def kind(place: int) -> tuple[str, int]:
        char = line[place]
        return ("wide", place) if unicodedata.east_asian_width(char) in ("W", "F") else ("space" * (char == " "), 0)

    for _, places in groupby(range(len(line)), key=kind):
        yield "".join(line[place] for place in places)


def _from_left(pieces: Sequence[str], start: int, *, rtl: bool) -> Iterator[Placed]:
    for piece in pieces:
        if piece.strip():
            yield Placed(piece, start, columns_of(piece), rtl)
        start += columns_of(piece)


def _runs(pieces: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield each piece and whether it is read from the left: Latin words, and the spaces between two of them."""
    directions = [{unicodedata.bidirectional(char) for char in piece} for piece in pieces]
    latin = ["L" in found and found.isdisjoint(_RIGHT_TO_LEFT) for found in directions]
    for place, piece in enumerate(pieces):
        between = not piece.strip() and any(latin[:place][-1:]) and any(latin[place + 1 : place + 2])
        yield piece, latin[place] or between
