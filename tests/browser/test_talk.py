"""Talking to the bot on both platforms, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from content.schema.catalogue import Catalogue
from intents.training.labelled import read_labelled
from tests.browser.pages import (
    QUESTION,
    TITLE,
    go_to,
    messages,
    press,
    say,
    slack,
    telegram,
    turn_of,
    wait_for_turn,
)


def test_slack_ask_press_and_follow_up(page: Page) -> None:
    pane = slack(page)
    say(pane, QUESTION)
    answer = messages(pane.get_by_role("group", name="Thread"))
    expect(answer).to_contain_text(TITLE)
    press(answer.get_by_role("button", name="Sources"))
    sources = messages(pane).last
    expect(sources).to_contain_text("Only visible to you")
    expect(sources.get_by_role("link").first).to_have_attribute("rel", "noreferrer")
    go_to(pane, "Direct message")
    wait_for_turn(page, 3)
    say(pane, QUESTION)
    say(pane, "who made this law?")
    expect(messages(pane)).to_have_count(2)


def test_slack_menu_votes_and_thread(page: Page) -> None:
    pane = slack(page)
    say(pane, QUESTION)
    answer = messages(pane).first
    before = turn_of(page)
    answer.get_by_role("combobox").select_option(label="Public forums")
    wait_for_turn(page, before + 1)
    expect(messages(pane)).to_have_count(2)
    press(answer.get_by_role("button", name="Helpful", exact=True))
    expect(messages(pane).last).to_contain_text("Only visible to you")
    messages(pane, "Alex").get_by_role("button", name="Reply in thread").click()
    expect(pane).to_contain_text("Reply in the thread")
    say(pane, "and in spanish?")
    expect(pane.get_by_role("group", name="Thread").get_by_role("article", name="Alex")).to_have_count(1)


def test_slack_command_shortcut_and_home(page: Page) -> None:
    pane = slack(page)
    say(pane, "/faq 5")
    expect(messages(pane).last).to_contain_text("Only visible to you")
    page.get_by_label("You are").select_option("ana")
    expect(messages(pane)).to_have_count(0)
    page.get_by_label("You are").select_option("alex")
    press(messages(pane).last.get_by_role("button", name="Share here"))
    page.get_by_label("You are").select_option("ana")
    expect(messages(pane)).to_contain_text([TITLE])
    pane.get_by_role("checkbox").uncheck()
    say(pane, QUESTION)
    expect(messages(pane)).to_have_count(1)
    press(messages(pane, "Ana").get_by_role("button", name="Answer this"))
    expect(messages(pane)).to_have_count(2)
    go_to(pane, "Home")
    press(pane.get_by_text("5. Who checks them"))
    expect(pane).to_contain_text(TITLE)
    press(pane.get_by_role("button", name="Back").first)
    expect(pane.get_by_text("5. Who checks them")).to_be_visible()


def test_slack_direct_message_has_first_questions(page: Page) -> None:
    pane = slack(page)
    go_to(pane, "Direct message")
    wait_for_turn(page, 1)
    press(pane.locator(".slack-prompts").get_by_role("button").first)
    expect(messages(pane)).to_have_count(1)


def test_home_is_there_for_another_person_and_after_starting_anew(page: Page) -> None:
    pane = slack(page)
    go_to(pane, "Home")
    expect(pane.get_by_text("5. Who checks them")).to_be_visible()
    page.get_by_label("You are").select_option("ana")
    expect(pane.locator(".slack-home")).to_be_visible()
    page.get_by_role("button", name="Start anew").click()
    expect(pane.locator(".slack-home")).to_be_visible()
    go_to(pane, "Direct message")
    expect(pane.locator(".slack-prompts")).to_be_visible()
    page.get_by_role("button", name="Start anew").click()
    expect(pane.locator(".slack-prompts")).to_be_visible()


def test_a_thread_that_is_answered_in_ends_with_starting_anew(page: Page) -> None:
    pane = slack(page)
    say(pane, QUESTION)
    messages(pane, "Alex").get_by_role("button", name="Reply in thread").click()
    expect(pane.locator(".slack-inthread")).to_be_visible()
    page.get_by_role("button", name="Start anew").click()
    expect(pane.locator(".slack-inthread")).to_have_count(0)


def test_a_reply_and_a_draft_are_of_one_person_in_one_chat(page: Page) -> None:
    pane, replying = telegram(page), telegram(page).locator(".telegram-replying")
    say(pane, QUESTION)
    for leave in (
        lambda: page.get_by_label("You are").select_option("ana"),
        lambda: page.get_by_role("button", name="Start anew").click(),
    ):
        pane.get_by_role("button", name="Reply").last.click()
        for one in (slack(page), pane):
            one.get_by_role("textbox").fill("and who")
        expect(replying).to_be_visible()
        leave()
        expect(replying).to_have_count(0)
        for one in (slack(page), pane):
            expect(one.get_by_role("textbox")).to_have_value("")
        page.get_by_label("You are").select_option("alex")


def test_telegram_start_ask_press_vote(page: Page) -> None:
    pane = telegram(page)
    press(pane.get_by_role("button", name="Start"))
    expect(messages(pane)).to_have_count(1)
    say(pane, QUESTION)
    answer = messages(pane).nth(1)
    expect(answer).to_contain_text(TITLE)
    press(answer.get_by_role("button", name="Whole answer"))
    whole = messages(pane).last
    quote = whole.get_by_role("button", name="Show more")
    expect(quote).to_have_attribute("aria-expanded", "false")
    height = whole.bounding_box()
    quote.click()
    assert height is not None
    expect(whole.get_by_role("button", name="Show less")).to_be_visible()
    taller = whole.bounding_box()
    assert taller is not None
    assert taller["height"] > height["height"]
    press(answer.get_by_role("button", name="Helpful", exact=True))
    expect(pane.get_by_role("status")).not_to_be_empty()
    expect(answer.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)


def test_urgent_on_both(page: Page) -> None:
    for pane in (slack(page), telegram(page)):
        say(pane, "ICE is at my door")
        expect(messages(pane).last).to_contain_text("Keep the door closed")
    page.locator(".telegram .keyboard").get_by_role("button", name="Please slide").click()
    expect(page.locator(".toast")).to_contain_text("Copied: Please slide the warrant under the door.")


def test_spanish(page: Page) -> None:
    page.get_by_label("You are").select_option("ana")
    pane = telegram(page)
    expect(pane).to_contain_text("Pregunte")
    say(pane, "¿quién vigila a las task forces de ICE?")
    expect(messages(pane)).to_contain_text(["Quién supervisa"])
    say(slack(page), "¿quién vigila a las task forces de ICE?")
    expect(messages(slack(page))).to_contain_text(["Quién supervisa"])


def test_two_people_in_one_group(page: Page) -> None:
    pane = telegram(page)
    go_to(pane, "Group: Neighbors")
    say(pane, "hello neighbors")
    expect(messages(pane)).to_have_count(0)
    page.get_by_label("You are").select_option("ana")
    expect(messages(pane, "Alex")).to_have_count(1)
    say(pane, "@calcoord_faq_bot sb 54")
    expect(messages(pane)).to_have_count(1)
    messages(pane).get_by_role("button", name="Reply").click()
    say(pane, "who wrote it?")
    expect(messages(pane)).to_have_count(2)


def test_personal_matters_lead_from_the_group_to_the_private_chat(page: Page) -> None:
    pane = telegram(page)
    go_to(pane, "Group: Neighbors")
    say(pane, "@calcoord_faq_bot ICE is at my door")
    expect(messages(pane)).not_to_contain_text("Keep the door closed")
    press(messages(pane).locator(".keyboard").get_by_role("button").first)
    expect(messages(pane)).to_contain_text(["Keep the door closed"])


def test_inline_mode_and_menu(page: Page) -> None:
    pane = telegram(page)
    go_to(pane, "Group: Neighbors")
    pane.get_by_role("textbox").fill("@calcoord_faq_bot sb 54")
    results = pane.get_by_role("group", name="Results of inline mode")
    results.get_by_role("button").first.wait_for()
    press(results.get_by_role("button").first)
    expect(messages(pane, "Alex")).to_contain_text(["via @calcoord_faq_bot"])
    pane.get_by_role("button", name="Menu").click()
    press(pane.get_by_role("group", name="Commands").get_by_role("button", name="/topics"))
    expect(messages(pane)).to_have_count(1)


def test_topics_turn_their_pages_in_place(page: Page) -> None:
    pane = telegram(page)
    say(pane, "/topics")
    press(messages(pane).locator(".keyboard").get_by_role("button").first)
    expect(messages(pane)).to_have_count(1)
    expect(messages(pane)).to_contain_text("edited")


def test_why_and_back_and_again(page: Page, catalogue: Catalogue, tmp_path: Path) -> None:
    pane = telegram(page)
    say(pane, QUESTION)
    say(pane, "thanks")
    why = page.get_by_role("complementary", name="Why?")
    expect(why).to_contain_text("turn 2")
    messages(pane).first.get_by_role("button", name="Why?").click()
    expect(why).to_contain_text("turn 1")
    expect(why.get_by_role("listitem").first).to_contain_text("5. oversight")
    for heading in ("Candidates", "One clause", "What each way out is expected to cost"):
        expect(why.get_by_role("heading", name=heading)).to_be_visible()
    why.get_by_role("button", name="Copy as test row").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    row = page.evaluate("navigator.clipboard.readText()")
    assert json.loads(row)["gold"] == ["entry/oversight"]
    (tmp_path / "row.jsonl").write_text(row)
    (labelled,) = read_labelled(tmp_path / "row.jsonl", {}, intents={"entry/oversight"}, languages=catalogue.languages)
    assert labelled.text == QUESTION
    page.get_by_role("slider").fill("1")
    expect(messages(pane)).to_have_count(1)
    expect(pane.get_by_role("textbox")).to_have_count(0)
    page.get_by_role("button", name="Latest").click()
    expect(messages(pane)).to_have_count(2)
    page.get_by_role("button", name="Copy dialog so far").click()
    dialog = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert dialog["turns"] == [
        {"user": QUESTION, "expect": {"type": "answer", "entry": 5}},
        {"user": "thanks", "expect": {"type": "smalltalk", "entry": None}},
    ]


def test_a_copied_row_names_what_else_would_serve(page: Page) -> None:
    say(telegram(page), "raids")
    why = page.get_by_role("complementary", name="Why?")
    offered = why.locator("dt", has_text="Asked back about").locator("xpath=following-sibling::dd").inner_text()
    why.get_by_role("button", name="Copy as test row").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    row = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert len(row["also"]) > 0
    assert [*row["gold"], *row["also"]] == offered.split(", ")


def test_a_copied_dialog_is_one_persons_in_one_place(page: Page) -> None:
    say(telegram(page), QUESTION)
    say(slack(page), "raids")
    page.get_by_label("You are").select_option("ana")
    say(telegram(page), "gracias")
    page.get_by_label("You are").select_option("alex")
    say(telegram(page), "thanks")
    page.get_by_role("button", name="Copy dialog so far").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    dialog = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert [turn["user"] for turn in dialog["turns"]] == [QUESTION, "thanks"]
    messages(slack(page)).get_by_role("button", name="Why?").click()
    page.get_by_role("button", name="Copy dialog so far").click()
    page.wait_for_function("async () => !(await navigator.clipboard.readText()).includes('thanks')")
    dialog = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert [turn["user"] for turn in dialog["turns"]] == ["raids"]


def test_a_copied_row_of_what_was_refused_has_no_gold(page: Page) -> None:
    say(telegram(page), "what is the capital of France?")
    why = page.get_by_role("complementary", name="Why?")
    why.get_by_role("button", name="Copy as test row").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    row = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert (row["gold"], row["also"], row["kind"]) == ([], [], "oos")


def test_what_decided_stands_in_place_of_prices_that_did_not(page: Page) -> None:
    say(telegram(page), "sb 54")
    why = page.get_by_role("complementary", name="Why?")
    expect(why).to_contain_text("A name of a topic, law or term")
    expect(why.locator(".prices")).to_have_count(0)


def test_home_opens_at_its_top(page: Page) -> None:
    pane = slack(page)
    go_to(pane, "Home")
    expect(pane.locator(".slack-home")).to_be_visible()
    assert pane.locator(".talk").evaluate("talk => [talk.scrollTop, talk.scrollHeight > talk.clientHeight]") == [
        0,
        True,
    ]


def test_who_adds_the_bot_need_not_do_it_again(page: Page) -> None:
    pane = telegram(page)
    go_to(pane, "Group: Neighbors")
    press(pane.get_by_role("button", name="Add the bot"))
    expect(pane.get_by_role("button", name="Add the bot")).to_have_count(0)


def test_a_command_that_no_app_has(page: Page) -> None:
    pane = slack(page)
    say(pane, "/nosuch")
    expect(messages(pane, "Slackbot")).to_contain_text(["“/nosuch” is not a valid command"])
    expect(messages(pane)).to_have_count(0)


def test_start_anew(page: Page) -> None:
    say(telegram(page), QUESTION)
    page.get_by_role("button", name="Start anew").click()
    wait_for_turn(page, 0)
    expect(messages(telegram(page))).to_have_count(0)
