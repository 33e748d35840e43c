"""Where the first sentence of a step ends, which people see in bold."""

from __future__ import annotations

import pytest

from bot.dialogue.reply import key_sentence


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("Call a lawyer. Today.", "Call a lawyer."),
        ("Ask: is it a judge's?", "Ask:"),
        ("Firme nada. Ábrala no.", "Firme nada."),
        ("Call from 5 a.m. to 5 p.m. in California. Then write.", "Call from 5 a.m. to 5 p.m. in California."),
        ("Call until 5 p.m. Then write.", "Call until 5 p.m."),
        ("Stay silent.", "Stay silent."),
    ],
)
def test_the_key_sentence_ends_where_a_capital_follows(step: str, key: str) -> None:
    assert key_sentence(step)[0] == key
