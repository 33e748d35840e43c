"""What the content can say, found by how an editor names it: an entry, or anything else by its kind and id."""

from __future__ import annotations

from difflib import get_close_matches

import click

from bot.cli.options import LONGEST_NAME
from bot.playground.items import list_items
from content.schema.catalogue import Catalogue


def key_of(name: str, catalogue: Catalogue, entry: str | None) -> str:
    """Return the key of the item that is called ``name``: the ``entry`` of that name, where there is one.

    Kind and id, and the id of a law, which a topic's alias may look like, say more. Raises ClickException.
    """
    keys = [item.key for item in list_items(catalogue, catalogue.languages[0])]
    if name in keys:
        return name
    if name in catalogue.laws:
        return f"law/{name}"
    if entry is not None:
        return f"entry/{entry}"
    matching = [key for key in keys if name == key.partition("/")[2]]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise click.ClickException(f"{name!r} may be {' or '.join(matching)}: name one")
    # Of "card/vi" the name may be right where the kind is not.
    own = name.rpartition("/")[2]
    near = [key for key in keys if own == key.partition("/")[2]]
    near = near or get_close_matches(name, [*keys, *(key.partition("/")[2] for key in keys)], n=2)
    advice = f"did you mean {' or '.join(near)}?" if near else "`faqbot topics --all` lists all names"
    raise click.ClickException(f"nothing is named {name[:LONGEST_NAME]!r}: {advice}")
