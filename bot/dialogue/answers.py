"""Writes an entry and a language card: the first message, the whole of it, and what any statement rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar, cast

from msgspec.structs import replace

from bot.dialogue.actions import Action, Verb, choice_of, of_point, wrong_of
from bot.dialogue.reply import (
    Answer,
    LanguageReply,
    Paragraph,
    Reply,
    SignpostReply,
    Sourced,
    SourceLink,
    SourcesReply,
    Suggestion,
    WholeAnswer,
    is_long,
)
from content.schema.catalogue import Catalogue, Edition, Entry, LawCheck, Point, localised
from content.schema.languages import LanguageCard
from content.schema.phrases import Phrases
from content.schema.statements import Source
from intents.distress import CRY

SCREEN_CHARACTERS = 900
"""What a first message shows at most: one screen of a phone, or of a terminal of 80 columns and 24 lines."""


def first_message(catalogue: Catalogue, slug: str, lang: str, point: str | None, also: Iterable[Suggestion]) -> Answer:
    """Return the first message of the entry ``slug``, led by ``point`` (an id) where the entry has it.

    ``also`` are choices for what else was asked; they stand before the related topics. Raises KeyError.
    """
    edition = catalogue.edition(lang)
    entry, phrases, code = edition.entries[slug], edition.phrases, edition.language.code
    leading = next((one for one in entry.points if one.id == point), None)
    days = (one.known(catalogue.sources) for one in (entry, leading) if one is not None)
    small_print = footer(min((day for day in days if day is not None), default=None), edition)
    points = () if leading else tuple(_of_entry(entry, one.heading, _shows(entry, one, code)) for one in entry.points)
    ways = (
        _of_entry(entry, phrases.whole_answer, Action(Verb.WHOLE, slug, code)),
        _of_entry(entry, phrases.sources_heading, Action(Verb.SOURCES, slug, code)),
    )
    asked = tuple(also)
    others = {choice.slug for choice in asked}
    related = (*asked, *(one for one in topics_of(entry.related, edition) if one.slug not in others))
    shows = _shows(entry, leading, code)
    answer = Answer(
        lang=code,
        number=entry.number,
        slug=slug,
        title=entry.title,
        short=entry.short,
        point=Paragraph(heading=leading.heading, text=leading.text, id=leading.id) if leading else None,
        for_you=Paragraph(heading=phrases.for_you_heading, text=entry.for_you),
        footer=small_print,
        points_heading=phrases.points_heading,
        points=points,
        ways=ways,
        related_heading=phrases.related_heading,
        related=related,
        suggestions=(*points, *ways, *related),
        share=choice_of(phrases.share, Action(Verb.SHARE, shows.argument, code)),
        feedback=(
            choice_of(phrases.helpful, Action(Verb.HELPFUL, slug, code)),
            choice_of(phrases.not_helpful, Action(Verb.NOT_HELPFUL, slug, code)),
            choice_of(phrases.wrong, wrong_of(shows)),
        ),
    )
    return fitted(answer, phrases)


R = TypeVar("R", bound=Reply)


def fitted(reply: R, phrases: Phrases, fits: Callable[[Answer | Sourced], bool] | None = None) -> R:
    """Return ``reply`` as a first message fits a screen with its notes; a platform may say otherwise what ``fits``.

    What goes first is the note on its language, which it shows itself; then other notes are said in fewer words, two in
    one sentence, then the heading above what it means for you. That itself goes last: it stands in the whole answer.
    """
    if not isinstance(reply, Answer | Sourced) or is_long(reply):
        return reply
    rest = tuple(note for note in reply.notes if note != phrases.language_set)
    few = _in_few_words(rest, phrases)
    ways: list[Answer | Sourced] = [replace(reply, notes=notes) for notes in dict.fromkeys((reply.notes, rest, few))]
    if isinstance(reply, Answer) and reply.for_you:
        for_you = replace(reply.for_you, heading=phrases.for_you_heading_short)
        ways += [replace(reply, notes=few, for_you=one) for one in (for_you, None)]
    return cast("R", next(filter(fits or fits_a_screen, ways), ways[-1]))


def _in_few_words(notes: tuple[str, ...], phrases: Phrases) -> tuple[str, ...]:
    unread = {phrases.file_unread, phrases.file_unread_short, phrases.file_unread_and_caution}
    caution = {phrases.caution_personal, phrases.caution_personal_short, phrases.file_unread_and_caution}
    short = {
        (True, False): phrases.file_unread_short,
        (False, True): phrases.caution_personal_short,
        (True, True): phrases.file_unread_and_caution,
    }.get((not unread.isdisjoint(notes), not caution.isdisjoint(notes)))
    others = tuple(note for note in notes if note not in unread | caution)
    return (short, *others) if short else others


def fits_a_screen(reply: Answer | Sourced, above: str = "") -> bool:
    """Say whether a phone shows ``reply`` at once, with a line ``above`` it if there is one."""
    return shown(replace(reply, notes=(above, *reply.notes)) if above else reply) <= SCREEN_CHARACTERS


def noted(reply: R, note: str, phrases: Phrases) -> R:
    """Return ``reply`` with ``note`` before everything else; a first message still fits a screen."""
    return fitted(replace(reply, notes=(note, *reply.notes)), phrases)


def shown(answer: Answer | Sourced) -> int:
    """Return how many characters ``answer`` shows on the platform that shows most of it, its buttons aside."""
    if isinstance(answer, Sourced):
        where = [f"→ {answer.link_label}"] if isinstance(answer, SignpostReply) else []
        heading = [answer.related_heading] if answer.related else []
        return len("\n\n".join([*answer.notes, answer.title, answer.text, *where, answer.footer, *heading]))
    parts = [*answer.notes, answer.title, answer.short, answer.footer]
    parts += [answer.points_heading] if answer.points else []
    parts += [answer.related_heading] if answer.related else []
    for paragraph in (answer.point, answer.for_you):
        parts += [f"{paragraph.heading}\n{paragraph.text}"] if paragraph else []
    return len("\n\n".join(parts))


def whole_answer(catalogue: Catalogue, slug: str, lang: str) -> WholeAnswer:
    """Return everything that the entry ``slug`` says. Raises KeyError."""
    edition = catalogue.edition(lang)
    entry, phrases, code = edition.entries[slug], edition.phrases, edition.language.code
    check, summed = entry.law_check, entry.known(catalogue.sources)

    def paragraph(statement: Point | LawCheck, heading: str, name: str = "") -> Paragraph:
        day = statement.known(catalogue.sources)
        known = known_words(day, edition) if day and day != summed else ""
        return Paragraph(heading=heading, text=statement.text, id=name, known=known)

    sources = _of_entry(entry, phrases.sources_heading, Action(Verb.SOURCES, slug, code))
    return WholeAnswer(
        lang=code,
        number=entry.number,
        slug=slug,
        title=entry.title,
        short=entry.short,
        for_you=Paragraph(heading=phrases.for_you_heading, text=entry.for_you),
        points=tuple(paragraph(one, one.heading, one.id) for one in entry.points),
        law_check=paragraph(check, phrases.law_check_heading) if check else None,
        closing=entry.closing,
        footer=footer(summed, edition),
        related_heading=phrases.related_heading,
        suggestions=(sources, *topics_of(entry.related, edition)),
        share=choice_of(phrases.share, Action(Verb.SHARE, slug, code)),
        feedback=(choice_of(phrases.wrong, Action(Verb.WRONG, slug, code)),),
    )


def sources_of(catalogue: Catalogue, slug: str, lang: str) -> SourcesReply:
    """Return what the entry ``slug`` rests on. Raises KeyError."""
    edition = catalogue.edition(lang)
    entry, phrases, code = edition.entries[slug], edition.phrases, edition.language.code
    return SourcesReply(
        lang=code,
        number=entry.number,
        slug=slug,
        title=entry.title,
        heading=phrases.sources_heading,
        sources=source_links(entry.sources, catalogue, edition),
        footer=footer(entry.known(catalogue.sources), edition),
        suggestions=(_of_entry(entry, phrases.whole_answer, Action(Verb.WHOLE, slug, code)),),
    )


def topics_of(slugs: Iterable[str], edition: Edition) -> tuple[Suggestion, ...]:
    """Return a choice for each of the entries ``slugs``."""
    return tuple(topic(edition.entries[slug], edition) for slug in slugs)


def topic(entry: Entry, edition: Edition) -> Suggestion:
    """Return the choice that leads to ``entry``."""
    return Suggestion(
        label=entry.short_title,
        title=entry.title,
        action=Action(Verb.TOPIC, entry.slug, edition.language.code).code,
        entry=entry.number,
        slug=entry.slug,
        spoken=edition.phrases.related_button_label.format(title=entry.title),
    )


def point_named(argument: str, edition: Edition) -> tuple[str, str] | None:
    """Return (slug, point id) that a point's button names, or None where there is no such point (any more)."""
    number, _, name = argument.partition("-")
    entry = edition.by_number(int(number)) if number.isdigit() else None
    return (entry.slug, name) if entry and any(point.id == name for point in entry.points) else None


def statement_ids(edition: Edition, laws: Iterable[str]) -> dict[str, str]:
    """Return the id of everything that a reader can call wrong, by the argument of the button that says so.

    An id is an entry's slug, with a point's id where that point led, or "signpost/…", "law/…", "term/…", "urgent/…".
    """
    found, lang = {slug: slug for slug in edition.entries}, edition.language.code
    for slug, entry in edition.entries.items():
        found |= {_shows(entry, point, lang).argument: f"{slug}/{point.id}" for point in entry.points}
    stated = (name for name, urgent in edition.urgent.items() if not urgent.choices)
    for verb, names in (*shown_by_id(edition, laws), (Verb.URGENT, stated)):
        found |= {f"{verb}-{name}": f"{verb.name.lower()}/{name}" for name in names}
    return found


def shown_by_id(edition: Edition, laws: Iterable[str]) -> tuple[tuple[Verb, Iterable[str]], ...]:
    """Return the signposts, laws and terms by their ids, and what shows each of them."""
    return (Verb.SIGNPOST, edition.signposts), (Verb.LAW, laws), (Verb.TERM, edition.glossary)


def is_of_distress(statement: str) -> bool:
    """Say whether the id ``statement`` is one of urgent help: who calls that wrong has seen it."""
    return statement.startswith(f"{Verb.URGENT.name.lower()}/")


def _shows(entry: Entry, leading: Point | None, lang: str) -> Action:
    return of_point(entry.number, leading.id, lang) if leading else Action(Verb.TOPIC, entry.slug, lang)


def _of_entry(entry: Entry, label: str, action: Action) -> Suggestion:
    return Suggestion(label=label, title=label, action=action.code, entry=entry.number, slug=entry.slug)


def source_links(names: Iterable[str], catalogue: Catalogue, edition: Edition) -> tuple[SourceLink, ...]:
    """Return the sources ``names`` as links, labelled in the edition's language."""
    return tuple(
        SourceLink(
            label=localised(source.label, edition.language.code),
            citation=source.citation,
            url=source.url,
            seen=_seen(source, edition),
        )
        for source in (catalogue.sources[name] for name in names)
    )


def _seen(source: Source, edition: Edition) -> str:
    day = edition.date_words(source.known)
    return edition.phrases.source_copy.format(date=day) if source.copy_of else day


def known_words(day: date, edition: Edition) -> str:
    """Return the words that say up to when something is known."""
    return edition.phrases.known.format(date=edition.date_words(day))


def footer(known: date | None, edition: Edition) -> str:
    """Return the one line of small print: known up to when, and what this is not."""
    disclaimer = edition.phrases.disclaimer
    return f"{known_words(known, edition)} · {disclaimer}" if known else disclaimer


def card_reply(card: LanguageCard, lang: str, *, urgent: bool = False) -> LanguageReply:
    """Return ``card`` as a reply to someone who was answered in ``lang`` so far, with the bot's languages to choose.

    To whoever cries for help, choosing one shows urgent help in it.

    It is for them alone, whatever they wrote: which language somebody speaks may be what they fear for.
    ``urgent``: what to do comes before what the bot is.
    """
    return LanguageReply(
        lang=lang,
        personal=True,
        language=card.code,
        text=card.about,
        urgent=urgent,
        heading=card.heading,
        steps=card.sentences,
        guide=card.guide,
        legal_help=card.legal_help,
        caution="" if card.checked_by else card.not_checked,
        suggestions=tuple(
            choice_of(label, Action(Verb.URGENT_IN, CRY, code) if urgent else Action(Verb.LANGUAGE, "", code))
            for code, label in card.buttons.items()
        ),
    )
