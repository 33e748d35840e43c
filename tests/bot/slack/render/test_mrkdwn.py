"""Slack's text format: what the bot writes shows as written, what people write is read without notation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.render.mrkdwn import bold, clean, escape, link, prose

nasty = st.text(st.sampled_from("ab *_~`<>&|@#!:;\n\u202e’é😀") | st.characters(codec="utf-8"), max_size=60)

LOOK_ALIKES = {"∗": "*", "＿": "_", "∼": "~", "ˋ": "`", "꞉": ":", "›": ">"}


def shown(mrkdwn: str) -> str:
    """Return what Slack shows of text without marks: its three escapes resolved (written after Slack's own page)."""
    return mrkdwn.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(nasty)
def test_escaped_text_holds_no_mark_of_any_kind(text: str) -> None:
    written = escape(text)
    assert not set(written) & set("*_~`<>")
    assert re.fullmatch(r"(?:[^&]|&amp;|&lt;|&gt;)*", written, re.DOTALL)
    assert not re.search(r"^\s*&gt;", written, re.MULTILINE), "Slack reads that as a quotation"
    assert not re.search(r":[\w+'-]+:", written), "Slack reads that as an emoji"


@given(nasty)
def test_escaped_text_shows_as_it_was(text: str) -> None:
    back = "".join(LOOK_ALIKES.get(char, char) for char in shown(escape(text)))
    assert back == "".join(LOOK_ALIKES.get(char, char) for char in text)


@given(nasty)
def test_bold_is_one_pair_of_stars_on_one_line(text: str) -> None:
    written = bold(text)
    assert "\n" not in written
    assert written == "" or (written.count("*") == 2 and written[0] == written[-1] == "*")


@given(st.sampled_from(["https://a.gov/x?a=1&b=2", "https://a.gov/<x>|y z"]), nasty)
def test_a_link_is_one_token_whatever_its_label(url: str, label: str) -> None:
    written = link(url, label)
    token = re.fullmatch(r"<([^<>|\s]+)\|([^<>|]+)>", written)
    assert token is not None
    assert not set(token[2]) & set("*_~`\n")


@given(nasty)
def test_prose_holds_no_markup_but_links_of_its_own(text: str) -> None:
    rest = re.sub(r"<https://([\w./-]+)\|\1>", "", prose(text))
    assert not set(rest) & set("*_~`<>")


def test_an_address_in_a_sentence_becomes_a_link() -> None:
    address = "cdss.ca.gov/immigration-services"
    assert prose(f"see {address} for free legal aid.") == f"see <https://{address}|{address}> for free legal aid."
    assert prose("Done. Next. A.B. e.g. this") == "Done. Next. A.B. e.g. this"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@U123> who checks them?", "who checks them?"),
        ("<@U123|ana> hi", "hi"),
        ("what of <#C1|general> here", "what of here"),
        ("<!here> <!channel> <!subteam^S1|@team> hi", "hi"),
        ("<!date^1392734382^{date}|Feb 18> hi", "hi"),
        ("<http://x.example|sb 54>", "sb 54"),
        ("see <https://x.example>", "see https://x.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<tel:+15551234567|555-123-4567>", "555-123-4567"),
        ("A &amp; B &lt;3 &gt;", "A & B <3 >"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("  two   spaces\tand\nlines ", "two spaces and\nlines"),
        ("<unclosed", "<unclosed"),
        ("", ""),
    ],
)
def test_slacks_notation_goes_and_words_stay(typed: str, read: str) -> None:
    assert clean(typed) == read


@given(nasty)
def test_cleaning_never_fails(text: str) -> None:
    assert isinstance(clean(text), str)
