"""The languages beside those that the bot answers in: how each is recognised, and the card that the bot has in it."""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
from datetime import date
from typing import Annotated, Literal

from content.schema.statements import Link
from content.schema.strict import Len, MaxLen, Strict

CARD_LENGTH = 900
"""Characters of a card as a reader sees it: one phone screen."""

Script = Literal[
    "Latin",
    "Han",
    "Kana",
    "Hangul",
    "Armenian",
    "Arabic",
    "Cyrillic",
    "Devanagari",
    "Gurmukhi",
    "Khmer",
    "Thai",
    "Lao",
    "Bengali",
    "Ethiopic",
    "Georgian",
    "Greek",
    "Gujarati",
    "Hebrew",
    "Kannada",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Syriac",
    "Tamil",
    "Telugu",
    "Tibetan",
]


Pieces = tuple[Annotated[str, MaxLen(40)], ...]


class Tongue(Strict, frozen=True, kw_only=True):
    """A language that the bot recognises: by its script, and within it by letters and words."""

    code: Annotated[str, MaxLen(12)]
    name: Annotated[str, MaxLen(60)]
    script: Script
    letters: str = ""
    """Letters that tell it from the others of its script."""
    words: str = ""
    """Common words, parted by spaces: in Latin letters without accents, as messages are read; else as written."""
    romanised: str = ""
    """For another script than Latin: common words as people type them in Latin letters, without accents."""
    phrases: Pieces = ()
    """Words together that no other language has ("o que é"), in small letters as written; each of their words tells,
    and none of them is a name ("guten tag")."""
    distress: Pieces = ()
    """What people in distress write: then what to do comes before what the bot is. In small letters; those in Latin
    letters begin words, and have no accents; others may stand anywhere."""


class Guide(Link, frozen=True, kw_only=True):
    """The official guide; ``source`` tells editors what was read of it, and where."""

    button: Annotated[str, MaxLen(30)]
    source: Annotated[str, MaxLen(300)]


class Cries(Strict, frozen=True, kw_only=True):
    """Beginnings of words that tell of distress together, and of what is none.

    A piece with a question mark behind it counts at a message's end. `asks` is no distress, whatever stands beside it;
    beside `calm` (greetings, thanks, question words, law) two of the others must stand together.
    """

    somebody: Pieces = ()
    taken: Pieces = ()
    agents: Pieces = ()
    near: Pieces = ()
    asks: Pieces = ()
    calm: Pieces = ()


class LanguageCard(Tongue, frozen=True, kw_only=True):
    """What the bot says in a language that it does not answer in: what it is, and what holds when agents come."""

    cries: Cries = Cries()
    """What tells distress from what asks and what greets."""
    names: Annotated[dict[str, tuple[str, ...]], "for each language that the bot answers in, how people call this one"]
    locales: tuple[str, ...] = ()
    """How platforms name it (``zh-tw``), in small letters; the code alone where there is nothing more to say."""
    direction: Literal["ltr", "rtl"]
    about: Annotated[str, MaxLen(260)]
    heading: Annotated[str, MaxLen(80)]
    sentences: Annotated[tuple[Annotated[str, MaxLen(220)], ...], Len(4, 5)]
    welcome: Annotated[str, MaxLen(160)]
    """One line below the welcome, for whoever's platform is set to this language."""
    private_matter: Annotated[str, MaxLen(120)]
    """What stands in a group in the card's place, above a button that opens the private chat."""
    continue_privately: Annotated[str, MaxLen(30)]
    guide: Guide
    legal_help: Link
    buttons: Annotated[dict[str, Annotated[str, MaxLen(30)]], "a label for each language that the bot answers in"]
    not_checked: Annotated[str, MaxLen(120)]
    """Says, in this language, that no native reader has checked the card yet."""
    checked_by: Annotated[str, Len(0, 80)]
    """Who has checked it; empty until somebody has, and then :attr:`not_checked` is no longer said."""
    known_to: date

    @property
    def visible(self) -> str:
        """All that a reader sees of the card, without its buttons."""
        caution = () if self.checked_by else (self.not_checked,)
        links = (self.guide.label, self.legal_help.label)
        return "\n".join([self.about, self.heading, *self.sentences, *links, *caution])
