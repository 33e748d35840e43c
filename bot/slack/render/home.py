"""The Home tab: what the bot is, the topics in their groups, and one topic at a time with a way back."""

from __future__ import annotations

from msgspec import Struct
from slack_sdk.models.views import View

from bot.dialogue.reply import Reply, SmallTalkReply, Suggestion, Topics, UrgentReply
from bot.slack.render.blocks import Blocks, buttons, header, sections, small
from bot.slack.render.limits import SlackLimit
from bot.slack.render.mrkdwn import bold, prose
from bot.slack.render.renderer import body, fits, only_text, topic_rows
from content.schema.phrases import Phrases


class Home(Struct, frozen=True, kw_only=True):
    """The first page: urgent help, what this is, the languages, the topics, how to use it, privacy.

    ``notes`` come first.
    """

    notes: tuple[str, ...]
    phrases: Phrases
    urgent: UrgentReply
    languages: SmallTalkReply
    topics: Topics
    privacy: Suggestion


def home_view(home: Home) -> View:
    """Return the first page."""
    blocks = [
        *small(*(prose(note) for note in home.notes)),
        *sections(bold(home.urgent.title)),
        *buttons(home.urgent.suggestions, "urgent"),
        header(home.phrases.name),
        *sections(prose(home.phrases.welcome)),
        *small(prose(home.languages.text)),
        *buttons(home.languages.suggestions, "languages"),
        *sections(bold(home.topics.heading)),
        *topic_rows(home.topics),
        *sections(prose(home.phrases.help_slack)),
        *buttons([home.privacy], "privacy"),
        *small(prose(home.phrases.disclaimer)),
    ]
    return _view(blocks)


def page_view(reply: Reply, back: Suggestion) -> View:
    """Return ``reply`` as a page of the Home tab, with the way back above and below it."""
    notes = small(*(prose(note) for note in reply.notes))
    # Slack refuses a row in which two buttons do the same.
    others = [choice for choice in reply.suggestions if choice.action != back.action]
    blocks = [*buttons([back], "back"), *notes, *body(reply), *buttons([*others, back], "related")]
    if not fits(blocks, SlackLimit.HOME_BLOCKS):
        blocks = [*buttons([back], "back"), *sections(only_text(reply).text)]
    return _view(blocks)


def _view(blocks: Blocks) -> View:
    return View(type="home", callback_id="home", blocks=blocks)
