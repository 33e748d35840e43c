"""What the terminal shows of every fixed reply, compared with tests/goldens/terminal (``make goldens`` writes them)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.rendercheck import all_replies
from bot.cli.terminal import WIDTH, render_suggestions, render_text
from content.schema.catalogue import Catalogue

GOLDENS = Path(__file__).parent.parent / "goldens" / "terminal"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_reply_reads_as_its_golden(lang: str, catalogue: Catalogue, update_goldens: bool) -> None:
    folder = GOLDENS / lang
    shown = {
        f"{name.replace(' ', '-')}.txt": f"{render_text(reply)}\n\n{render_suggestions(reply)}".rstrip() + "\n"
        for name, reply in all_replies(catalogue, lang)
        if not name.endswith("about")  # it names the content's version, which every edit changes
    }
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
