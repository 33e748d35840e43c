"""One alphabet for everything that people type."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.reading import READ_CHARACTERS, emoji_in, fold, plain_words, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Policía", "policia"),
        ("POLICI\u0301A", "policia"),
        ("ｐｏｌｉｃｉａ", "policia"),
        ("Straße", "strasse"),
        ("ﬁnes", "fines"),
        ("what’s up", "what's up"),
        ("heeeelp!!!!", "heelp!!"),
        ("ñandú Ü", "nandu u"),
        ("", ""),
        ("I\u200bCE is at my do\u00ador\u2060", "ice is at my door"),
        ("\u202eICE\u202c \ufeffpolice", "ice police"),
        ("ІCE іѕ аt mу dооr", "ice is at my door"),
        ("Привет как дела", "привет как дела"),
        ("ᴘolice hᴇlp", "police help"),
        ("can the &quot;police&quot; &amp; ICE", 'can the "police" & ice'),
        ("thanks :pray::skin-tone-3: detainers :thinking_face:", "thanks  detainers  "),
        ("at 10:30:45 or 5:30", "at 10:30:45 or 5:30"),
        ("16 👀", "16  "),
        ("1️⃣", "1"),
    ],
)
def test_case_accents_and_compatibility_forms_are_resolved(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who checks CBP's task-forces?", ["who", "checks", "cbp's", "task", "forces"]),
        ("SB 54 / 287(g)", ["sb", "54", "287", "g"]),
        ("🙂 … ¿?", []),
        ("' ' ''", []),
    ],
)
def test_words_are_letters_and_digits(text: str, found: list[str]) -> None:
    assert words(fold(text)) == found


@pytest.mark.parametrize("text", ["What’s  SB-54?", "whats sb 54", " WHATS\tsb\n54 "])
def test_names_are_compared_by_their_plain_words(text: str) -> None:
    assert plain_words(text) == "whats sb 54"


@given(st.text(max_size=50), st.text(max_size=50))
def test_only_what_telegram_takes_is_read(start: str, rest: str) -> None:
    read = (start + " a" * READ_CHARACTERS)[:READ_CHARACTERS]
    assert fold(read + rest) == fold(read)


@given(st.text())
def test_words_hold_nothing_that_is_markup(text: str) -> None:
    held = set("".join(words(fold(text))))
    assert {char for char in held if char.isascii()} <= set("abcdefghijklmnopqrstuvwxyz0123456789'")
    assert all(unicodedata.category(char)[0] in "LMN" for char in held if char != "'")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("🆘🆘", ["🆘", "🆘"]),
        (":sos: help 👍🏽", ["sos", "👍"]),
        (":+1::skin-tone-4: :Wave:", ["+1", "wave"]),
        ("http://example.org:8000/a:b 10:30", []),
        ("plain words", []),
    ],
)
def test_emoji_are_told_apart_from_words(text: str, found: list[str]) -> None:
    assert emoji_in(text) == found


@given(st.text(alphabet=st.characters(categories=["Cf", "Mn"]), min_size=1, max_size=3), st.integers(0, 20))
def test_what_shows_nothing_changes_nothing(hidden: str, place: int) -> None:
    text = "is the police at my door"
    assert words(fold(text[:place] + hidden + text[place:])) == words(fold(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ช่วยด้วย ที่นี่", ["ช่วยด้วย", "ที่นี่"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ខ្ញុំត្រូវការ។", ["ខ្ញុំត្រូវការ"]),
        ("ICE來了,怎麼辦?", ["ice", "來了", "怎麼辦"]),
        ("한국어 ガス й", ["한국어", "ガス", "й"]),
        ("أهلاً", ["اهلا"]),
        ("được không", ["duoc", "khong"]),
    ],
)
def test_words_of_any_script_are_read_with_the_marks_that_carry_meaning(text: str, found: list[str]) -> None:
    assert words(fold(text)) == found
