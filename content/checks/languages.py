"""Rules for the cards in languages that the bot does not answer in, and for what tells these languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from content.checks.names import plain_name
from content.checks.texts import kept_of_parts
from content.schema.catalogue import Catalogue
from content.schema.errors import At, Key, Place, Problem
from content.schema.languages import CARD_LENGTH, LanguageCard, Tongue

RIGHT_TO_LEFT = ("Arabic",)
EMERGENCY = "911"


def check_languages(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield every mistake in the cards and in what tells the languages."""
    tongues: list[tuple[Key, Tongue]] = [(("card", code), card) for code, card in catalogue.language_cards.items()]
    tongues += [(("foreign", code), tongue) for code, tongue in catalogue.foreign.items()]
    letters: Counter[tuple[str, str]] = Counter(
        (tongue.script, letter) for _, tongue in tongues for letter in set(tongue.letters)
    )
    for key, tongue in tongues:
        for place, told in _marks(tongue, key[0] == "foreign"):
            yield at(key, place, told)
        for letter in tongue.letters:
            if letters[tongue.script, letter] > 1:
                told = f"`{letter}` stands for another language of this script too: it tells neither"
                yield at(key, ("letters",), told)
        if key[0] == "foreign" and tongue.code in catalogue.language_cards:
            yield at(key, ("code",), f"`{tongue.code}` has a card, which tells it already: remove this")
    for code, card in catalogue.language_cards.items():
        file = f"{code}.yaml"
        misnamed = at(("card", code), ("code",), f"must be the file's name: call the file {file}, or correct this")
        if not misnamed.file.endswith(f"/{file}"):
            yield misnamed
        yield from (at(("card", code), *doubt) for doubt in _on_card(card, tuple(catalogue.editions)))
    yield from _check_names(catalogue, at)


def unchecked_cards(catalogue: Catalogue, at: At) -> Iterator[tuple[LanguageCard, Problem]]:
    """Yield each card that no native reader has checked yet, with a notice: what is due, not a mistake."""
    for code, card in catalogue.language_cards.items():
        if not card.checked_by:
            yield card, at(("card", code), ("checked_by",), f"no native reader has checked {card.name} yet: find one")


@kept_of_parts
def _marks(tongue: Tongue, needed: bool) -> Iterator[tuple[Place, str]]:
    latin = tongue.script == "Latin"
    if needed and latin and not tongue.words and not tongue.letters:
        yield (), "nothing tells this language: add `words:` or `letters:`"
    if latin and tongue.romanised:
        yield ("romanised",), f"{tongue.name} is written in Latin letters: put these under `words:`"
    for field, as_read in (("words", latin), ("romanised", True)):
        words = getattr(tongue, field).split()
        if words != sorted(set(words)):
            yield (field,), "must stand in order, each word once: sort them"
        for word in words if as_read else ():
            if plain_name(word) != word:
                yield (field,), f"`{word}` is not as messages are read: small letters without accents"
    for index, phrase in enumerate(tongue.phrases):
        if phrase != " ".join(phrase.casefold().split()):
            yield ("phrases", index), f"`{phrase}` must be in small letters, with one space between words"


@kept_of_parts
def _on_card(card: LanguageCard, codes: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    lists: dict[Place, tuple[str, ...]] = {("distress",): card.distress}
    lists |= {("cries", field): getattr(card.cries, field) for field in card.cries.__struct_fields__}
    for place, phrases in lists.items():
        for index, phrase in enumerate(phrases):
            said = phrase.removesuffix("?")
            if said != (plain_name(said) if card.script == "Latin" or phrase.isascii() else said.casefold()):
                yield (*place, index), f"`{phrase}` is not as messages are read: small letters without accents"
    yield from _check_repeated(lists)
    if not any(EMERGENCY in sentence for sentence in card.sentences):
        yield ("sentences",), f"none says to call {EMERGENCY} in danger: add it"
    for locale in card.locales:
        if locale != locale.lower() or "_" in locale:
            yield ("locales",), f"`{locale}` must be written in small letters with hyphens"
    if len(card.visible) > CARD_LENGTH:
        yield (), f"the card has {len(card.visible)} characters, at most {CARD_LENGTH} fit a phone: shorten it"
    if (card.script in RIGHT_TO_LEFT) != (card.direction == "rtl"):
        yield ("direction",), f"`{card.direction}` is not how {card.script} is written: correct it"
    for code in sorted(set(codes) - set(card.names)):
        yield ("names",), f"no names for it in the language `{code}`: add how people there call it"
    for code in sorted(set(codes) ^ set(card.buttons)):
        yield ("buttons",), f"`{code}`: one label for each language that the bot answers in, no other"


def _check_repeated(lists: Mapping[Place, tuple[str, ...]]) -> Iterator[tuple[Place, str]]:
    """A piece stands once, and is not both a cry and none."""
    against: set[Place] = {("distress",), ("cries", "asks"), ("cries", "calm")}
    owners: dict[tuple[str, Place], Place] = {}
    for place, pieces in lists.items():
        for index, piece in enumerate(pieces):
            owner = owners.setdefault((piece, () if place in against else place), (*place, index))
            if owner != (*place, index):
                yield (*place, index), f"`{piece}` stands under `{owner[-2]}` already: remove one"


def _check_names(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """What people call a language, spoken here or not, leads to one."""
    named = [
        ((lang, "language"), code, lang, code, names)
        for lang, edition in catalogue.editions.items()
        for code, names in edition.language.names.items()
    ]
    named += [
        (("card", code), lang, lang, code, names)
        for code, card in catalogue.language_cards.items()
        for lang, names in card.names.items()
    ]
    owners: dict[tuple[str, str], str] = {}
    for key, field, lang, code, names in named:
        for index, name in enumerate(names):
            owner = owners.setdefault((lang, plain_name(name)), code)
            if owner != code:
                yield at(key, ("names", field, index), f"`{name}` is also a name of `{owner}`: remove one")
