"""How people speak with the bot in a language that it answers in: what they say around what they ask, and after it."""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
from typing import Annotated

from msgspec import field

from content.schema.statements import Ids, Slug, Title
from content.schema.strict import Holds, Len, Means, MinLen, Strict


class Group(Strict, frozen=True, kw_only=True):
    """A heading of the topic list."""

    id: Slug
    label: Title


class FollowUps(Strict, frozen=True, kw_only=True):
    """Short messages that only mean something after an answer; each list holds whole messages."""

    more: Ids
    shorter: Ids
    source: Ids
    """Where does that come from."""
    sure: Ids
    agree: Ids
    both: Ids
    why: Ids
    other: Ids
    none: Ids
    complaint: Ids
    related: Ids
    """What else there is beside it."""
    again: Ids
    first: Ids
    second: Ids
    third: Ids
    last: Ids
    previous: Ids
    """Back to the answer before the last one."""
    earliest: Ids
    """Back to the first answer."""
    in_language: Annotated[Ids, Holds("language")]
    """How people ask for an answer in another language; {language} stands for its name. Other words may stand where
    a pattern begins or ends with "..."; without it, only a mark such as a comma may part it from them."""
    rather: Annotated[Ids, Holds("wanted", "unwanted")]
    """How people say which of two things they mean: "this, not that"."""
    before: Ids
    """What may stand before a follow-up and changes nothing: "ok, can you give me"."""
    behind: Ids
    """The same behind one: "about that"."""
    joining: Ids
    """Words between two picks: "the first and the third"."""
    returning: Ids
    """How people go back to something by its name: "back to" the agencies."""
    naming: Ids
    """Words that name nothing where somebody names an offered choice: "the one about"."""
    asks_language: Annotated[Ids, Holds("language")] = ()
    """How people ask whether there is something in a language, or say who speaks it."""


class Language(Strict, frozen=True, kw_only=True):
    """How a language calls itself and writes its dates."""

    code: Annotated[str, Len(2, 2)]
    name: Title
    months: Annotated[Ids, Len(12, 12)]
    weekdays: Annotated[Ids, Len(7, 7)] = ()
    """From Monday on; ``faqbot check`` holds dates to them."""
    date: Annotated[str, Holds("day", "month", "year")]
    counts: dict[str, Ids] = field(default_factory=dict)
    """Numbers in words, by the number in digits: what differs between languages is told."""
    units: dict[str, Ids] = field(default_factory=dict)
    """Words for lengths of time, by a name that is the same in all languages."""
    amounts: dict[str, Ids] = field(default_factory=dict)
    """The same for what stands between a number and what is counted: millions."""
    names: Annotated[dict[str, Ids], "for each language code, how people call that language here"]
    asking_words: Annotated[Ids, MinLen(1)]
    """Words around a name that do not change what is asked: "can you tell me what the TRUST Act is"."""
    law_words: Ids
    """Further words around a law's name that its card answers: "when does SB 580 take effect"."""
    pointing: Ids
    """How a question about what another clause names begins: "what is that"."""
    defining: Ids = ()
    """What stands right before a term whose meaning is asked among other things: "what is a"."""
    topic_words: Annotated[Ids, MinLen(1)]
    """Words before a topic's number: "topic 16"."""
    before_law_numbers: Ids = ()
    """Words behind which a bare number is a law's: "is the 540 still law"."""
    law_spellings: dict[str, Ids]
    """How the short forms in laws' numbers are written out: "sb" is also "senate bill"."""
    courtesies: Annotated[Ids, MinLen(1)]
    """What people say around what they say: "sorry to trouble you", "thanks in advance"."""
    closings: Ids
    """What stands before a name at the end of a message: "regards"."""
    openers: Annotated[Ids, MinLen(1)]
    """Words that begin a question; behind one of ``joiners`` they begin a second one."""
    joiners: Ids
    other_languages: dict[str, Ids] = field(default_factory=dict)
    """How people call languages that the bot neither answers in nor has a card in, by code."""
    slips: Ids = ()
    """Slips so common that they tell no other language: "voi" is Spanish before it is Vietnamese."""
    nationality_before: Ids = ()
    """Words between which and a language's name somebody's nationality stands: "is" Chinese, "my" Korean neighbor."""
    before_names: Ids = ()
    """Words behind which a person's name stands: "where is", "my husband"."""
    behind_names: Ids = ()
    """The same before which one does: "was taken"."""
    before_missed: Ids = ()
    """The same of people who were taken or are looked for: "they took"."""
    behind_missed: Ids = ()
    somebody: str = ""
    """What a name is read as there: "my husband"."""
    cries: Annotated[Ids, MinLen(1)]
    """Whole messages that cry for help and do not say what is happening."""
    loud_cries: Ids
    """The same where they are shouted; said calmly, they ask how the bot works."""
    subject_stems: Annotated[Ids, MinLen(1)]
    """How words begin that speak for distress about this bot's subject: without one, the bot asks first."""
    violence_stems: Annotated[Ids, MinLen(1)]
    """How words begin that speak for violence at home."""
    crisis_stems: Annotated[Ids, MinLen(1)]
    """How words begin that speak for a person who wants to die or to hurt themselves."""
    not_now: Ids
    """Words that tell of what is past, or only might be: "years ago", "just in case". Years in numbers do too."""
    status_words: Ids
    """Words that make a text one about a status, which somebody must have looked up: "pending", "appeal"."""
    not_found: Annotated[Ids, MinLen(1)]
    """Words that say that something was looked for in vain; where and when must stand beside them."""
    starters: Annotated[Ids, Len(3, 4), Means("entry")]
    groups: tuple[Group, ...]
