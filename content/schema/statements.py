"""What a statement rests on: its sources, and the time for which somebody knows it to be true."""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from content.schema.strict import MaxLen, Means, MinLen, Strict

SLUG_LENGTH = 40

Slug = Annotated[str, MaxLen(SLUG_LENGTH), Means("id")]
Title = Annotated[str, MaxLen(60)]
Url = Annotated[str, MaxLen(300), Means("url")]
Ids = tuple[str, ...]
SourceId = Annotated[str, Means("source")]
Cited = Annotated[Ids, MinLen(1), Means("source")]


class Link(Strict, frozen=True, kw_only=True):
    """A named web page."""

    label: Title
    url: Url


class Copy(Strict, frozen=True, kw_only=True):
    """A stored copy that was read in place of the live page: where it stands, and the day that it bears."""

    address: Annotated[str, MaxLen(300)]
    dated: date


class Source(Strict, frozen=True, kw_only=True):
    """Where a statement can be checked: a law, a ruling, an official page or a study. ``url`` is the document itself.

    ``opened`` is the day on which somebody read it, or the copy that ``copy_of`` names. ``shallow`` says why an index
    page is unavoidable; such a source never stands alone under a statement.
    """

    id: Slug
    kind: Literal["statute", "bill", "court", "official", "federal", "study", "news"]
    label: dict[str, Annotated[str, MaxLen(90)]]
    citation: Annotated[str, MaxLen(200)]
    url: Url
    opened: date
    copy_of: Copy | None = None
    shallow: Annotated[str, MaxLen(200)] | None = None

    @property
    def known(self) -> date:
        """The last day that this source can speak for: the copy's, where a copy was read."""
        return min(self.opened, self.copy_of.dated) if self.copy_of else self.opened


class Search(Strict, frozen=True, kw_only=True):
    """Where and when somebody looked for what a text says was not found."""

    where: Annotated[str, MaxLen(300)]
    on: date


class Statement(Strict, frozen=True, kw_only=True):
    """A text that states something: its sources, and up to when it is known.

    ``known_to`` is the day of the newest source that somebody has read for it. On the day ``until``, the text ``after``
    takes its place, or with ``withdraw`` nothing does.
    """

    sources: Annotated[Ids, Means("source")] = ()
    known_to: date | None = None
    until: date | None = None
    after: Annotated[str, MaxLen(600)] | None = None
    withdraw: bool = False
    searched: Search | None = None

    def known(self, sources: Mapping[str, Source]) -> date | None:
        """Return the day up to which this is known: its own, else its newest source's; None without any."""
        if self.known_to is not None:
            return self.known_to
        return max((sources[name].known for name in self.sources if name in sources), default=None)

    def over(self, day: date) -> bool:
        """Say whether the text no longer holds on ``day``."""
        return self.until is not None and day >= self.until
