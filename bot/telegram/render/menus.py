"""The list of topics: an overview of all titles, and a page for each group, edited in place."""

from __future__ import annotations

from msgspec.structs import replace
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.dialogue.actions import Action, Verb
from bot.dialogue.reply import TopicGroup, Topics
from bot.telegram.render.keyboards import Rows, choice
from bot.telegram.render.markup import bold, escape, italic
from content.schema.phrases import Phrases

OVERVIEW = "0"
"""The page number that leads back to the overview, in place; an empty one opens a new menu."""


def is_menu_page(action: Action) -> bool:
    """Say whether ``action`` turns a page of a menu that is already shown."""
    return action.verb is Verb.TOPICS and action.argument.isdigit()


def overview(topics: Topics) -> tuple[str, InlineKeyboardMarkup]:
    """Return the HTML of all titles by group, and a button for each group."""
    parts = [italic(note) for note in topics.notes]
    parts.append(bold(topics.heading))
    parts += [f"{bold(group.label)}\n{_lines(group)}" for group in topics.groups]
    parts.append(escape(topics.hint))
    rows = [[_page_button(group.label, page, topics.lang)] for page, group in enumerate(topics.groups, start=1)]
    return "\n\n".join(parts), InlineKeyboardMarkup(rows)


def shorter(topics: Topics) -> Topics:
    """Return ``topics`` with their labels for titles: in a group the list takes no more than a screen."""
    groups = (
        replace(group, topics=tuple(replace(one, title=one.label) for one in group.topics)) for group in topics.groups
    )
    return replace(topics, groups=tuple(groups))


def group_page(topics: Topics, page: int, phrases: Phrases) -> tuple[str, InlineKeyboardMarkup]:
    """Return one group with a button for each topic; the overview where there is no such page (any more)."""
    pages = len(topics.groups)
    if not 1 <= page <= pages:
        return overview(topics)
    group = topics.groups[page - 1]
    text = "\n\n".join(
        [bold(group.label), _lines(group), escape(topics.hint), italic(phrases.page.format(page=page, pages=pages))]
    )
    rows: Rows = [[choice(topic, f"{topic.entry}. {topic.label}")] for topic in group.topics]
    turns = []
    if page > 1:
        turns.append(_page_button(phrases.previous_page, page - 1, topics.lang))
    if page < pages:
        turns.append(_page_button(phrases.next_page, page + 1, topics.lang))
    rows += [turns] if turns else []
    rows.append([_page_button(phrases.back, int(OVERVIEW), topics.lang)])
    return text, InlineKeyboardMarkup(rows)


def _lines(group: TopicGroup) -> str:
    return "\n".join(escape(f"{topic.entry}. {topic.title}") for topic in group.topics)


def _page_button(label: str, page: int, lang: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=Action(Verb.TOPICS, str(page), lang).code)
