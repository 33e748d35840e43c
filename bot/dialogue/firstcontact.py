"""What people are told once: what this is, and what is kept."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.reply import Answer, GlossaryReply, Reply, SignpostReply
from content.schema.phrases import Phrases


def introduced(reply: Reply, phrases: Phrases) -> Reply | None:
    """Return ``reply`` with the line of first contact at its end; None where the reply has no small print.

    The line takes the disclaimer's place, which says a part of the same.
    """
    if not isinstance(reply, Answer | SignpostReply | GlossaryReply):
        return None
    small_print = reply.footer.removesuffix(phrases.disclaimer).strip()
    return replace(reply, footer=f"{small_print} {phrases.welcome_short}".strip())
