"""Each delivery is dealt with once and in turn, by two machines too, when one of them dies, and after failing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.metrics import Metrics
from bot.service.inbox import LOOK_SECONDS, MOST_IN_TURN, Inbox, NotDoneError, Result, Work
from bot.service.ongoing import DRAIN_SECONDS, FINISH_SECONDS, LEASE_SECONDS, LoopLag, uncut
from bot.service.web.server import LINGER_SECONDS
from bot.state.batch import Batch
from bot.state.retention import LIFETIMES, Kept, KeyMaker
from bot.state.store import DONE, MemoryStore, Operation, Set, Store
from tests.tools.hangguard import HANG_GUARD

pytestmark = pytest.mark.leaping

KEYS = KeyMaker(b"tests")
MARK = ("event", "Ev1")
KEY = KEYS.key(Kept.SEEN, "slack", *MARK)


class Job:
    """Work that counts how often it begins and ends, waits for ``gate``, and fails as often as it is told."""

    def __init__(self, failures: int = 0, *, waits: bool = False, error: type[Exception] = NotDoneError) -> None:
        self.begun = self.done = 0
        self.requests: list[str] = []
        self.gate = asyncio.Event()
        self._failures, self._error = failures, error
        if not waits:
            self.gate.set()

    async def __call__(self, batch: Batch) -> None:
        self.begun += 1
        self.requests.append(batch.request)
        await self.gate.wait()
        if self.begun <= self._failures:
            raise self._error
        self.done += 1

    async def has_begun(self, times: int = 1) -> None:
        async with asyncio.timeout(HANG_GUARD):
            while self.begun < times:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0)


def make(store: Store | None = None) -> Inbox:
    return Inbox("slack", store or MemoryStore(), KEYS, Metrics())


async def test_a_delivery_is_dealt_with_once_on_however_many_machines_it_comes() -> None:
    store, job = MemoryStore(), Job()
    one, other = make(store), make(store)
    results = [await inbox.take(MARK, job) for inbox in (one, one, other)]
    assert results == [Result.DONE, Result.SEEN, Result.SEEN]
    assert job.done == 1
    assert await other.take(("event", "Ev2"), job) is Result.DONE
    telegram = Inbox("telegram", store, KEYS, Metrics())
    assert await telegram.take(MARK, job) is Result.DONE, "each platform has names of its own"


async def test_what_has_no_mark_is_like_nothing_else() -> None:
    inbox, job = make(), Job()
    assert [await inbox.take((), job) for _ in range(2)] == [Result.DONE, Result.DONE]


async def test_it_is_taken_while_it_is_dealt_with_and_done_for_an_hour_afterwards() -> None:
    now = [0.0]
    store, job = MemoryStore(clock=lambda: now[0]), Job(waits=True)
    inbox = make(store)
    taking = asyncio.create_task(inbox.take(MARK, job))
    await job.has_begun()
    assert await store.get(KEY) not in (None, DONE)
    job.gate.set()
    assert await taking is Result.DONE
    assert await store.get(KEY) == DONE
    now[0] = LIFETIMES[Kept.SEEN] - 1
    assert await inbox.take(MARK, job) is Result.SEEN


@pytest.mark.parametrize("error", [NotDoneError, ZeroDivisionError])
async def test_work_that_failed_is_not_done_and_the_next_delivery_does_it_again(error: type[Exception]) -> None:
    store, job = MemoryStore(), Job(failures=2, error=error)
    results = [await make(store).take(MARK, job) for _ in range(4)]
    assert results == [Result.LATE, Result.LATE, Result.DONE, Result.SEEN]
    assert (job.begun, job.done) == (3, 1)


async def test_a_failure_that_nobody_expected_is_counted_by_name_and_one_that_was_is_not() -> None:
    metrics = Metrics()
    inbox = Inbox("slack", MemoryStore(), KEYS, metrics)
    for error in (NotDoneError, ZeroDivisionError):
        await inbox.take(MARK, Job(failures=1, error=error))
    shown = metrics.text().decode()
    assert 'faqbot_errors_total{code="ZeroDivisionError",platform="slack"} 1.0' in shown
    assert "NotDone" not in shown


async def test_what_takes_long_is_asked_for_again_and_the_redelivery_joins_it() -> None:
    inbox, job = make(), Job(waits=True)
    assert await inbox.take(MARK, job, within=0.01) is Result.LATE
    again = [asyncio.create_task(inbox.take(MARK, job)) for _ in range(3)]
    done, _ = await asyncio.wait(again, timeout=0.02)
    assert not done, "to acknowledge it now would be to promise an answer"
    job.gate.set()
    async with asyncio.timeout(HANG_GUARD):
        assert await asyncio.gather(*again) == [Result.SEEN] * 3
    assert job.begun == 1


async def test_a_redelivery_in_the_very_turn_in_which_the_first_one_fails_leaves_the_loop_its_turn() -> None:
    inbox, job = make(), Job(failures=1)
    first = asyncio.create_task(inbox.take(MARK, job))
    await job.has_begun()
    task = inbox._under_way[KEY]
    while not task.done():  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    assert KEY in inbox._under_way, "it has failed, and is not forgotten yet"
    # Else whoever joins it would look at it for ever, and nothing else would be done.
    await task.ended(None)
    assert KEY not in inbox._under_way
    assert await inbox.take(MARK, job) is Result.DONE
    assert await first is Result.LATE


async def test_a_redelivery_takes_over_from_what_failed_while_it_waited() -> None:
    inbox, job = make(), Job(failures=1, waits=True)
    first = asyncio.create_task(inbox.take(MARK, job))
    await job.has_begun()
    again = [asyncio.create_task(inbox.take(MARK, job)) for _ in range(2)]
    await asyncio.sleep(0)
    job.gate.set()
    async with asyncio.timeout(HANG_GUARD):
        assert await first is Result.LATE
        assert sorted(await asyncio.gather(*again)) == [Result.DONE, Result.SEEN]
    assert (job.begun, job.done) == (2, 1)


async def test_what_another_machine_has_taken_is_waited_for_until_it_is_done() -> None:
    store, job = MemoryStore(), Job()
    await store.set(KEY, b"another machine", 60)
    waiting = asyncio.create_task(make(store).take(MARK, job))
    await asyncio.sleep(2.5 * LOOK_SECONDS)
    assert not waiting.done()
    await store.set(KEY, DONE, 60)
    assert await waiting is Result.SEEN
    assert job.begun == 0


async def test_what_a_killed_machine_had_taken_is_dealt_with_when_its_lease_is_over() -> None:
    loop = asyncio.get_running_loop()
    store = MemoryStore(clock=loop.time)
    dead, job, dying = make(store), Job(), Job(waits=True)
    killed = asyncio.create_task(dead.take(MARK, dying))
    await dying.has_begun()
    dead._leases._held.clear()  # a killed machine renews nothing
    begun = loop.time()
    assert await make(store).take(MARK, job) is Result.DONE
    assert LEASE_SECONDS - 1 < loop.time() - begun < LEASE_SECONDS + 2
    killed.cancel()
    await dead.drain(0)


class Counting(MemoryStore):
    """Counts how often a lease is renewed."""

    def __init__(self, enough: Callable[[], None]) -> None:
        super().__init__()
        self._renewed, self._enough = 0, enough

    async def run(self, *operations: Operation) -> list[object]:
        self._renewed += sum(isinstance(one, Set) and one.value != DONE for one in operations)
        if self._renewed == 2:
            self._enough()
        return await super().run(*operations)


async def test_a_long_answer_keeps_its_lease() -> None:
    job = Job(waits=True)
    store = Counting(job.gate.set)
    async with asyncio.timeout(HANG_GUARD):
        assert await make(store).take(MARK, job) is Result.DONE
    assert await store.get(KEY) == DONE


class Trips(MemoryStore):
    """Counts the round trips that renew leases, and how many leases each renews."""

    def __init__(self, enough: Callable[[], None]) -> None:
        super().__init__()
        self.renewed, self._enough = list[int](), enough

    async def run(self, *operations: Operation) -> list[object]:
        leases = sum(isinstance(one, Set) and one.value != DONE for one in operations)
        if leases:
            self.renewed.append(leases)
            self._enough()
        return await super().run(*operations)


async def test_the_leases_of_all_that_is_under_way_are_renewed_in_one_round_trip() -> None:
    job = Job(waits=True)
    store = Trips(job.gate.set)
    inbox = make(store)
    async with asyncio.timeout(HANG_GUARD):
        done = await asyncio.gather(*(inbox.take(("event", str(number)), job) for number in range(50)))
    assert done == [Result.DONE] * 50
    assert store.renewed == [50]


async def test_one_chat_is_dealt_with_in_order_and_no_other_waits_for_it() -> None:
    inbox, order = make(), []
    slow, quick = Job(waits=True), Job()

    def noting(name: str, job: Job) -> Work:
        async def work(batch: Batch) -> None:
            await job(batch)
            order.append(name)

        return work

    taking = [
        asyncio.create_task(inbox.take((name,), noting(name, job), turn=turn))
        for name, job, turn in (("first", slow, "a"), ("second", quick, "a"), ("third", quick, "b"))
    ]
    await asyncio.sleep(1.0)
    assert order == ["third"]
    slow.gate.set()
    await asyncio.gather(*taking)
    assert order == ["third", "first", "second"]
    assert inbox._turns == {}, "nothing is kept of chats that nobody waits for"


async def test_a_second_tap_is_the_same_however_long_the_answer_to_the_first_takes() -> None:
    loop = asyncio.get_running_loop()
    store, first, second = MemoryStore(clock=loop.time), Job(waits=True), Job()
    one, other = make(store), make(store)
    taking = asyncio.create_task(one.take(("1",), first, tap=("button",)))
    await asyncio.sleep(3.0 * LEASE_SECONDS)
    assert await other.take(("2",), second, tap=("button",)) is Result.SEEN
    first.gate.set()
    assert await taking is Result.DONE
    assert await other.take(("3",), second, tap=("button",)) is Result.SEEN
    await asyncio.sleep(LEASE_SECONDS)
    assert await other.take(("4",), second, tap=("button",)) is Result.DONE
    assert (first.done, second.done) == (1, 1)


async def test_a_cry_for_help_does_not_wait_behind_what_cannot_be_sent_and_what_comes_next_keeps_its_place() -> None:
    inbox, slow, order = make(), Job(waits=True), []

    async def yes() -> bool:
        return True

    async def cannot_say() -> bool:
        raise ValueError

    def note(name: str) -> Work:
        async def work(_batch: Batch) -> None:
            order.append(name)

        return work

    first = asyncio.create_task(inbox.take(("1",), slow, turn="a", hurries=yes))
    await slow.has_begun()
    second = asyncio.create_task(inbox.take(("2",), note("second"), turn="a", hurries=cannot_say))
    third = asyncio.create_task(inbox.take(("3",), note("third"), turn="a"))
    assert await inbox.take(("4",), note("cry"), turn="a", hurries=yes) is Result.DONE
    assert order == ["cry"]
    slow.gate.set()
    assert await asyncio.gather(first, second, third) == [Result.DONE] * 3
    assert order == ["cry", "second", "third"]
    assert inbox._turns == {}


async def test_a_turn_that_many_wait_for_takes_no_more_on_but_cries_for_help_and_what_comes_only_once() -> None:
    metrics = Metrics()
    inbox, slow, quick = Inbox("slack", MemoryStore(), KEYS, metrics), Job(waits=True), Job()

    async def yes() -> bool:
        return True

    taking = [asyncio.create_task(inbox.take((str(number),), slow, turn="a")) for number in range(MOST_IN_TURN)]
    await slow.has_begun()
    assert await inbox.take(("more",), quick, turn="a") is Result.LATE
    assert quick.begun == 0
    assert await inbox.take(("cry",), quick, turn="a", hurries=yes) is Result.DONE
    assert await inbox.take(("other",), quick, turn="b") is Result.DONE
    assert await inbox.take(("once",), quick, turn="a", within=0.01, again=False) is Result.LATE
    again = asyncio.create_task(inbox.take(("7",), slow, turn="a"))
    await asyncio.sleep(0)
    assert not again.done(), "what is waiting already is joined"
    slow.gate.set()
    assert await asyncio.gather(*taking, again) == [Result.DONE] * MOST_IN_TURN + [Result.SEEN]
    assert await inbox.take(("more",), quick, turn="a") is Result.DONE
    labels = {"platform": "slack", "reason": "turn"}
    assert metrics.registry.get_sample_value("faqbot_refused_requests_total", labels) == 1


async def test_a_stop_gives_back_what_it_cannot_do_in_time_and_leaves_it_to_the_next() -> None:
    store, job = MemoryStore(), Job(waits=True)
    inbox = make(store)
    inbox.stop()
    assert await inbox.take(MARK, job, within=0.01) is Result.LATE
    assert await inbox.drain() == 0
    job.gate.set()
    assert await make(store).take(MARK, job) is Result.DONE
    assert (job.begun, job.done) == (2, 1)


async def test_a_stop_waits_for_what_is_on_its_way_so_that_the_next_process_does_not_send_it_again() -> None:
    store, call = MemoryStore(), Job(waits=True)

    async def work(batch: Batch) -> None:
        await uncut(call(batch))

    inbox = make(store)
    inbox.stop()
    twice = [asyncio.create_task(inbox.take(MARK, work, within=0.01)) for _ in range(2)]
    await call.has_begun()
    await asyncio.sleep(0.05)
    call.gate.set()
    async with asyncio.timeout(FINISH_SECONDS):
        assert sorted(await asyncio.gather(*twice)) == [Result.DONE, Result.SEEN]
    assert await make(store).take(MARK, call) is Result.SEEN
    assert call.done == 1


async def test_what_is_on_its_way_when_the_patience_of_a_stop_ends_is_done_too() -> None:
    store, call = MemoryStore(), Job(waits=True)
    inbox = make(store)
    await inbox.take(MARK, lambda batch: uncut(call(batch)), within=0.0)
    await call.has_begun()
    asyncio.get_running_loop().call_later(0.05, call.gate.set)
    await inbox.drain(0.0)
    assert await store.get(KEY) == DONE


async def test_what_does_not_end_or_fails_is_cut_short_all_the_same() -> None:
    hanging, failing = Job(waits=True), Job(failures=1, waits=True)
    tasks = [asyncio.create_task(uncut(job(""))) for job in (hanging, failing)]
    await hanging.has_begun()
    await failing.has_begun()
    for task in tasks:
        task.cancel()
    failing.gate.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
    assert (hanging.done, failing.done) == (0, 0)


@pytest.mark.parametrize("given_back", [True, False])
async def test_a_message_that_ends_in_time_is_the_last_that_work_sends_which_was_told_to_stop(given_back: bool) -> None:
    """What was still to be sent took the whole of a stop's time: the cancellation was gone with the first message."""
    inbox, loop, calls = make(), asyncio.get_running_loop(), [Job(waits=True), Job(waits=True)]

    async def work(batch: Batch) -> None:
        for call in calls:
            await uncut(call(batch))

    if given_back:
        inbox.stop()
    taking = asyncio.create_task(inbox.take(MARK, work, within=1.0 if given_back else None))
    await calls[0].has_begun()
    begun = loop.time()
    loop.call_later(1.5, calls[0].gate.set)
    await inbox.drain(DRAIN_SECONDS if given_back else 1.0)
    assert await taking is Result.LATE
    assert loop.time() - begun < 1.0 + FINISH_SECONDS + 0.5
    assert [call.begun for call in calls] == [1, 1]


async def test_work_told_to_stop_that_ends_in_time_is_done_with_all_that_it_sends() -> None:
    store, calls = MemoryStore(), [Job(waits=True), Job()]
    inbox = make(store)

    async def work(batch: Batch) -> None:
        for call in calls:
            await uncut(call(batch))

    inbox.stop()
    taking = asyncio.create_task(inbox.take(MARK, work, within=1.0))
    await calls[0].has_begun()
    asyncio.get_running_loop().call_later(1.5, calls[0].gate.set)
    assert await taking is Result.DONE
    assert await store.get(KEY) == DONE


async def test_how_much_of_an_answer_was_sent_is_known_to_the_next_process_and_to_no_other_delivery() -> None:
    store, before = MemoryStore(), list[int]()

    async def work(batch: Batch) -> None:
        before.append(await batch.parts_before())
        batch.parts = 2
        if len(before) == 1:
            raise NotDoneError

    assert await make(store).take(MARK, work) is Result.LATE
    assert await make(store).take(MARK, work) is Result.DONE
    assert await make(store).take(("event", "Ev2"), work) is Result.DONE
    assert before == [0, 2, 0]


async def test_a_stop_goes_on_with_what_comes_only_once() -> None:
    inbox, job = make(), Job(waits=True)
    inbox.stop()
    assert await inbox.take(MARK, job, within=0.01, again=False) is Result.LATE
    job.gate.set()
    assert await inbox.drain() == 0
    assert job.done == 1


async def test_draining_waits_and_then_gives_up_and_what_is_given_up_is_left_to_the_next() -> None:
    store, quick, slow = MemoryStore(), Job(waits=True), Job(waits=True)
    inbox = make(store)
    await inbox.take(("1",), quick, within=0.0)
    await inbox.take(MARK, slow, within=0.0)
    asyncio.get_running_loop().call_later(0.01, quick.gate.set)
    assert await inbox.drain(0.2) == 1
    assert (quick.done, slow.done) == (1, 0)
    assert await store.get(KEY) is None


def test_a_stop_is_over_before_the_platform_kills_the_process_and_no_sooner_than_an_answer_takes() -> None:
    """https://devcenter.heroku.com/articles/dynos#shutdown: 30 seconds; one call to Slack may take 10."""
    assert DRAIN_SECONDS >= 15
    assert DRAIN_SECONDS + LINGER_SECONDS + FINISH_SECONDS < 30


def test_a_lease_outlives_a_stall_and_is_over_before_slack_delivers_again_after_a_minute() -> None:
    """It is renewed at a third of it, and Slack's redeliveries come at once, after a minute and after five."""
    assert 5 <= LEASE_SECONDS < 60


async def test_what_could_not_be_dealt_with_in_time_is_not_taken_on() -> None:
    lag, job, metrics = LoopLag(), Job(), Metrics()
    inbox = Inbox("slack", MemoryStore(), KEYS, metrics, lag)
    lag.seconds = 1.0
    assert await inbox.take(MARK, job) is Result.LATE
    assert job.begun == 0
    labels = {"platform": "slack", "reason": "overload"}
    assert metrics.registry.get_sample_value("faqbot_refused_requests_total", labels) == 1
    assert await inbox.take((), job, again=False) is Result.DONE, "what comes only once is answered all the same"


async def test_each_attempt_has_an_id_for_the_log_that_no_other_has() -> None:
    inbox, job = make(), Job(failures=2)
    for _ in range(3):
        await inbox.take(MARK, job)
    assert len(set(job.requests)) == 3
    assert all(len(one) == 12 for one in job.requests)


class Slow(MemoryStore):
    """A store that takes its time: each round trip ``seconds``, on a clock of the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        super().__init__(clock=loop.time)
        self._seconds = seconds
        self.asked_done = asyncio.Event()

    async def run(self, *operations: Operation) -> list[object]:
        if any(isinstance(one, Set) and one.value == DONE for one in operations):
            self.asked_done.set()
        await asyncio.sleep(self._seconds)
        return await super().run(*operations)


async def test_where_the_store_is_slow_nobody_waits_for_the_end_of_others() -> None:
    """One after the other, a hundred took longer than a lease lasts, and another machine did them again."""

    loop = asyncio.get_running_loop()
    store, job = Slow(loop, 0.3), Job()
    inbox, begun = make(store), loop.time()
    done = await asyncio.gather(*(inbox.take((str(number),), job) for number in range(100)))
    assert done == [Result.DONE] * 100
    assert loop.time() - begun < LEASE_SECONDS / 3
    assert await make(store).take(("7",), job) is Result.SEEN


class SlowToRenew(MemoryStore):
    """A store in which a renewal takes a second, and everything else no time."""

    async def run(self, *operations: Operation) -> list[object]:
        if any(isinstance(one, Set) and one.value != DONE for one in operations):
            await asyncio.sleep(1.0)
        return await super().run(*operations)


async def test_a_renewal_that_is_on_its_way_does_not_make_what_is_done_look_abandoned() -> None:
    store, job = SlowToRenew(), Job(waits=True)
    inbox = make(store)
    taking = asyncio.create_task(inbox.take(MARK, job))
    await asyncio.sleep(LEASE_SECONDS / 3 + 0.5)
    assert inbox._leases._renewed, "it is being renewed just now"
    job.gate.set()
    assert await taking is Result.DONE
    await asyncio.sleep(1.0)
    assert await store.get(KEY) == DONE


async def test_what_is_done_is_remembered_also_where_the_process_is_told_to_stop_just_then() -> None:
    loop = asyncio.get_running_loop()
    store, job = Slow(loop, 0.5), Job()
    inbox = make(store)
    taking = asyncio.create_task(inbox.take(MARK, job))
    await store.asked_done.wait()
    await inbox.drain(0.0)
    assert await taking is Result.DONE
    assert await store.get(KEY) == DONE
