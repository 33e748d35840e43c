"""Writes every Slack payload that the content can give: ``python -m tests.tools.contract.payloads FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.cli.editing.rendercheck import all_cards, all_replies
from bot.dialogue.reply import Answer
from bot.dialogue.writer import ReplyWriter
from bot.slack.handlers import first_page, shared_by, way_back
from bot.slack.render.home import home_view, page_view
from bot.slack.render.renderer import only_text, render
from content.reading.compiled import load_catalogue
from content.schema.catalogue import Catalogue


def payloads(catalogue: Catalogue, lang: str) -> Iterator[dict[str, Any]]:
    """Yield each reply of one language in every form: sharable or not, unfolding, shared, bare, as a page of Home."""
    replies, phrases = ReplyWriter(catalogue), catalogue.edition(lang).phrases
    yield home_view(first_page(replies, lang)).to_dict()
    for _, reply in (*all_replies(catalogue, lang), *all_cards(catalogue)):
        yield render(reply).payload
        yield only_text(reply).payload
        yield page_view(reply, way_back(phrases, lang)).to_dict()
        if isinstance(reply, Answer):
            yield render(reply, sharable=True, whole=replies.whole(reply.slug, lang)).payload
            yield render(reply, above=shared_by(phrases, "U1")).payload


def main(folder: Path) -> None:
    """Write the payloads of each language to a folder of its own below ``folder``."""
    catalogue = load_catalogue()
    for lang in catalogue:
        (folder / lang).mkdir(parents=True)
        for number, payload in enumerate(payloads(catalogue, lang)):
            (folder / lang / f"{number}.json").write_text(json.dumps(payload), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
