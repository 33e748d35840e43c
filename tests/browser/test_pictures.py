"""`faqbot pictures` draws what people see, for reviewers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from bot.playground.browser import find_browser
from tests.fakes.warm import Warm

pytestmark = pytest.mark.skipif(find_browser() is None, reason="no Chromium in PATH: no pictures are taken")


def draw(warm: Warm, folder: Path, *arguments: str) -> None:
    """Take pictures into ``folder``, in a process of its own."""
    done = warm.run("pictures", *arguments, "--out", str(folder), env=os.environ)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr


def test_each_entry_in_each_language(tmp_path: Path, warm: Warm) -> None:
    draw(warm, tmp_path, "5", "urgent/door")
    names = {"entry-oversight-en.png", "entry-oversight-es.png", "urgent-door-en.png", "urgent-door-es.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    for path in tmp_path.iterdir():
        assert path.stat().st_size < 200_000  # one Chromium draws what another does in a few per cent more
        with Image.open(path) as picture:
            assert (picture.format, picture.width > 790, picture.height > 400) == ("PNG", True, True)


def test_of_the_whole_answer_all_can_be_read(tmp_path: Path, warm: Warm) -> None:
    draw(warm, tmp_path, "5", "--lang", "en", "--form", "whole")
    (path,) = tmp_path.iterdir()
    with Image.open(path) as picture:
        low = 2 * picture.height // 3
        in_telegram = picture.convert("L").crop((430, low, 760, low + 100))
    darkest, lightest = in_telegram.getextrema()
    assert darkest != lightest


def test_as_wide_as_asked_for_and_dark(tmp_path: Path, warm: Warm) -> None:
    for look, brightness in (("light", 200), ("dark", 60)):
        folder = tmp_path / look
        draw(warm, folder, "16", "--lang", "en", "--width", "desktop", "--look", look, "--form", "whole")
        (path,) = folder.iterdir()
        with Image.open(path) as picture:
            assert picture.width > 1_400
            corner = picture.convert("L").getpixel((300, 12))
        assert isinstance(corner, int)
        assert (corner > brightness) is (look == "light")
