"""What one delivery reads and writes, in two round trips: read ahead at its beginning, written at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.state.retention import LIFETIMES, Kept
from bot.state.store import Delete, Get, Operation, Set, Store

_UNKNOWN = object()


class Batch(Store):
    """``store`` as one delivery sees it until it is closed; afterwards the store itself.

    What is set is seen at once, and is handed to whoever ends the delivery: of one that fails nothing is kept, and it
    means the same when it comes again. What was claimed or counted ahead gives what it gave then, once. ``request``
    is the id under which the log speaks of the delivery, ``key`` the one under which it is known when it comes again.
    """

    def __init__(self, store: Store, request: str = "", key: str = "") -> None:
        self.request = request
        self.parts = 0
        """How many messages of an answer of several have been sent: they are not sent again with the next delivery."""
        self._parts_key = f"{key}:parts" if key else ""
        self._store = store
        self._found: dict[tuple[type, str], Any] = {}
        self._set: dict[str, Set] = {}
        self._open = True

    async def look_ahead(self, first: Sequence[Operation], ahead: Sequence[Operation]) -> list[Any]:
        """Do ``first`` and ``ahead`` in one round trip; return what ``first`` gives."""
        answers = await self._store.run(*first, *ahead)
        given = zip(ahead, answers[len(first) :], strict=True)
        self._found = {(type(one), one.key): answer for one, answer in given}
        return answers[: len(first)]

    async def run(self, *operations: Operation) -> list[Any]:
        if not self._open:
            return await self._store.run(*operations)
        results = [self._known(one) for one in operations]
        if _UNKNOWN not in results:
            return results
        asked = [place for place, result in enumerate(results) if result is _UNKNOWN]
        answers = await self._store.run(*(operations[place] for place in asked))
        for place, answer in zip(asked, answers, strict=True):
            results[place] = answer
            if isinstance(operations[place], Get):
                self._found[Get, operations[place].key] = answer
        return results

    async def healthy(self) -> bool:
        return await self._store.healthy()

    async def __aexit__(self, *_: object) -> None: ...

    async def parts_before(self) -> int:
        """Return how many messages of its answer were sent when the delivery came before."""
        return int(await self._store.get(self._parts_key) or 0) if self._parts_key else 0

    @property
    def unfinished(self) -> list[Set]:
        """What is to be kept of a delivery that is not done."""
        begun = self._parts_key and self.parts
        return [Set(self._parts_key, str(self.parts).encode(), LIFETIMES[Kept.SEEN])] if begun else []

    def close(self) -> list[Set]:
        """Return what has been set, for whoever ends the delivery. What goes on afterwards writes by itself."""
        self._open = False
        return list(self._set.values())

    def _known(self, operation: Operation) -> Any:
        """Return what ``operation`` gives, or _UNKNOWN where the store is to be asked."""
        key = operation.key
        match operation:
            case Get() if key in self._set:
                return self._set[key].value
            case Get():
                return self._found.get((Get, key), _UNKNOWN)
            case Set():
                self._set[key] = operation
                return None
            case Delete():
                self._set.pop(key, None)
                self._found.pop((Get, key), None)
                return _UNKNOWN
            case _:
                return self._found.pop((type(operation), key), _UNKNOWN)


def request_of(batch: Batch | None) -> str:
    """Return the id under which the log speaks of the delivery of ``batch``; "" where there is none."""
    return batch.request if batch is not None else ""
