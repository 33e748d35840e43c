"""Why the bot said what it said: everything that was decided in a turn, and on what grounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from msgspec.structs import asdict

from bot.dialogue.actions import Action
from bot.dialogue.following.followups import FollowUpReader
from bot.dialogue.message import Author
from bot.dialogue.reply import Answer, EntryReply, Reply, type_of
from bot.playground.timeline import Json
from bot.service.desk import Desk
from bot.service.outcome import Outcome, Say
from content.schema.catalogue import Catalogue
from intents.classifier.modelfile import Model
from intents.decision.heard import Grounds
from intents.decision.rule import Option
from intents.match import NOTHING, Before, Decision, Intent, Kind, Match
from intents.matcher import Matcher

SHOWN = 6
"""Candidates, and prices, that are shown of each decision."""

Told = Callable[[Json], None]


class TracedMatcher(Matcher):
    """Decides like any other, and tells ``heard`` of each decision with its grounds."""

    def __init__(self, catalogue: Catalogue, model: Model, heard: Told) -> None:
        super().__init__(catalogue, model)
        self._heard = heard
        self._followups_read = FollowUpReader(catalogue.editions)

    def match(self, text: str, preferred: str, before: Before = NOTHING) -> Match:
        begun = time.process_time()
        grounds = self.grounds(text, preferred, before)
        spent = time.process_time() - begun
        found, prices = grounds.match, self.prices(grounds.weighed) if grounds.weighed else []
        clauses = self.clauses(text)
        chances = [_likeliest(one) for one in self.chances(clauses, found.lang)]
        followup = self._followups_read.read(text, found.lang)
        self._heard(
            asdict(found)
            | {
                "text": text,
                "point": found.point,
                "choices": [str(choice) for choice in found.choices],
                "also": [str(intent) for intent in found.also],
                "candidates": [one._asdict() for one in found.candidates[:SHOWN]],
                "clauses": [
                    {"text": str(clause), "likeliest": said} for clause, said in zip(clauses, chances, strict=True)
                ],
                "expected": {str(intent): times for intent, times in before.expected.items()},
                "after": before.titles.get(found.lang),
                "act": {"kind": str(followup.kind), "number": followup.number} if followup else None,
                "rule": _ruled(grounds, prices),
                "prices": [
                    {"decision": str(choice.decision), "target": choice.target, "cost": cost}
                    for cost, choice in prices[:SHOWN]
                ],
                "milliseconds": spent * 1000,
            }
        )
        return found


def _ruled(grounds: Grounds, prices: list[Option]) -> str | None:
    """Return which rule decided, None where it was the price of the whole message."""
    found = grounds.match
    if grounds.rule is not None:
        return grounds.rule
    if prices and (found.decision, found.target) == (prices[0][1].decision, prices[0][1].target):
        return None
    if found.decision is Decision.URGENT:
        return "alarm"
    asks = found.decision is Decision.CLARIFY and found.choices[0].kind is Kind.URGENT
    return "asked first" if asks else "clause"


class TracedDesk(Desk):
    """Answers like any other, and tells ``heard`` what came of each turn."""

    def __init__(self, *parts: Any, heard: Told) -> None:
        super().__init__(*parts)
        self._heard = heard

    async def ask(
        self, text: str, author: Author, *, about: str = "", claim: str = "", has_file: bool = False
    ) -> Outcome:
        found = await super().ask(text, author, about=about, claim=claim, has_file=has_file)
        return self._told(found, asked=text)

    async def command(self, name: str, rest: str, author: Author) -> Outcome:
        return self._told(await super().command(name, rest, author), command=f"{name} {rest}".strip())

    async def press(self, action: Action, author: Author) -> Outcome:
        return self._told(await super().press(action, author), pressed=action.code)

    def _told(self, outcome: Outcome, **cause: str) -> Outcome:
        told: Json = {type(outcome).__name__.lower(): True}
        if isinstance(outcome, Say):
            told = {"say": _reply(outcome.reply), "private": outcome.private, "introduces": outcome.introduces}
        self._heard(cause | {"outcome": told})
        return outcome


def _reply(reply: Reply) -> Json:
    told: Json = {"type": type_of(reply), "form": type(reply).__name__, "lang": reply.lang}
    if isinstance(reply, EntryReply):
        told |= {"entry": reply.number, "slug": reply.slug}
    if isinstance(reply, Answer):
        told["point"] = reply.point.id if reply.point else None
    return told


def _likeliest(chances: Mapping[Intent, float]) -> list[Json]:
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    return [{"intent": str(intent), "confidence": chance} for intent, chance in islice(ranked, SHOWN)]
