"""The meters of several processes as one."""

from __future__ import annotations

from bot.metrics import Metrics
from bot.service.workers.meters import Board, Publishing, meters_of


def line_of(metrics: Metrics, begin: str) -> float:
    (found,) = (line for line in metrics.text().decode().splitlines() if line.startswith(begin))
    return float(found.rpartition(" ")[2])


def on_seats(board: Board, count: int) -> list[Metrics]:
    """Return the meters of ``count`` processes that share ``board``."""
    made = [Metrics() for _ in range(count)]
    for seat, metrics in enumerate(made, start=1):
        Publishing(board, seat, metrics, lambda: True)
    return made


def test_counts_and_times_are_added_and_gauges_are_as_bad_as_the_worst() -> None:
    board = Board(2)
    mine, other = on_seats(board, 2)
    mine.replied("slack", "answer", "oversight", "en")
    for metrics in (other, other):
        metrics.replied("slack", "answer", "oversight", "en")
    other.replied("telegram", "answer", "oversight", "es")
    for metrics, seconds in ((mine, 0.0001), (other, 0.004)):
        metrics.matched(seconds, urgent=False)
    other.store_healthy.set(0)
    mine.watch(lag=lambda: 0.1, dropped=lambda: 3)
    other.watch(lag=lambda: 0.7, dropped=lambda: 4)
    board.write(2, meters_of(other.own()))
    assert line_of(mine, 'faqbot_replies_total{entry="oversight",lang="en"') == 3
    assert line_of(mine, 'faqbot_replies_total{entry="oversight",lang="es"') == 1
    assert line_of(mine, 'faqbot_match_seconds_bucket{le="0.0002"}') == 1
    assert line_of(mine, 'faqbot_match_seconds_bucket{le="0.005"}') == 2
    assert line_of(mine, "faqbot_match_seconds_count") == 2
    assert line_of(mine, "faqbot_store_healthy") == 0
    assert line_of(mine, "faqbot_loop_lag_seconds") == 0.7
    assert line_of(mine, "faqbot_log_lines_dropped") == 7


def test_what_an_ended_process_counted_stays_and_what_it_measured_goes() -> None:
    board = Board(2)
    mine, other = on_seats(board, 2)
    other.duplicate("slack")
    other.store_healthy.set(0)
    board.write(2, meters_of(other.own()))
    assert board.ready(2)
    board.retire(2)
    assert not board.ready(2)
    assert line_of(mine, "faqbot_duplicates_total") == 1
    assert line_of(mine, "faqbot_store_healthy") == 1
    assert board.free([1]) == 2
    board.write(2, meters_of(other.own()))
    board.retire(2)
    assert line_of(mine, "faqbot_duplicates_total") == 2


def test_what_was_shown_once_stays() -> None:
    board = Board(2)
    mine, other = on_seats(board, 2)
    other.duplicate("slack")
    assert line_of(other, "faqbot_duplicates_total") == 1
    board.retire(2)
    assert line_of(mine, "faqbot_duplicates_total") == 1


def test_a_seat_that_is_being_written_shows_nothing_false() -> None:
    board = Board(1)
    (mine,) = on_seats(board, 1)
    mine.duplicate("slack")
    board.write(1, meters_of(mine.own()))
    board._memory[board._seats[0] * (1 << 20) + 20] ^= 1
    assert board.read(1) == []


def test_who_does_not_serve_yet_is_not_ready() -> None:
    board = Board(1)
    Publishing(board, 1, Metrics(), lambda: False).publish()
    assert not board.ready(1)
