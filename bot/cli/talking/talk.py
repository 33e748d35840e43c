"""Commands that talk: chat, ask, match, topics, show."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.options import LONGEST_NAME, content_option, known_language, lang_option
from bot.cli.talking.jsonl import dumps, match_object, read_lines, reply_object
from bot.cli.talking.terminal import WIDTH, on_screen, page_width, render_whole, wrap
from bot.dialogue.commands import known_words, naming_words
from bot.dialogue.conversation import Conversation
from bot.dialogue.memory import Recollection
from bot.dialogue.message import Author, Message
from bot.dialogue.reply import Reply, SmallTalkReply
from bot.dialogue.writer import ReplyWriter
from bot.service.desk import Desk
from bot.service.outcome import Say
from bot.state.retention import KeyMaker
from bot.state.store import MemoryStore
from content.reading.compiled import load_catalogue
from content.schema.catalogue import Catalogue
from content.schema.phrases import Phrases
from intents.matcher import open_matcher

TERMINAL = "terminal"
QUIT = "quit"
"""What ends the chat in every language; each has a word of its own besides."""

T = TypeVar("T")


@click.command()
@click.option("--jsonl", is_flag=True, help='Read {"conversation","text"} lines, write one reply object a line.')
@content_option
@lang_option
def chat(jsonl: bool, root: Path, lang: str | None) -> None:
    """Talk in the terminal. No account is needed."""
    desk = open_desk(root)
    lang = known_language(desk.catalogue, lang)
    finish(_chat_jsonl(desk, lang) if jsonl else _chat(desk, lang))


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write the reply as a JSON object.")
@content_option
@lang_option
def ask(text: tuple[str, ...], as_json: bool, root: Path, lang: str | None) -> None:
    """Ask one question, get one answer."""
    desk = open_desk(root)
    reply = finish(reply_to(desk, " ".join(text), known_language(desk.catalogue, lang)))
    click.echo(dumps(reply_object(reply)) if as_json else _whole(reply, desk.catalogue))


@click.command()
@click.option("--jsonl", is_flag=True, help='Read {"text"} lines, write one decision a line.')
@click.argument("text", nargs=-1)
@content_option
@lang_option
def match(jsonl: bool, text: tuple[str, ...], root: Path, lang: str | None) -> None:
    """Classify messages without answering them."""
    if not jsonl and not text:
        raise click.UsageError("give a text, or --jsonl and lines on standard input")
    catalogue = load_catalogue(root)
    lang = known_language(catalogue, lang)
    matcher = open_matcher(catalogue, root)
    for line in read_lines(sys.stdin, ("text",)) if jsonl else [{"text": " ".join(text)}]:
        hint = catalogue.edition(line.get("lang") or lang).language.code
        click.echo(dumps(match_object(line["text"], matcher.match(line["text"], hint), catalogue)))


@click.command()
@click.option("--all", "all_names", is_flag=True, help="All that `show` and `pictures` know, by kind and name.")
@content_option
@lang_option
def topics(all_names: bool, root: Path, lang: str | None) -> None:
    """List the topics."""
    catalogue = load_catalogue(root)
    lang = known_language(catalogue, lang)
    if all_names:
        from bot.playground.items import list_items

        for item in list_items(catalogue, lang):
            click.echo(f"{item.key}: {item.title}")
        return
    click.echo(_whole(ReplyWriter(catalogue).topics(lang), catalogue))


@click.command()
@click.argument("entry", nargs=-1, required=True)
@click.option("--platform", type=click.Choice(["terminal", "slack", "telegram"]), default="terminal", show_default=True)
@click.option("--full", is_flag=True, help="The whole answer in place of its first message.")
@content_option
@lang_option
def show(entry: tuple[str, ...], platform: str, full: bool, root: Path, lang: str | None) -> None:
    """Show one ENTRY (number, slug or alias) as it would be sent.

    It may be anything else that the content says, by its name or its kind and name: detainer, sb-54, urgent/door.
    """
    conversation = open_desk(root).conversation
    lang = known_language(conversation.catalogue, lang)
    name = " ".join(entry)
    found, replies = conversation.find(name, lang), conversation.replies
    if found is not None and name not in conversation.catalogue.laws:
        reply: Reply = replies.whole(found, lang) if full else replies.answer(found, lang)
    else:
        near = () if found else finish(conversation.near_topics(Message(name, TERMINAL, locale=lang)))
        reply = _other(name, full, lang, replies, near)
    if platform == TERMINAL:
        click.echo(_whole(reply, conversation.catalogue))
    else:
        payload = _payload(reply, platform, conversation.catalogue.edition(lang).phrases)
        click.echo(json.dumps(payload, ensure_ascii=False, indent=2))


def _other(name: str, full: bool, lang: str, replies: ReplyWriter, near: Sequence[str]) -> Reply:
    """Return what shows the item of that name that is no entry; ``near`` are topics of names near it."""
    # Whoever asks for an entry waits for no platform's libraries.
    from bot.cli.named import key_of
    from bot.playground.items import find_reply

    try:
        key = key_of(name, replies.catalogue, None)
    except click.ClickException as error:
        if not near:
            raise
        words = f"no topic is named {name[:LONGEST_NAME]!r}: did you mean {' or '.join(near)}?"
        raise click.ClickException(words) from error
    reply = find_reply(key, "whole" if full else "first", lang, replies)
    if reply is None:
        raise click.ClickException(f"nothing is named {name[:LONGEST_NAME]!r} in {lang}")
    return reply


def _payload(reply: Reply, platform: str, phrases: Phrases) -> Any:
    # Only the platform asked for is imported: each brings its libraries.
    if platform == "slack":
        from bot.slack.render.renderer import preview

        return preview(reply)
    from bot.telegram.render.renderer import preview as telegram_preview

    return telegram_preview(reply, phrases)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end and return its result, without an event loop.

    The memory store answers at once, so nothing here ever waits; importing asyncio would take longer than answering.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("work that waits needs an event loop")


async def reply_to(desk: Desk, text: str, lang: str, name: str = TERMINAL) -> Reply:
    """Return the reply to a line; one that begins with a slash is a command."""
    author = Author(platform="terminal", person=name, conversation=name, locale=lang, met=True)
    command, rest = (*text.split(maxsplit=1), "", "")[:2]
    if command.startswith("/"):
        outcome = await desk.command(command[1:], rest, author)
    else:
        outcome = await desk.ask(text, author)
    if not isinstance(outcome, Say):
        raise TypeError("a desk without limits always has something to say")
    return outcome.reply


def open_desk(root: Path) -> Desk:
    """Return a desk for the content below ``root`` that remembers in memory and limits nobody.

    Raises ContentError and ModelError where there is nothing sound to answer with.
    """
    catalogue = load_catalogue(root)
    recollection = Recollection(MemoryStore(), KeyMaker.of_process())
    return Desk(Conversation(catalogue, open_matcher(catalogue, root), recollection))


def next_line(read: Callable[[str], str], prompt: str) -> str | None:
    """Return the line that ``read`` gives, or None where the person leaves."""
    try:
        return read(prompt)
    except (EOFError, KeyboardInterrupt):
        return None


async def _chat(desk: Desk, lang: str) -> None:
    conversation = desk.conversation
    person = sys.stdin.isatty()
    phrases = conversation.catalogue.edition(lang).phrases
    if person:
        welcome = await conversation.begin(TERMINAL, conversation.replies.welcome(lang))
        click.echo(_whole(welcome, conversation.catalogue) + f"\n\n{wrap(phrases.terminal_hint, _width())}")
    read: Callable[[str], str] = input
    if person:
        # The line editor is loaded where somebody types: importing it takes longer than answering a pipe.
        from bot.cli.talking.prompt import reader_for

        read = reader_for([*completions(conversation.catalogue, lang), phrases.terminal_quit])
    while (line := next_line(read, f"\n{phrases.terminal_prompt} " if person else "")) is not None:
        if not line.strip():
            continue
        if _leaves(line, conversation.catalogue):
            break
        reply = await reply_to(desk, line, lang)
        phrases = conversation.catalogue.edition(reply.lang).phrases
        click.echo(("\n" if person else "") + _whole(reply, conversation.catalogue))
        if isinstance(reply, SmallTalkReply) and reply.kind == "bye" and person:
            return
    if person:
        click.echo(f"\n{phrases.terminal_bye}")


def completions(catalogue: Catalogue, lang: str) -> list[str]:
    """Return what Tab completes: the names of topics, laws and terms, and the commands with what may stand behind."""
    edition = catalogue.edition(lang)
    names = [name for entry in edition.entries.values() for name in (entry.short_title, entry.slug, *entry.aliases)]
    names += [name for law in catalogue.laws.values() for name in (law.number, *law.names.get(lang, ())) if name]
    names += [term.term for term in edition.glossary.values()]
    spoken = {word: told for word, (_, told) in known_words(catalogue).items()}
    commands = [f"/{word}" for word, told in spoken.items() if told in (None, lang)]
    topics = [
        f"/{word} {slug}"
        for word, told in naming_words(catalogue).items()
        if told in (None, lang)
        for slug in edition.entries
    ]
    return [*dict.fromkeys(names), *commands, *topics]


def _leaves(line: str, catalogue: Catalogue) -> bool:
    """Say whether a line is the word that ends the chat, in any language, with or without a slash."""
    quits = {edition.phrases.terminal_quit for edition in catalogue.editions.values()}
    return line.strip().casefold().removeprefix("/") in {QUIT, *quits}


async def _chat_jsonl(desk: Desk, lang: str) -> None:
    for line in read_lines(sys.stdin, ("conversation", "text")):
        name = str(line["conversation"])
        reply = await reply_to(desk, line["text"], line.get("lang") or lang, name)
        click.echo(dumps(reply_object(reply, name)))
        sys.stdout.flush()


def _whole(reply: Reply, catalogue: Catalogue) -> str:
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    shown = on_screen(reply, catalogue.edition(reply.lang).phrases, _width())
    return render_whole(shown, bold=bold, width=_width())


def _width() -> int:
    return page_width(shutil.get_terminal_size((WIDTH, 0)).columns)
