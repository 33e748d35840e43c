"""Every sentence the bot itself says, by name. The sentences stand in ``content/<language>/phrases.yaml``."""

# Nothing from __future__: annotations kept as text would be compiled at every start, to decode the compiled content.
from typing import Annotated

from content.schema.strict import Holds, MaxLen, Strict

Line = Annotated[str, MaxLen(300)]
Label = Annotated[str, MaxLen(30)]
Paragraphs = Annotated[str, MaxLen(2400)]
Word = Annotated[str, MaxLen(20)]


class KeptItem(Strict, frozen=True, kw_only=True):
    """One thing the bot stores: ``key`` names it in the code, ``text`` tells people what it is and how long."""

    key: str
    text: Line


class Privacy(Strict, frozen=True, kw_only=True):
    """The privacy text. A test holds ``kept`` to the code's own register of stored keys."""

    title: Line
    intro: Paragraphs
    kept_heading: Line
    kept: tuple[KeptItem, ...]
    not_kept: Paragraphs
    platforms: Paragraphs
    contact: Line


class CommandWords(Strict, frozen=True, kw_only=True):
    """The words that may follow ``/faq`` in place of a topic; on Telegram they are commands too. One word each."""

    topics: Word
    topic: Word
    """Behind it stands a topic's name."""
    help: Word
    language: Word
    privacy: Word
    about: Word
    urgent: Word
    """A cry for help in one word."""


class Phrases(Strict, frozen=True, kw_only=True):
    """The bot's own sentences in one language; what is filled in stands in braces, and only where it is said here."""

    name: Annotated[str, MaxLen(60)]
    """The bot's name, as profiles show it."""
    tagline: Annotated[str, MaxLen(115)]
    """Telegram's short description and Slack's (limits 120 and 140)."""
    description: Annotated[str, MaxLen(500)]
    """Telegram's description, shown before the first message (limit 512)."""
    description_slack: Annotated[str, MaxLen(500)]
    """Slack's long description, in its list of apps (at least 175)."""
    welcome: Annotated[str, MaxLen(600)]
    """First contact: what this is, not legal advice, privacy, how to use it."""
    welcome_short: Line
    """The line added under the first answer to someone who starts with a question."""
    starters_heading: Line
    help_terminal: Paragraphs
    help_slack: Paragraphs
    help_telegram: Paragraphs
    about: Annotated[Paragraphs, Holds("entries", "known", "version")]
    privacy: Privacy

    disclaimer: Annotated[str, MaxLen(80)]
    known: Annotated[str, MaxLen(60), Holds("date")]
    """Up to when something is known."""
    source_copy: Annotated[str, MaxLen(60), Holds("date")]
    """Behind a source that was read in a copy of it or a report on it."""
    for_you_heading: Label
    for_you_heading_short: Annotated[str, MaxLen(12)]
    """In its place where a first message has no room for it."""
    points_heading: Label
    """Above the choices that show one point each."""
    whole_answer: Label
    happening_now: Line
    """Asked before help where nothing but the tone speaks for distress."""
    law_binds_heading: Label
    law_status_heading: Label
    wrong: Label
    """The button that says that something in an answer is wrong."""
    wrong_thanks: Line
    sources_heading: Label
    law_check_heading: Annotated[str, MaxLen(60)]
    related_heading: Annotated[str, MaxLen(60)]

    clarify: Line
    clarify_again: Line
    """After "that is not what I asked"."""
    more_in: Line
    """After "tell me more" about a signpost, law or term: its topics follow."""
    near_topics: Line
    """A looked-up topic name that fits none exactly."""
    near_topic: Line
    """The same where only one topic is near."""
    no_such_topic: Annotated[Line, Holds("number", "last")]
    """A looked-up topic number that there is none of, with the last one."""
    near_command: Annotated[Line, Holds("command")]
    """A mistyped command, with the one that it is near to."""
    command_words: CommandWords
    none_of_these: Label
    fallback: Annotated[str, MaxLen(500)]
    fallback_again: Line
    other_language: Line
    """To a message in a language that the bot does not speak."""
    only_languages: Line
    """The same in short, before urgent help, to a cry in a language without a card."""
    no_such_choice: Annotated[Line, Holds("number")]
    text_only: Line
    file_unread: Line
    """Before an answer to the words beside a file."""
    file_unread_short: Annotated[str, MaxLen(40)]
    """In its place where a first message has no room for it."""
    caution_personal: Line
    caution_personal_short: Annotated[str, MaxLen(30)]
    file_unread_and_caution: Annotated[str, MaxLen(30)]
    """Both in one, where a first message has no room for two notes."""
    urgent_note: Line
    local_heading: Line
    person_heading: Line
    """Above the people to turn to where the bot does not help."""
    glossary_related: Line

    topics_heading: Line
    topics_hint: Line
    all_topics: Label
    back: Label
    next_page: Label
    previous_page: Label
    page: Annotated[Label, Holds("page", "pages")]

    share: Label
    share_link: Label
    """On Telegram: opens the list of chats to send an answer's link to."""
    shared_note: Annotated[Line, Holds("name")]
    """Above an answer that someone shared in a channel."""
    shared_done: Line
    share_failed: Line
    helpful: Label
    not_helpful: Label
    feedback_thanks: Line
    home_privacy: Label
    language_question: Line
    language_set: Line
    gone: Line
    """A button whose topic no longer exists."""
    continue_privately: Label
    private_matter: Line
    """In a group, in place of an urgent or personal answer."""
    ephemeral_failed: Line
    """In a thread, when the private reply could not be delivered."""
    channel_hello: Annotated[Line, Holds("name")]
    group_hello: Annotated[Line, Holds("name")]
    rate_limited: Annotated[Line, Holds("seconds")]
    """Of two seconds or more."""
    rate_limited_one: Line
    """The same for one second."""
    failed: Annotated[Line, Holds("code")]
    open_bot: Label
    inline_private: Line
    """In inline mode, when the question asks for urgent or personal help."""

    command_start: Annotated[str, MaxLen(100)]
    command_help: Annotated[str, MaxLen(100)]
    command_topics: Annotated[str, MaxLen(100)]
    command_topic: Annotated[str, MaxLen(100)]
    command_language: Annotated[str, MaxLen(100)]
    command_privacy: Annotated[str, MaxLen(100)]
    command_about: Annotated[str, MaxLen(100)]
    shortcut_answer: Annotated[str, MaxLen(24)]
    """The name of Slack's message shortcut (limit 24)."""
    shortcut_answer_about: Annotated[str, MaxLen(150)]
    command_faq: Annotated[str, MaxLen(100)]
    command_faq_hint: Annotated[str, MaxLen(60)]
    """What Slack shows behind ``/faq`` while someone types."""
    install_title: Label
    """The heading of the pages that people see who install the Slack app."""
    install_done: Line
    install_cancelled: Line
    install_expired: Line
    """The installation took too long, or its address was used twice."""
    install_failed: Annotated[Line, Holds("code")]
    install_again: Label

    terminal_prompt: Label
    terminal_hint: Line
    terminal_bye: Line
    terminal_quit: Label
    """What ends the chat in the terminal, beside "quit"."""
    related_button_label: Annotated[str, MaxLen(60), Holds("title")]
    """What a screen reader says of a topic button."""
