"""Help before limits: what is urgent is answered to whoever has written too much, and is no way round the limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.service.outcome import wait_notice
from tests.bot.slack.conftest import Rig
from tests.fakes.slack.payloads import command, direct, mention, press, shortcut

URGENT = {"en": "there are agents at my door", "es": "es: there are agents at my door"}


async def use_up(rig: Rig, user: str = "U1", times: int = 20) -> None:
    """Ask as much as one person may in a minute."""
    for _ in range(times):
        await rig.send(command("oversight", user=user))


def title(rig: Rig, lang: str) -> str:
    return rig.services.conversation.catalogue.edition(lang).urgent["door"].title


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_urgent_help_comes_to_a_person_over_the_limit(rig: Rig, lang: str) -> None:
    await use_up(rig)
    await rig.send(direct(URGENT[lang]))
    await rig.send(mention(URGENT[lang]))
    await rig.send(shortcut(URGENT[lang], rig.api.response_url()))
    assert [call.method for call in rig.api.sent] == [
        "chat.postMessage", "chat.postEphemeral", "chat.postMessage", "response_url", "chat.postMessage",
    ]  # fmt: skip
    assert all(title(rig, lang) in call.args["text"] for call in rig.api.sent)


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_urgent_help_comes_in_the_acknowledgement_of_a_command_over_the_limit(rig: Rig, lang: str) -> None:
    await use_up(rig)
    assert title(rig, lang) in (await rig.send(command(URGENT[lang]))).json()["text"]


async def test_the_same_urgent_help_beyond_the_limit_comes_three_times_a_minute(
    rig: Rig, later: Callable[[float], None]
) -> None:
    await use_up(rig)
    for _ in range(6):
        await rig.send(direct(URGENT["en"]))
    *helps, notice = rig.api.sent
    assert len(helps) == 3
    assert all(title(rig, "en") in call.args["text"] for call in helps)
    assert "Please wait" in notice.args["text"]
    later(61)
    await rig.send(direct(URGENT["en"]))
    assert title(rig, "en") in rig.api.sent[-1].args["text"]


async def test_what_is_not_urgent_still_gets_its_notice_after_urgent_help(rig: Rig) -> None:
    await use_up(rig)
    for text in (URGENT["en"], "oversight", "oversight"):
        await rig.send(direct(text))
    help_, notice = rig.api.sent
    assert title(rig, "en") in help_.args["text"]
    assert "Please wait" in notice.args["text"]


async def test_urgent_help_comes_in_a_channel_that_others_have_flooded(rig: Rig) -> None:
    rig.api.world.channels["C1"].members |= {f"U{number}" for number in range(10, 13)}
    for number in range(10, 13):
        await use_up(rig, f"U{number}")
    await rig.send(mention(URGENT["en"], user="U2"))
    call, kept = rig.api.sent
    assert (call.method, call.args["user"]) == ("chat.postEphemeral", "U2")
    assert (kept.method, kept.args["channel"]) == ("chat.postMessage", "U2")
    assert title(rig, "en") in call.args["text"]


async def test_whether_a_message_is_urgent_is_found_out_without_remembering_it(
    rig: Rig, later: Callable[[float], None]
) -> None:
    await use_up(rig, times=19)
    await rig.send(direct("unsure"))
    await rig.send(direct("training"))
    assert "Please wait" in rig.api.sent[-1].args["text"]
    later(61)
    await rig.send(direct("1"))
    assert "Who checks" in rig.api.sent[-1].args["text"], "the first of the choices that were last shown"


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_one_second_is_said_in_the_singular(rig: Rig, lang: str, later: Callable[[float], None]) -> None:
    await rig.send(press(f"g::{lang}", rig.api.response_url(), private=True, thread=None))
    rig.api.calls.clear()
    await use_up(rig, times=19)
    later(59.5)
    body = (await rig.send(command("oversight"))).json()
    phrases = rig.phrases(lang)
    assert body["text"] == phrases.rate_limited_one
    assert wait_notice(phrases, 2) == phrases.rate_limited.format(seconds=2)
    assert not {"1 seconds", "1 segundos"} & {body["text"][-11:-1]}
