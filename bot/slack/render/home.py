"""The Home tab: what the bot is, the topics in their groups, and one topic at a time with a way back."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.dialogue.actions import Action, Verb
from bot.dialogue.reply import Reply, SmallTalkReply, Suggestion, Topics
from bot.dialogue.writer import ReplyWriter
from bot.limits import SlackLimit
from bot.slack.render.blocks import Blocks, buttons, header, sections, small
from bot.slack.render.mrkdwn import bold, prose
from bot.slack.render.renderer import body, fits, only_text, topic_rows


def home_view(replies: ReplyWriter, lang: str, notes: tuple[str, ...] = ()) -> View:
    """Return the first page in ``lang``: what this is, the language, the topics, how to use it, privacy.

    ``notes`` come first: what a press has just done.
    """
    edition = replies.catalogue.edition(lang)
    phrases, topics = edition.phrases, replies.topics(lang)
    languages = replies.language_question(lang)
    privacy = _choice(phrases.home_privacy, Verb.PRIVACY, lang)
    blocks = [
        *small(*(prose(note) for note in notes)),
        header(phrases.name),
        *sections(prose(phrases.welcome)),
        *small(prose(languages.text)),
        *buttons(languages.suggestions, "languages"),
        *sections(bold(topics.heading)),
        *topic_rows(topics),
        *sections(prose(phrases.help_slack)),
        *buttons([privacy], "privacy"),
        *small(prose(phrases.disclaimer)),
    ]
    return _view(blocks)


def page_view(replies: ReplyWriter, reply: Reply) -> View:
    """Return ``reply`` as a page of the Home tab, with the way back above and below it."""
    if isinstance(reply, Topics):
        return home_view(replies, reply.lang, reply.notes)
    if isinstance(reply, SmallTalkReply) and reply.kind == "language":
        return home_view(replies, reply.lang, (reply.text,))
    back = _choice(replies.catalogue.edition(reply.lang).phrases.back, Verb.TOPICS, reply.lang)
    notes = small(*(prose(note) for note in reply.notes))
    blocks = [*buttons([back], "back"), *notes, *body(reply), *buttons([*reply.suggestions, back], "related")]
    if not fits(blocks, SlackLimit.HOME_BLOCKS):
        blocks = [*buttons([back], "back"), *sections(only_text(reply).text)]
    return _view(blocks)


def _choice(label: str, verb: Verb, lang: str) -> Suggestion:
    return Suggestion(label=label, title=label, action=Action(verb, "", lang).code)


def _view(blocks: Blocks) -> View:
    return View(type="home", callback_id="home", blocks=blocks)
