"""What one delivery reads and writes, in two round trips: read ahead at its beginning, written at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from bot.state.store import Delete, Get, Operation, Set, Store

_UNKNOWN = object()


class Batch(Store):
    """``store`` as one delivery sees it while it is :attr:`open`; afterwards the store itself.

    What is set is seen at once, and is in :attr:`written` for whoever ends the delivery: of one that fails nothing is
    kept, and it means the same when it comes again. What was claimed or counted ahead gives what it gave then, once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[tuple[type, str], Any] = {}
        self._set: dict[str, Set] = {}
        self.open = True

    async def look_ahead(self, first: Sequence[Operation], ahead: Sequence[Operation]) -> list[Any]:
        """Do ``first`` and ``ahead`` in one round trip; return what ``first`` gives."""
        answers = await self._store.run(*first, *ahead)
        kinds = ((type(one), one.key) for one in ahead)
        self._found = dict(zip(kinds, answers[len(first) :], strict=True))
        return answers[: len(first)]

    async def run(self, *operations: Operation) -> list[Any]:
        if not self.open:
            return await self._store.run(*operations)
        results = [self._known(one) for one in operations]
        asked = [place for place, result in enumerate(results) if result is _UNKNOWN]
        answers = await self._store.run(*(operations[place] for place in asked)) if asked else ()
        for place, answer in zip(asked, answers, strict=True):
            results[place] = answer
            if isinstance(operations[place], Get):
                self._found[Get, operations[place].key] = answer
        return results

    async def healthy(self) -> bool:
        return await self._store.healthy()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def written(self) -> list[Set]:
        """What has been set."""
        return list(self._set.values())

    def _known(self, operation: Operation) -> Any:
        """Return what ``operation`` gives, or _UNKNOWN where the store is to be asked."""
        key = operation.key
        match operation:
            case Set():
                self._set[key] = operation
                return None
            case Get() if key in self._set:
                return self._set[key].value
            case Get():
                return self._found.get((Get, key), _UNKNOWN)
            case Delete():
                self._set.pop(key, None)
                self._found.pop((Get, key), None)
                return _UNKNOWN
            case _:
                return self._found.pop((type(operation), key), _UNKNOWN)


_CURRENT: ContextVar[Batch | None] = ContextVar("batch", default=None)
"""The delivery that is being dealt with; what is started meanwhile and goes on afterwards finds it closed."""


@contextmanager
def dealing_with(batch: Batch) -> Iterator[None]:
    """Let what a :class:`Batched` store is asked go through ``batch`` while the context lasts; it closes with it."""
    before = _CURRENT.set(batch)
    try:
        yield
    finally:
        _CURRENT.reset(before)
        batch.open = False


class Batched(Store):
    """``store``, through the batch of the delivery that is being dealt with, if there is one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, *operations: Operation) -> list[Any]:
        return await (_CURRENT.get() or self._store).run(*operations)

    async def healthy(self) -> bool:
        return await self._store.healthy()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
