"""The page is for this machine alone, and nothing in it comes from anywhere else."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.items import FORMS
from bot.playground.server import STATIC, Playground
from bot.service.web.connections import ListenError
from content.schema.errors import ContentError

SAY = {"type": "telegram_say", "person": "alex", "place": "private", "text": "hello"}


async def test_page_state_and_deeds(played: Playground, http: aiohttp.ClientSession) -> None:
    async with http.get(played.url) as page:
        assert "<title>Playground</title>" in await page.text()
    async with http.post(f"{played.url}do", json=SAY) as done:
        assert await done.json() == {"turn": 1}
    async with http.get(f"{played.url}state") as answer:
        state = await answer.json()
    assert [one["author"] for one in state["timeline"]["messages"]] == ["alex", "bot"]
    async with http.post(f"{played.url}restart") as again:
        assert again.status == 204
    async with http.get(f"{played.url}state") as answer:
        assert (await answer.json())["timeline"]["messages"] == []


async def test_the_state_tells_why_of_a_message_of_several_clauses(
    played: Playground, http: aiohttp.ClientSession
) -> None:
    asked = "May the police ask my status? And does the jail call ICE?"
    async with http.post(f"{played.url}do", json=SAY | {"text": asked}):
        pass
    async with http.get(f"{played.url}state") as answer:
        [decision] = (await answer.json())["timeline"]["traces"]["1"]["decisions"]
    assert [clause["text"] for clause in decision["clauses"]] == [
        "may the police ask my status?",
        "and does the jail call ice?",
    ]


async def test_the_page_is_told_of_each_change(played: Playground, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{played.url}news") as news:
        first = await news.content.readline()
        await news.content.readline()
        async with http.post(f"{played.url}do", json=SAY):
            pass
        assert await news.content.readline() != first


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"type":"slack_say"}', '{"type":"other"}', '{"type":"slack_say","person":1}']
)
async def test_what_is_no_deed_is_refused(played: Playground, http: aiohttp.ClientSession, body: str) -> None:
    async with http.post(f"{played.url}do", data=body) as answer:
        assert answer.status == 400


async def test_what_cannot_be_done_is_not_found(played: Playground, http: aiohttp.ClientSession) -> None:
    for deed in (SAY | {"person": "nobody"}, {"type": "slack_shortcut", "person": "alex", "message": "1.2"}):
        async with http.post(f"{played.url}do", json=deed) as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    "path", ["do", "api/slack/chat.postMessage", "api/slack/respond/x", "api/telegram/bot1:x/sendMessage"]
)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"type":1}', b"\xff", b"[" * 5000])
async def test_a_body_of_another_form_is_refused_and_does_no_harm(
    path: str, body: bytes, played: Playground, http: aiohttp.ClientSession
) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        async with http.post(f"{played.url}{path}", data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status < 500
    async with http.post(f"{played.url}do", json=SAY) as answer:
        assert answer.status == 200


async def test_whom_nobody_knows_and_what_has_no_buttons(played: Playground, http: aiohttp.ClientSession) -> None:
    for method, name in (("views.publish", "user_id"), ("chat.postEphemeral", "user")):
        call = {name: "U0", "channel": "C0PLAY", "view": {}}
        async with http.post(f"{played.url}api/slack/api/{method}", json=call) as answer:
            assert await answer.json() == {"ok": False, "error": "user_not_found"}
    say = {"type": "slack_say", "person": "alex", "place": "channel", "text": "hello", "mention": False}
    async with http.post(f"{played.url}do", json=say):
        pass
    press = {"type": "slack_press", "person": "alex", "block": "b", "action": "a", "value": "v"}
    async with http.post(f"{played.url}do", json=press | {"message": played.stage.timeline.messages[0].id}) as answer:
        assert answer.status == 404


async def test_only_this_machine_and_this_path(played: Playground, http: aiohttp.ClientSession) -> None:
    host = played.url.split("/")[2]
    assert played.url.startswith("http://127.0.0.1:")
    assert len(played.url.split("/")[3]) >= 20
    for url, headers, status in (
        (f"http://{host}/", {}, 404),
        (f"http://{host}/state", {}, 404),
        (f"{played.url}../state", {}, 404),
        (played.url, {"Host": "playground.example.org"}, 421),
        (played.url, {"Host": host.replace("127.0.0.1", "localhost")}, 200),
    ):
        async with http.get(url, headers=headers) as answer:
            assert answer.status == status, url
    for headers, status in (({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-origin"}, 200)):
        async with http.post(f"{played.url}do", json=SAY, headers=headers) as answer:
            assert answer.status == status


async def test_every_answer_says_what_the_page_may_load(played: Playground, http: aiohttp.ClientSession) -> None:
    for path in ("", "state", "items", "static/page.js", "static/vendor/vendor.js", "none", "item"):
        async with http.get(f"{played.url}{path}") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"


async def test_the_platforms_are_told_apart_by_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path
) -> None:
    real = {
        "SLACK_BOT_TOKEN": "xoxb-real",
        "TELEGRAM_BOT_TOKEN": "9:real-token-0123456789",
        "REDIS_URL": "redis://real",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in real.items()))
    monkeypatch.chdir(tmp_path)
    for name, value in real.items():
        monkeypatch.setenv(name, value)
    async with Playground(root, lambda _root: []) as page:
        settings = page.stage.settings
        assert settings.slack_bot_token is not None
        assert settings.telegram_bot_token is not None
        assert "real" not in settings.slack_bot_token.value + settings.telegram_bot_token.value
        assert settings.redis_url is None
        for address in (settings.slack_api_url, settings.telegram_api_url):
            assert address.startswith(page.url)
    assert os.listdir(tmp_path) == [".env"], "nothing is written"  # noqa: PTH208 - as good here


async def test_a_port_that_is_taken(played: Playground, root: Path) -> None:
    port = int(played.url.split("/")[2].rpartition(":")[2])
    with pytest.raises(ListenError, match=str(port)):
        await Playground(root, lambda _root: [], port).__aenter__()


async def test_content_with_mistakes_opens_nothing(edited: Path) -> None:
    (edited / "en/entries/05-oversight.yaml").write_text("title: x\n")
    with pytest.raises(ContentError):
        await Playground(edited, lambda _root: []).__aenter__()


async def test_what_the_bot_may_not_call(played: Playground, http: aiohttp.ClientSession) -> None:
    for path, told in (
        ("api/slack/api/chat.delete", "unknown_method"),
        ("api/telegram/bot1:a/deleteMessage", "method not found"),
        ("api/telegram/bot1:a/answerCallbackQuery", "query is too old"),
    ):
        async with http.post(f"{played.url}{path}", json={"callback_query_id": "1"}) as answer:
            assert told in await answer.text()
    async with http.post(f"{played.url}api/slack/respond/none", json={}) as answer:
        assert answer.status == 404


async def test_every_item_is_shown_in_every_language(played: Playground, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{played.url}items") as answer:
        found: dict[str, Any] = await answer.json()
    catalogue = played.stage.conversation.catalogue
    forms = {item["kind"]: item["forms"] for item in found["en"]}
    assert set(forms) == {"entry", "urgent", "signpost", "law", "term", "smalltalk", "language", "own"}
    assert (forms["entry"], forms["law"], forms["urgent"]) == (list(FORMS), ["first", "sources"], ["first"])
    for lang in catalogue:
        assert sum(item["kind"] == "entry" for item in found[lang]) == len(catalogue.edition(lang).entries)
        for item in found[lang]:
            texts = set()
            for form in item["forms"]:
                asked = {"key": item["key"], "form": form, "lang": lang}
                async with http.get(f"{played.url}item", params=asked) as answer:
                    shown = await answer.json()
                assert shown["slack"]["blocks"]
                texts.add(shown["telegram"][0]["text"])
            assert len(texts - {""}) == len(item["forms"]), "each form that can be chosen shows something else"
    for key in ("entry/none", "none/none", "", "own/clarify"):
        async with http.get(f"{played.url}item", params={"key": key, "lang": "en"}) as answer:
            assert answer.status == 404


def test_no_file_of_the_page_names_another_host() -> None:
    """What the page loads is beside it. (The bundle names addresses that it never asks for.)"""
    for path in [
        *STATIC.glob("*.js"),
        *STATIC.glob("styles/*.css"),
        *STATIC.glob("*.html"),
        STATIC / "vendor/slack-blocks.css",
    ]:
        assert not re.search(r"(?:src|href|import|url\(|from|fetch\()\W{0,3}https?:", path.read_text()), path
    assert "<script>" not in (STATIC / "index.html").read_text()
    assert "style=" not in (STATIC / "index.html").read_text()


def test_the_bundle_comes_with_its_licences() -> None:
    licences = (STATIC / "vendor/LICENSES.txt").read_text()
    for package in ("react ", "react-dom ", "htm ", "slack-blocks-to-jsx ", "@yozora/parser "):
        assert f"\n{package}" in licences
    assert "registry" not in licences
