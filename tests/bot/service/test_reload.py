"""New content is taken up without a restart, all or nothing."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.dialogue.message import Message
from bot.dialogue.reply import Answer
from bot.installed import command_name
from bot.service.app import Reloader, Services, open_services, reload_on_hangup
from bot.settings import read_settings
from bot.state.batch import Batch
from intents.classifier.modelfile import MODEL_FILE
from tests.fakes.deployment import copy_content
from tests.fakes.lent import Lent
from tests.tools.hangguard import HANG_GUARD

ENTRY = "en/entries/05-oversight.yaml"


@dataclass
class Rig:
    root: Path
    services: Services
    reloader: Reloader

    def edit(self, old: str, new: str) -> None:
        path = self.root / ENTRY
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def title(self) -> str:
        return self.services.conversation.replies.answer("oversight", "en").title

    def count(self, outcome: str) -> float:
        return self.services.metrics.registry.get_sample_value("faqbot_reloads_total", {"outcome": outcome}) or 0.0


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    return Lent(copy_content(tmp_path_factory.mktemp("reload")))


@pytest.fixture
async def rig(copied: Lent) -> AsyncIterator[Rig]:
    with copied.out() as root:
        async with open_services(read_settings({}), root) as services:
            yield Rig(root, services, Reloader(services, root))


async def test_changed_content_is_answered_from(rig: Rig) -> None:
    before = rig.title
    digest = rig.services.conversation.catalogue.digest
    rig.edit(f"title: {before}", "title: A new title")
    assert await rig.reloader.reload()
    assert rig.title == "A new title"
    assert rig.services.desk.replies.answer("oversight", "en").title == "A new title", "the desk has it too"
    reply = await rig.services.conversation.reply(Message("5", "terminal"))
    look_up = await rig.services.conversation.look_up(Message("a new title", "terminal"))
    assert isinstance(look_up, Answer)
    assert reply.lang == "en"
    assert rig.services.conversation.catalogue.digest != digest
    assert f'content="{rig.services.conversation.catalogue.digest[:12]}"' in rig.services.metrics.text().decode()
    assert rig.count("ok") == 1


async def test_a_delivery_under_way_is_finished_with_the_content_that_it_began_with(rig: Rig) -> None:
    before, conversation = rig.title, rig.services.conversation
    begun = conversation.through(Batch(rig.services.store))
    rig.edit(f"title: {before}", "title: A new title")
    assert await rig.reloader.reload()
    assert begun.replies.answer("oversight", "en").title == before
    assert begun.catalogue.edition("en").entries["oversight"].title == before
    assert rig.title == "A new title"


@pytest.mark.parametrize(
    ("old", "new"),
    [("title:", "titel:"), ("slug: oversight", "slug: oversigth"), ("number: 5", "number: 6"), ("title:", "title: [")],
)
async def test_content_with_mistakes_changes_nothing(rig: Rig, old: str, new: str) -> None:
    before, digest = rig.title, rig.services.conversation.catalogue.digest
    rig.edit(old, new)
    assert not await rig.reloader.reload()
    assert (rig.title, rig.services.conversation.catalogue.digest) == (before, digest)
    assert rig.count("kept old") == 1


async def test_a_model_that_does_not_fit_changes_nothing(rig: Rig) -> None:
    before = rig.title
    rig.edit(f"title: {before}", "title: A new title")
    (rig.root / "built" / MODEL_FILE).write_bytes(b"half written")
    assert not await rig.reloader.reload()
    assert rig.title == before


@pytest.mark.parametrize("command", ["check", "train"])
async def test_the_log_says_what_to_run_as_it_is_called_here(command: str, rig: Rig, log: io.StringIO) -> None:
    if command == "check":
        rig.edit("title:", "titel:")
    else:
        samples = rig.root / "en/samples/05-oversight.yaml"
        samples.write_text(samples.read_text().replace("    - ", "    - something new\n    - ", 1))
    assert not await rig.reloader.reload()
    assert f"old kept: run `{command_name()} {command}`" in log.getvalue()


async def test_a_hangup_reloads_and_afterwards_does_no_more(rig: Rig) -> None:
    before = rig.title
    rig.edit(f"title: {before}", "title: A new title")
    with reload_on_hangup(rig.services, rig.root):
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(HANG_GUARD):
            while rig.count("ok") == 0:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
    assert rig.title == "A new title"
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


async def test_what_is_loaded_is_left_out_of_the_search_for_garbage(rig: Rig) -> None:
    gc.unfreeze()
    with reload_on_hangup(rig.services, rig.root):
        loaded = gc.get_freeze_count()
    gc.unfreeze()
    assert loaded > 100_000


async def test_many_hangups_reload_twice_at_most(rig: Rig, log: io.StringIO) -> None:
    with reload_on_hangup(rig.services, rig.root) as reloader:
        for _ in range(20):
            reloader.start()
        await asyncio.sleep(0)  # they queue up
        assert await reloader.reload()
    assert log.getvalue().count("content reloaded") == 3


async def test_without_a_hangup_signal_it_runs_and_says_so(
    rig: Rig, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    monkeypatch.delattr(signal, "SIGHUP")
    with reload_on_hangup(rig.services, rig.root) as reloader:
        assert await reloader.reload()
    assert "no SIGHUP on this system: restart to take up new content" in log.getvalue()
