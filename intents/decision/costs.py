"""What each mistake costs beside the others.

These are the only thresholds there are. They are chosen by cross-validation and the dev sets (``intents/README.md``); a
wrong answer costs two and a half needless questions.
"""

from __future__ import annotations

from msgspec import Struct

from intents.match import Kind


class Costs(Struct, frozen=True):
    """What each mistake costs beside the others."""

    wrong_answer: float = 3.0
    missed_need: float = 4.5
    """Answering with an entry where a signpost is meant: who asks for something practical gets an essay."""
    refused: float = 2.0
    question: float = 1.2
    missed_urgent: float = 12.0
    false_urgent: float = 11.0
    answered_not_ours: float = 3.5
    wrong_signpost: float = 1.6
    """Showing a signpost or a term that does not serve: what each of them tells is short."""
    missed_signpost: float = 2.0
    signpost_not_ours: float = 0.8
    question_not_ours: float = 0.9
    """Offering topics to who asks for none of them: "any good beaches near Ventura?"."""
    question_at_small_talk: float = 1.0
    talked_past: float = 1.5
    """Small talk in place of an answer."""
    refused_vague: float = 1.0
    """Refusing a message that only needed a question back."""
    wrong_choices: float = 1.5
    """Asking back without the right topic among the choices."""

    def of(self, shown: Kind, meant: Kind) -> float:
        """Return what it costs to show an intent of one kind to who means one of another that it does not serve."""
        entry = shown is Kind.ENTRY
        match meant:
            case Kind.ENTRY:
                return self.wrong_answer if entry else self.refused
            case Kind.SIGNPOST | Kind.TERM:
                return self.missed_need if entry else self.wrong_signpost
            case Kind.NONE:
                return self.answered_not_ours if entry else self.signpost_not_ours
            case Kind.SMALLTALK:
                return self.answered_not_ours if entry else 0.0
            case _:
                return 0.0


IN_CONVERSATION = Costs(question_not_ours=0.25, false_urgent=7.0)
"""For a short message that leans on what came before: it seldom leaves the subject, and distress may go on in it."""
