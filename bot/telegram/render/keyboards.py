"""Inline keyboards, one choice a row, so that phones show whole labels; the list of topics is turned like pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from msgspec.structs import replace
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.helpers import create_deep_linked_url

from bot.dialogue.actions import VOTES, Action, Verb, about, beside, link_payload, linked_action, parse_action, shown_by
from bot.dialogue.reply import (
    PRIVACY,
    Answer,
    LanguageReply,
    Reply,
    SmallTalkReply,
    Sourced,
    SourcesReply,
    Suggestion,
    TopicGroup,
    Topics,
    UrgentReply,
    WholeAnswer,
    said_aloud,
)
from bot.telegram.render.markup import bold, escape, italic
from content.schema.catalogue import Resource
from content.schema.phrases import Phrases

_OF_ENTRY = (Verb.WHOLE, Verb.SOURCES, Verb.HELPFUL, Verb.NOT_HELPFUL)
"""What only the buttons below an entry's own messages do."""

_POINT = re.compile(r"\d+-.+")
"""How a point of an entry is named on a button."""

LABEL = 40
"""Characters of a full-width button's label that phones show."""

GROUP_ROWS = 4
"""Rows of buttons below a message in a group: more would push the talk of others off the screen."""

Rows = list[list[InlineKeyboardButton]]


deep_link = create_deep_linked_url
"""Gives the link that opens the private chat and sends ``/start payload`` there.

Raises ValueError for a payload that is not 1 to 64 of ``A-Za-z0-9_-``
(https://core.telegram.org/bots/features#deep-linking)."""


def share_link(username: str, slug: str, title: str) -> str:
    """Return the link that opens Telegram's own "send to" list with the entry's deep link in it."""
    return "https://t.me/share/url?" + urlencode({"url": deep_link(username, slug), "text": title})


def choice(suggestion: Suggestion, label: str = "") -> InlineKeyboardButton:
    """Return the button for one choice; ``label`` takes the place of its own."""
    return InlineKeyboardButton(label or suggestion.label, callback_data=suggestion.action)


def choice_rows(suggestions: Iterable[Suggestion]) -> Rows:
    return [[choice(suggestion)] for suggestion in suggestions]


def group_keyboard(reply: Reply, phrases: Phrases, username: str, whispering: bool) -> InlineKeyboardMarkup | None:
    """Return the keyboard below ``reply`` where others read it: a link to the rest in place of many choices.

    Where nothing but the choices leads on from a reply, the first few of them stand; they are all in its text.
    """

    def link_to(label: str, action: Action) -> InlineKeyboardMarkup:
        return link_keyboard(label, deep_link(username, link_payload(action.code)))

    if isinstance(reply, Answer):
        link = InlineKeyboardButton(phrases.whole_answer, url=deep_link(username, link_payload(reply.ways[0].action)))
        rest = [choice(way) for way in reply.ways] if whispering else [link]
        return InlineKeyboardMarkup([rest, *_vote_rows(reply)])
    if isinstance(reply, WholeAnswer | SourcesReply):
        label = phrases.whole_answer if isinstance(reply, WholeAnswer) else phrases.sources_heading
        return link_to(label, shown_by(reply))
    if isinstance(reply, Sourced) and reply.sources:
        return link_to(phrases.sources_heading, about(Verb.SOURCES_OF, shown_by(reply)))
    if isinstance(reply, SmallTalkReply) and reply.kind == PRIVACY:
        return link_keyboard(phrases.open_bot, deep_link(username, phrases.command_words.privacy))
    if isinstance(reply, Topics):
        return link_to(phrases.open_bot, Action(Verb.TOPICS, "", reply.lang))
    if isinstance(reply, Sourced) and len(reply.suggestions) > GROUP_ROWS:
        return link_to(phrases.open_bot, shown_by(reply))
    if len(reply.suggestions) > GROUP_ROWS and not isinstance(reply, UrgentReply):
        rows = choice_rows(reply.suggestions[: GROUP_ROWS - 1])
        return InlineKeyboardMarkup([*rows, [InlineKeyboardButton(phrases.open_bot, url=f"https://t.me/{username}")]])
    if isinstance(reply, Sourced):
        return InlineKeyboardMarkup(_sourced_rows(reply)[:GROUP_ROWS])
    return reply_keyboard(reply, phrases, username)


def reply_keyboard(reply: Reply, phrases: Phrases, username: str) -> InlineKeyboardMarkup | None:
    """Return the keyboard below ``reply``: its choices, then what belongs to its kind.

    An answer's related topics stand below it only where a point leads; else they would leave the screen.
    """
    if isinstance(reply, Answer):
        rows = [*choice_rows(reply.points), [choice(way) for way in reply.ways]]
        rows += choice_rows(reply.related) if not reply.points else []
        return InlineKeyboardMarkup([*rows, *_vote_rows(reply)])
    if isinstance(reply, Sourced):
        return InlineKeyboardMarkup(_sourced_rows(reply))
    rows = choice_rows(reply.suggestions)
    if isinstance(reply, WholeAnswer):
        rows.append([InlineKeyboardButton(phrases.share_link, url=share_link(username, reply.slug, reply.title))])
        rows += choice_rows(reply.feedback)
    if isinstance(reply, UrgentReply):
        said = [
            [InlineKeyboardButton(cut(words), copy_text=CopyTextButton(words))] for words in map(said_aloud, reply.say)
        ]
        # What helps now, then what leads on.
        rows = [*_resource_rows((*reply.resources, *reply.local)), *said, *rows, *choice_rows(reply.feedback)]
    if isinstance(reply, LanguageReply):
        rows.append([InlineKeyboardButton(reply.guide.button, url=reply.guide.url)])
    return InlineKeyboardMarkup(rows) if rows else None


def _sourced_rows(reply: Sourced) -> Rows:
    """Return what is related, the sources beside what says that it is wrong, and whether it helped."""
    last = [choice(one) for one in (*reply.ways, *reply.feedback[2:])]
    return [*choice_rows(reply.related), last, [choice(vote) for vote in reply.feedback[:2]]]


def _vote_rows(reply: Answer) -> Rows:
    """Return whether it helped in one row, and that it is wrong below."""
    return [[choice(vote) for vote in row] for row in (reply.feedback[:2], reply.feedback[2:]) if row]


def _resource_rows(resources: Iterable[Resource]) -> Rows:
    """Return a row for each resource: its page, and its number to copy. The Bot API has no button that calls."""
    rows: Rows = []
    for resource in resources:
        row = [InlineKeyboardButton(cut(resource.label), url=resource.url)] if resource.url else []
        if resource.phone:
            row.append(InlineKeyboardButton(cut(resource.phone), copy_text=CopyTextButton(resource.phone)))
        rows += [row] if row else []
    return rows


def cut(words: str) -> str:
    """Return ``words`` as a button's label, cut at a word's end where a phone would cut it anyway."""
    if len(words) <= LABEL:
        return words
    return f"{words[:LABEL].rpartition(' ')[0]}…"


def link_keyboard(label: str, url: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=url)]])


def verbs(keyboard: InlineKeyboardMarkup | None) -> set[Verb]:
    """Return what the buttons of ``keyboard`` do; says what kind of message it belongs to, after any restart."""
    return {action.verb for button in _buttons(keyboard) if (action := _pressed(button))}


def subject_of(keyboard: InlineKeyboardMarkup | None) -> Action | None:
    """Return what shows the answer that ``keyboard`` belongs to, or None; after any restart, at any time.

    A button of an entry's, and every link, is about the message that it stands below; other choices lead elsewhere.
    Which point led tells the button that says that it is wrong.
    """
    for button in _buttons(keyboard):
        if (point := _point_of(button)) is not None:
            return point
    for button in _buttons(keyboard):
        action, linked = _pressed(button), linked_action((button.url or "").partition("?start=")[2])
        if shown := action and beside(action):
            return shown
        if action is not None and action.verb in _OF_ENTRY:
            return Action(Verb.TOPIC, action.argument, action.lang)
        if linked is not None and linked.verb is not Verb.TOPICS:
            entry = linked.verb in _OF_ENTRY
            return Action(Verb.TOPIC, linked.argument, linked.lang) if entry else beside(linked) or linked
    return None


def _pressed(button: InlineKeyboardButton) -> Action | None:
    return parse_action(str(button.callback_data or ""))


def without_votes(keyboard: InlineKeyboardMarkup | None, cast: Verb) -> InlineKeyboardMarkup | None:
    """Return ``keyboard`` without the votes in the row of ``cast``; what tells the point that led stays."""
    if keyboard is None:
        return None

    def stays(button: InlineKeyboardButton) -> bool:
        action = _pressed(button)
        return action is None or action.verb not in VOTES or _point_of(button) is not None

    rows = [
        [one for one in row if stays(one)] if cast in verbs(InlineKeyboardMarkup([row])) else row
        for row in keyboard.inline_keyboard
    ]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _point_of(button: InlineKeyboardButton) -> Action | None:
    """Return what shows the answer led by the point that ``button`` calls wrong, or None."""
    action = _pressed(button)
    if action is None or action.verb is not Verb.WRONG or not _POINT.fullmatch(action.argument):
        return None
    return Action(Verb.POINT, action.argument, action.lang)


def _buttons(keyboard: InlineKeyboardMarkup | None) -> Iterable[InlineKeyboardButton]:
    return (button for row in keyboard.inline_keyboard for button in row) if keyboard else ()


OVERVIEW = 0
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
    rows.append([_page_button(phrases.back, OVERVIEW, topics.lang)])
    return text, InlineKeyboardMarkup(rows)


def _lines(group: TopicGroup) -> str:
    return "\n".join(escape(f"{topic.entry}. {topic.title}") for topic in group.topics)


def _page_button(label: str, page: int, lang: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=Action(Verb.TOPICS, str(page), lang).code)
