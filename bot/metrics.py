"""Counts and times, without any label that names a person or quotes a message."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_MATCH_BUCKETS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05)
_SEND_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CODES = 100
"""Different codes of errors, and of refusals, that are shown as they are: they are errors' names and platforms' words,
far fewer than this. More would be somebody's invention, and each would cost memory here and in Prometheus."""
OTHER = "other"
Outcome = Literal["ok", "kept old"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""How an attempt to take up changed content may end."""
FORGED = {"slack": ("bad_signature", "stale"), "telegram": ("secret",)}
"""The platforms, and why what does not come from them is refused."""
COARSE = ("urgent",)
COARSE_SECONDS = 3_600
"""Replies of these kinds, and votes on them, show at the turn of the hour: when exactly somebody asked for help is
nobody's business."""


class _Found(Collector):
    """Meters that are known already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        return iter(self._families)


class Metrics:
    """The bot's own meters on a registry of its own."""

    def __init__(self, version: str = "", content: str = "", clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._children: dict[tuple[Counter, tuple[str, ...]], Counter] = {}
        """What has been counted before: it is found sooner than by its labels."""
        self._held: Tally[tuple[Counter, tuple[str, ...]]] = Tally()
        self._held_times: list[tuple[Histogram, float]] = []
        self._hour = self._this_hour()
        self.with_others: Callable[[Sequence[Metric]], Sequence[Metric]] | None = None
        """Adds what other processes of this deployment have counted, where there are any."""
        self.registry = CollectorRegistry()
        counter, gauge = partial(Counter, registry=self.registry), partial(Gauge, registry=self.registry)
        histogram = partial(Histogram, registry=self.registry)
        self._replies = counter("faqbot_replies", "Replies by kind", ["platform", "type", "entry", "lang"])
        self._feedback = counter("faqbot_feedback", "Votes", ["platform", "entry", "helpful"])
        self._duplicates = counter("faqbot_duplicates", "Events dropped as delivered twice", ["platform"])
        self._limited = counter("faqbot_rate_limited", "Messages over the limit", ["platform"])
        self._retries = counter("faqbot_retries", "Calls sent again", ["platform"])
        self._errors = counter("faqbot_errors", "Failures by code", ["platform", "code"])
        self._reloads = counter("faqbot_reloads", "Content reloads by outcome", ["outcome"])
        self._refused = counter("faqbot_refused_requests", "Requests refused unread", ["platform", "reason"])
        self._match_seconds = histogram("faqbot_match_seconds", "Time to a reply", buckets=_MATCH_BUCKETS)
        sending = "Time to send a reply"
        self._send_seconds = histogram("faqbot_send_seconds", sending, ["platform"], buckets=_SEND_BUCKETS)
        self.store_healthy = gauge("faqbot_store_healthy", "1 while the shared store answers")
        self.store_healthy.set(1)
        self._dependencies = gauge("faqbot_dependency_up", "1 while it is well, as /readyz says", ["dependency"])
        self._lag = gauge("faqbot_loop_lag_seconds", "How late the event loop is, as a mean")
        self._dropped = gauge("faqbot_log_lines_dropped", "Log lines that nobody took")
        self._expired = gauge("faqbot_content_expired_statements", "Statements whose last day has passed")
        self._codes: dict[Counter, set[str]] = {self._errors: set(), self._refused: set()}
        self._version = version
        self._info = gauge("faqbot_info", "Version and content", ["version", "content"])
        self.content(content)
        self._send_seconds_of: dict[str, Histogram] = {}
        self._begin()

    def replied(self, platform: str, kind: str, entry: str, lang: str) -> None:
        """Count one reply; ``entry`` is the slug of an answer, else nothing."""
        self._count(self._replies, (platform, kind, entry, lang), coarse=kind in COARSE)

    def matched(self, seconds: float, *, urgent: bool) -> None:
        """Note how long it took to find a reply."""
        self._took(self._match_seconds, seconds, urgent=urgent)

    def sent(self, platform: str, seconds: float, *, urgent: bool) -> None:
        """Note how long it took to send a reply, or to give up."""
        self._took(self._send_seconds_of.get(platform) or self._send_seconds.labels(platform), seconds, urgent=urgent)

    def voted(self, platform: str, subject: str, opinion: str) -> None:
        """Count one vote on a statement (its id, of an entry its slug): it helped ("yes", "no"), or is "wrong"."""
        self._count(self._feedback, (platform, subject, opinion), coarse=subject.partition("/")[0] in COARSE)

    def duplicate(self, platform: str) -> None:
        """Count an event that had been delivered before."""
        self._duplicates.labels(platform).inc()

    def limited(self, platform: str) -> None:
        """Count a message over the rate limit."""
        self._limited.labels(platform).inc()

    def retried(self, platform: str) -> None:
        """Count a call sent again after a failure."""
        self._retries.labels(platform).inc()

    def content(self, digest: str) -> None:
        """Say which content is being answered from."""
        self._info.clear()
        self._info.labels(self._version, digest[:12]).set(1)

    def reloaded(self, outcome: Outcome) -> None:
        """Count an attempt to take up changed content."""
        self._reloads.labels(outcome).inc()

    def failed(self, platform: str, code: str) -> None:
        """Count a failure; ``code`` is an error's name, never its text."""
        self._errors.labels(platform, self._bounded(self._errors, code)).inc()

    def refused(self, platform: str, reason: str) -> None:
        """Count a request refused before it was read."""
        self._refused.labels(platform, self._bounded(self._refused, reason)).inc()

    def depends(self, states: Mapping[str, str]) -> None:
        """Show the state of each dependency, as a word by its name; "ok" is the good one."""
        for name, word in states.items():
            self._dependencies.labels(name).set(word == "ok")

    def watch(
        self,
        *,
        lag: Callable[[], float] | None = None,
        dropped: Callable[[], float] | None = None,
        expired: Callable[[], float] | None = None,
    ) -> None:
        """Show what these say whenever somebody reads the meters."""
        for gauge, read in ((self._lag, lag), (self._dropped, dropped), (self._expired, expired)):
            if read is not None:
                gauge.set_function(read)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format, that of other processes too."""
        if self.with_others is None:
            self._release()
            return generate_latest(self.registry)
        together = CollectorRegistry()
        together.register(_Found(self.with_others(self.own())))
        return generate_latest(together)

    def own(self) -> list[Metric]:
        """Return what this process has counted and measured."""
        self._release()
        return list(self.registry.collect())

    def _begin(self) -> None:
        """Show at 0 what alerts watch and no event has counted yet: Prometheus sees no increase in what appears.

        What is begun later says when: by the first message sent, which may be urgent help.
        """
        for outcome in OUTCOMES:
            self._reloads.labels(outcome)
        for platform, reasons in FORGED.items():
            self._retries.labels(platform)
            self._send_seconds_of[platform] = self._send_seconds.labels(platform)
            for reason in reasons:
                self._refused.labels(platform, self._bounded(self._refused, reason))

    def _this_hour(self) -> int:
        return int(self._clock() // COARSE_SECONDS)

    def _count(self, counter: Counter, labels: tuple[str, ...], *, coarse: bool) -> None:
        self._release()
        if coarse:
            self._held[counter, labels] += 1
            return
        child = self._children.get((counter, labels))
        if child is None:
            child = self._children[counter, labels] = counter.labels(*labels)
        child.inc()

    def _release(self) -> None:
        """Show what was held back until this hour."""
        if (hour := self._this_hour()) == self._hour:
            return
        self._hour = hour
        for (counter, labels), count in self._held.items():
            counter.labels(*labels).inc(count)
        self._held.clear()
        for histogram, seconds in self._held_times:
            histogram.observe(seconds)
        self._held_times.clear()

    def _took(self, histogram: Histogram, seconds: float, *, urgent: bool) -> None:
        self._release()
        if urgent:
            self._held_times.append((histogram, seconds))
        else:
            histogram.observe(seconds)

    def _bounded(self, counter: Counter, code: str) -> str:
        known = self._codes[counter]
        if code not in known and len(known) >= CODES:
            return OTHER
        known.add(code)
        return code
