"""What each shape of reply shows in the terminal, compared with tests/goldens/terminal (see ``make goldens``)."""

from __future__ import annotations

import pytest

from bot.cli.editing.rendercheck import all_replies
from bot.cli.talking.terminal import WIDTH, render_text, render_whole
from content.schema.catalogue import Catalogue
from tests.tools.places import GOLDENS
from tests.tools.shapes import shapes

SHAPES = GOLDENS / "terminal"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_shape_of_reply_reads_as_its_golden(lang: str, catalogue: Catalogue, update_goldens: bool) -> None:
    folder = SHAPES / lang
    shown = {f"{name}.txt": render_whole(reply) + "\n" for name, reply in shapes(catalogue, lang).items()}
    if update_goldens:
        folder.mkdir(parents=True, exist_ok=True)
        for old in set(folder.glob("*.txt")) - {folder / name for name in shown}:
            old.unlink()
        for name, text in shown.items():
            (folder / name).write_text(text, encoding="utf-8")
    assert {path.name for path in folder.glob("*.txt")} == set(shown)
    for name, text in shown.items():
        assert (folder / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_line_but_an_address_is_wider_than_the_page(lang: str, catalogue: Catalogue) -> None:
    for name, reply in all_replies(catalogue, lang):
        for line in render_text(reply).splitlines():
            assert len(line) <= WIDTH or "https://" in line, (name, line)
