"""Telegram in this process: two people, their chats with the bot, a group, inline mode, and the Bot API.

Shapes after https://core.telegram.org/bots/api; offsets count UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from bot.playground.timeline import DeedError, Json, RefusalError, Shown, Timeline
from bot.telegram.render.markup import to_entities, units

BOT_ID, USERNAME = 7_000_001, "calcoord_faq_bot"
GROUP = -1_001_000_000_001
MEMBER = f"member:{GROUP}"
"""What shows that the bot was added to the group."""
PEOPLE = {"alex": 101, "ana": 102}
"""Their ids by name; a private chat has the person's."""
LOCALES = {"alex": "en", "ana": "es"}
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?=\s|$)")
_MENTION = re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{4,32}")


class TelegramSay(Struct, frozen=True, tag="telegram_say"):
    """``person`` writes in ``place`` ("private" or "group"), in reply to a message where one is named."""

    person: str
    place: str
    text: str
    reply_to: str = ""


class TelegramPress(Struct, frozen=True, tag="telegram_press"):
    """``person`` presses the button with that ``data`` below ``message``."""

    person: str
    place: str
    message: str
    data: str


class TelegramInline(Struct, frozen=True, tag="telegram_inline"):
    """``person`` types ``@bot query`` in some chat."""

    person: str
    query: str
    offset: str = ""


class TelegramChoose(Struct, frozen=True, tag="telegram_choose"):
    """``person`` sends the inline ``result`` of that id to ``place``."""

    person: str
    place: str
    result: str


class TelegramInvite(Struct, frozen=True, tag="telegram_invite"):
    """``person`` adds the bot to the group."""

    person: str


TelegramDeed = TelegramSay | TelegramPress | TelegramInline | TelegramChoose | TelegramInvite


class Cloud:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._numbers = itertools.count(1000)
        self._updates = itertools.count(500_001)
        self._settings: dict[tuple[str, str], Any] = {}
        self._queries: dict[str, str] = {}
        """Who has asked by each press and inline query that is not answered."""
        self._webhook: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        self._methods: dict[str, Callable[[Json], Any]] = {
            "getMe": lambda _: self.bot,
            "sendMessage": self._send,
            "editMessageText": self._edit,
            "editMessageReplyMarkup": self._edit,
            "answerCallbackQuery": self._answer_press,
            "answerInlineQuery": self._answer_inline,
            "setWebhook": lambda given: self._webhook.update(url=str(given.get("url") or "")) or True,
            "getWebhookInfo": lambda _: self._webhook,
        }

    @property
    def bot(self) -> Json:
        return {
            "id": BOT_ID, "is_bot": True, "first_name": self._setting("Name", "en") or "Bot", "username": USERNAME,
            "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True,
        }  # fmt: skip

    # What people do: each returns the update that Telegram sends, or None where the bot learns nothing of it.

    def do(self, deed: TelegramDeed) -> Json | None:
        """Carry out what a person does. Raises DeedError."""
        if deed.person not in PEOPLE:
            raise DeedError
        match deed:
            case TelegramSay():
                return self._say(deed)
            case TelegramPress():
                return self._press(deed)
            case TelegramInline():
                query = self._query(deed.person, {"query": deed.query, "offset": deed.offset})
                return self._update("inline_query", query)
            case TelegramChoose():
                return self._choose(deed)
            case TelegramInvite():
                return self._invite(deed)

    def _say(self, deed: TelegramSay) -> Json | None:
        content: Json = {"text": deed.text, "entities": _entities(deed.text)}
        place = _place(deed.person, deed.place)
        if replied := self._timeline.find(deed.reply_to, place):
            content["reply_to"] = replied.id
        message = self._post(place, deed.person, content)
        meant = deed.place == "private" or (replied is not None and replied.author == "bot") or _is_meant(deed.text)
        return self._update("message", message) if meant else None

    def _press(self, deed: TelegramPress) -> Json:
        shown = self._timeline.find(deed.message, _place(deed.person, deed.place))
        rows = (shown.content.get("reply_markup") or {}).get("inline_keyboard", []) if shown else []
        if shown is None or deed.data not in [button.get("callback_data") for row in rows for button in row]:
            raise DeedError
        more = {"chat_instance": "1", "data": deed.data, "message": self._message(shown)}
        return self._update("callback_query", self._query(deed.person, more))

    def _choose(self, deed: TelegramChoose) -> Json | None:
        offered = self._timeline.page(f"inline:{deed.person}") or {"results": []}
        result = next((one for one in offered["results"] if one["id"] == deed.result), None)
        if result is None:
            raise DeedError
        content = text_of(result["input_message_content"], "message_text") | {"via": USERNAME}
        content |= _buttons(result)
        message = self._post(_place(deed.person, deed.place), deed.person, content)
        return self._update("message", message | {"via_bot": self.bot})

    def _invite(self, deed: TelegramInvite) -> Json:
        if self._timeline.page(MEMBER):
            raise DeedError
        self._timeline.turn_to(MEMBER, {"added": True})
        change = {"chat": _chat(str(GROUP)), "from": _person(deed.person), "date": int(time.time())}
        for when, status in (("old", "left"), ("new", "member")):
            change[f"{when}_chat_member"] = {"user": self.bot, "status": status}
        return self._update("my_chat_member", change)

    def _query(self, person: str, fields: Json) -> Json:
        name = str(next(self._numbers))
        self._queries[name] = person
        return {"id": name, "from": _person(person), **fields}

    def _update(self, kind: str, payload: Json) -> Json:
        return {"update_id": next(self._updates), kind: payload}

    def _post(self, place: str, author: str, content: Json) -> Json:
        return self._message(self._timeline.post(str(next(self._numbers)), place, author, content))

    def _message(self, shown: Shown, *, replied: bool = True) -> Json:
        content = shown.content
        message: Json = {
            "message_id": int(shown.id), "from": self.bot if shown.author == "bot" else _person(shown.author),
            "chat": _chat(shown.place), "date": int(time.time()), "text": content["text"],
        }  # fmt: skip
        message |= {name: content[name] for name in ("entities", "reply_markup") if content.get(name)}
        # A message that was sent for a person through inline mode says so ever after.
        message |= {"via_bot": self.bot} if content.get("via") else {}
        other = self._timeline.find(content.get("reply_to", ""), shown.place) if replied else None
        return message | ({"reply_to_message": self._message(other, replied=False)} if other else {})

    # What the bot does

    def answer(self, method: str, given: Json) -> Any:
        """Return the result of a call of ``method``. Raises RefusalError."""
        if carry_out := self._methods.get(method):
            if method not in ("getMe", "getWebhookInfo", "setWebhook"):
                self._timeline.called("telegram", method, given)
            return carry_out(given)
        # What belongs to the profile and the menus is kept as it is set.
        verb, kind = method[:5], method[5:]
        if verb not in ("setMy", "getMy") or kind not in _FIELDS:
            raise RefusalError("Not Found: method not found")
        scope = f"{kind}:{(given.get('scope') or {}).get('type', 'default')}"
        key, field = (scope, str(given.get("language_code") or "")), _FIELDS[kind]
        if verb == "setMy":
            self._settings[key] = given.get(field)
            return True
        kept = self._settings.get(key)
        return kept or [] if kind == "Commands" else {field: kept or ""}

    def profile(self, lang: str) -> Json:
        """Return what a person with that language sees of the bot before they write, and the menus of commands."""
        menus = {
            place: self._setting(f"Commands:{scope}", lang) or []
            for place, scope in (("private", "all_private_chats"), ("group", "all_group_chats"))
        }
        return {"name": self._setting("Name", lang), "description": self._setting("Description", lang), "menus": menus}

    def _setting(self, kind: str, lang: str) -> Any:
        name = kind if ":" in kind else f"{kind}:default"
        return self._settings.get((name, lang)) or self._settings.get((name, ""))

    def _send(self, parameters: Json) -> Json:
        content = text_of(parameters) | _buttons(parameters)
        if reply := parameters.get("reply_parameters"):
            content["reply_to"] = str(reply["message_id"])
        return self._post(str(parameters["chat_id"]), "bot", content)

    def _edit(self, parameters: Json) -> Json:
        shown = self._timeline.find(str(parameters["message_id"]), str(parameters["chat_id"]))
        if shown is None:
            raise RefusalError("Bad Request: message to edit not found")
        text = text_of(parameters) if "text" in parameters else {}
        self._timeline.change(shown, **text, reply_markup=parameters.get("reply_markup"), edited=bool(text) or None)
        return self._message(shown)

    def _answer_press(self, parameters: Json) -> bool:
        person = self._asked(parameters["callback_query_id"])
        if parameters.get("text"):
            self._timeline.flash(person, parameters["text"])
        return True

    def _answer_inline(self, parameters: Json) -> bool:
        self._timeline.turn_to(f"inline:{self._asked(parameters['inline_query_id'])}", parameters)
        return True

    def _asked(self, query: str) -> str:
        if query not in self._queries:
            raise RefusalError("Bad Request: query is too old and response timeout expired or query ID is invalid")
        return self._queries.pop(query)


def text_of(fields: Json, name: str = "text") -> Json:
    """Return a text as Telegram keeps it: without markup, its entities beside it."""
    if str(fields.get("parse_mode") or "").lower() == "html":
        text, entities = to_entities(fields[name])
        return {"text": text, "entities": [entity.to_dict() for entity in entities]}
    return {"text": fields[name], "entities": fields.get("entities") or []}


def _buttons(fields: Json) -> Json:
    return {"reply_markup": fields["reply_markup"]} if fields.get("reply_markup") else {}


_FIELDS = {
    "Name": "name",
    "Description": "description",
    "ShortDescription": "short_description",
    "Commands": "commands",
}


def _person(name: str) -> Json:
    return {"id": PEOPLE[name], "is_bot": False, "first_name": name.title(), "language_code": LOCALES[name]}


def _place(person: str, place: str) -> str:
    return str(PEOPLE[person] if place == "private" else GROUP)


def _chat(place: str) -> Json:
    if int(place) == GROUP:
        return {"id": GROUP, "type": "supergroup", "title": "Neighbors"}
    name = next(name for name, number in PEOPLE.items() if str(number) == place)
    return {"id": int(place), "type": "private", "first_name": name.title()}


def _entities(text: str) -> list[Json]:
    found = [("bot_command", match) for match in _COMMAND.finditer(text)]
    found += [("mention", match) for match in _MENTION.finditer(text)]
    return [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])}
        for kind, match in sorted(found, key=lambda item: item[1].start())
    ]


def _is_meant(text: str) -> bool:
    """Say whether a bot in privacy mode learns of a group's message (core.telegram.org/bots/features#privacy-mode)."""
    if text.startswith("/"):
        _, at, rest = text.split(maxsplit=1)[0].partition("@")
        return not at or rest.lower() == USERNAME.lower()
    return f"@{USERNAME}".lower() in text.lower()
