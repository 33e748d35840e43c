"""The Bot API's methods over a :class:`~tests.fakes.telegram.world.World`, with its refusals.

Each takes the call's parameters (strings as a form carries them, or JSON values) and returns the result.
The words of the refusals are those that bots see in practice.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.html import ParseError, length, parse_html
from tests.fakes.telegram.world import BOT_ID, NOW, Chat, Refusal, World, bad_request

Params = dict[str, Any]

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_ACTIONS = {"url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text"}
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_EXPIRED = "query is too old and response timeout expired or query ID is invalid"
_PROFILE = {"Name": ("name", 64), "Description": ("description", 512), "ShortDescription": ("short_description", 120)}


class Methods:
    """All methods but getUpdates, which waits (see :mod:`tests.fakes.telegram.api`)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook: dict[str, Any] = {}
        self.secret: str | None = None
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.profile: dict[tuple[str, str], str] = {("name", ""): "CalCoord FAQ"}
        self.answered: dict[str, Params] = {}

    def getMe(self, _params: Params) -> dict[str, Any]:  # noqa: N802
        return self.world.bot

    # Webhook

    def setWebhook(self, params: Params) -> bool:  # noqa: N802
        url, secret = str(params.get("url", "")), params.get("secret_token")
        if not url:
            return self.deleteWebhook(params)
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "localhost")
        if parts.scheme != "https" and not local:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in (443, 80, 88, 8443) and not local:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if secret is not None and not _SECRET.fullmatch(str(secret)):
            raise bad_request("secret token contains unallowed characters")
        allowed = value(params, "allowed_updates", list)
        if allowed is not None:
            self._allow(allowed)
        most = value(params, "max_connections", int) or 40
        self.webhook = {"url": url, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": most}
        self.secret = secret
        return True

    def deleteWebhook(self, _params: Params) -> bool:  # noqa: N802
        self.webhook, self.secret = {}, None
        return True

    def getWebhookInfo(self, _params: Params) -> dict[str, Any]:  # noqa: N802
        empty = {"url": "", "has_custom_certificate": False}
        pending = {"pending_update_count": len(self.world.updates)}
        return (self.webhook or empty) | pending | {"allowed_updates": sorted(self.world.allowed)}

    def _allow(self, kinds: list[str]) -> None:
        self.world.allowed = frozenset(kinds)

    # Messages

    def sendMessage(self, params: Params) -> dict[str, Any]:  # noqa: N802
        chat = self._chat(params)
        text, entities = body(params, "text")
        markup = keyboard(params)
        message: dict[str, Any] = {
            "message_id": self.world.new_id(), "from": self.world.bot, "chat": chat.data(), "date": NOW, "text": text,
        }  # fmt: skip
        if (thread := value(params, "message_thread_id", int)) is not None:
            if not chat.is_forum or thread not in chat.topics:
                raise bad_request("message thread not found")
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if (reply := value(params, "reply_parameters", dict)) is not None:
            replied = chat.messages.get(reply["message_id"])
            if replied is None and not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
            if replied is not None:
                message["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
        message |= {"entities": entities} if entities else {}
        message |= {"reply_markup": markup} if markup else {}
        # A server that does not know the parameters passes over them, as over all it does not know.
        if self.world.whispering and (heard := value(params, "ephemeral_message_parameters", dict)) is not None:
            return self._whisper(chat, message, heard)
        chat.messages[message["message_id"]] = message
        return message

    def _whisper(self, chat: Chat, message: dict[str, Any], heard: Params) -> dict[str, Any]:
        if chat.person is not None:
            raise bad_request("BOT_NOT_ADMIN")
        query = self.world.buttons.get(str(heard.get("callback_query_id")))
        if query is None or query["from"]["id"] != heard["receiver_user_id"]:
            raise bad_request("QUERY_ID_INVALID")
        message |= {"message_id": 0, "ephemeral_message_id": message["message_id"], "receiver_user": query["from"]}
        self.world.whispers.append(message)
        return message

    def deleteEphemeralMessage(self, params: Params) -> bool:  # noqa: N802
        if not self.world.whispering:
            raise Refusal(404, "Not Found: method not found")
        self._chat(params)
        raise bad_request("message to delete not found")

    def editMessageText(self, params: Params) -> dict[str, Any]:  # noqa: N802
        message = self._own_message(params)
        text, entities = body(params, "text")
        markup = keyboard(params)
        same = (text, entities, markup) == (message["text"], message.get("entities", []), message.get("reply_markup"))
        if same:
            raise bad_request(_SAME)
        for name, new in (("text", text), ("entities", entities), ("reply_markup", markup)):
            _put(message, name, new)
        return message | {"edit_date": NOW + 5}

    def editMessageReplyMarkup(self, params: Params) -> dict[str, Any]:  # noqa: N802
        message = self._own_message(params)
        markup = keyboard(params)
        if markup == message.get("reply_markup"):
            raise bad_request(_SAME)
        _put(message, "reply_markup", markup)
        return message | {"edit_date": NOW + 5}

    def _chat(self, params: Params) -> Chat:
        if "chat_id" not in params:
            raise bad_request("chat_id is empty")
        chat = self.world.chats.get(int(params["chat_id"]))
        if chat is None:
            raise bad_request("chat not found")
        if chat.moved_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.bot_status == "kicked":
            raise Refusal(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        if chat.closed:
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def _own_message(self, params: Params) -> dict[str, Any]:
        message = self._chat(params).messages.get(int(params.get("message_id", 0)))
        if message is None:
            raise bad_request("message to edit not found")
        if message["from"]["id"] != BOT_ID:
            raise bad_request("message can't be edited")
        return message

    # Queries

    def answerCallbackQuery(self, params: Params) -> bool:  # noqa: N802
        query_id = str(params.get("callback_query_id"))
        if query_id not in self.world.buttons:
            raise bad_request(_EXPIRED)
        if length(str(params.get("text", ""))) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        del self.world.buttons[query_id]
        self.answered[query_id] = params
        return True

    def answerInlineQuery(self, params: Params) -> bool:  # noqa: N802
        query_id = str(params.get("inline_query_id"))
        if query_id not in self.world.inline:
            raise bad_request(_EXPIRED)
        results = value(params, "results", list) or []
        if len(results) > 50:
            raise bad_request("RESULTS_TOO_MUCH")
        ids = [result["id"] for result in results]
        if any(not 1 <= len(name.encode()) <= 64 for name in ids):
            raise bad_request("RESULT_ID_INVALID")
        if len(set(ids)) < len(ids):
            raise bad_request("RESULT_ID_DUPLICATE")
        for result in results:
            if result["type"] == "article" and not result.get("title"):
                raise bad_request("ARTICLE_TITLE_EMPTY")
            body(result["input_message_content"], "message_text")
            keyboard(result)
        if len(str(params.get("next_offset", "")).encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        button = value(params, "button", dict)
        if button is not None and not _START.fullmatch(button.get("start_parameter", "")):
            raise bad_request("START_PARAM_INVALID")
        self.world.inline.discard(query_id)
        self.answered[query_id] = params
        return True

    # Menus and profile

    def setMyCommands(self, params: Params) -> bool:  # noqa: N802
        commands = value(params, "commands", list) or []
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= length(command["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[self._scope(params)] = commands
        return True

    def getMyCommands(self, params: Params) -> list[dict[str, str]]:  # noqa: N802
        return self.commands.get(self._scope(params), [])

    def deleteMyCommands(self, params: Params) -> bool:  # noqa: N802
        self.commands.pop(self._scope(params), None)
        return True

    def setMyName(self, params: Params) -> bool:  # noqa: N802
        return self._set_profile("Name", params)

    def setMyDescription(self, params: Params) -> bool:  # noqa: N802
        return self._set_profile("Description", params)

    def setMyShortDescription(self, params: Params) -> bool:  # noqa: N802
        return self._set_profile("ShortDescription", params)

    def getMyName(self, params: Params) -> dict[str, str]:  # noqa: N802
        return self._get_profile("Name", params)

    def getMyDescription(self, params: Params) -> dict[str, str]:  # noqa: N802
        return self._get_profile("Description", params)

    def getMyShortDescription(self, params: Params) -> dict[str, str]:  # noqa: N802
        return self._get_profile("ShortDescription", params)

    def _set_profile(self, kind: str, params: Params) -> bool:
        field, most = _PROFILE[kind]
        text = str(params.get(field, ""))
        if length(text) > most:
            raise bad_request(f"bot {field} is too long")
        self.profile[field, language(params)] = text
        return True

    def _get_profile(self, kind: str, params: Params) -> dict[str, str]:
        field, _ = _PROFILE[kind]
        return {field: self.profile.get((field, language(params)), self.profile.get((field, ""), ""))}

    def _scope(self, params: Params) -> tuple[str, str]:
        scope = value(params, "scope", dict) or {"type": "default"}
        if scope["type"] not in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
            raise bad_request("unsupported BotCommandScope type")
        return scope["type"], language(params)


def value(params: Params, name: str, kind: type) -> Any:
    """Return the parameter as ``kind``, or None where it is absent. Forms carry numbers and JSON as strings."""
    given = params.get(name)
    if given is None or given == "":
        return None
    if isinstance(given, str) and kind is not str:
        try:
            given = json.loads(given)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(given, kind):
        raise bad_request(f"field {name} must be of type {kind.__name__}")
    return given


def language(params: Params) -> str:
    """Return the call's language code ("" for the default)."""
    code = str(params.get("language_code") or "")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def body(params: Params, name: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the visible text and its entities."""
    source, mode = str(params.get(name) or ""), str(params.get("parse_mode") or "").lower()
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode")
    given = value(params, "entities", list)
    try:
        text, entities = parse_html(source) if mode and given is None else (source.strip(), _checked(given, source))
    except ParseError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    if not text:
        raise bad_request("message text is empty")
    if length(text) > 4096:
        raise bad_request("message is too long")
    return text, entities


def _checked(entities: list[dict[str, Any]] | None, text: str) -> list[dict[str, Any]]:
    for entity in entities or []:
        if entity["offset"] < 0 or entity["length"] < 1 or entity["offset"] + entity["length"] > length(text):
            raise bad_request("entity beyond the end of the text")
    return entities or []


def keyboard(params: Params) -> dict[str, Any] | None:
    """Return the checked inline keyboard, or None."""
    markup = value(params, "reply_markup", dict)
    if markup is None or not markup.get("inline_keyboard"):
        return None
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in markup["inline_keyboard"]):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if len(_ACTIONS & button.keys()) != 1:
            raise bad_request("can't parse inline keyboard button: exactly one of the optional fields must be used")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        if "url" in button and urlsplit(button["url"]).scheme not in ("http", "https", "tg"):
            raise bad_request("BUTTON_URL_INVALID")
    return {"inline_keyboard": markup["inline_keyboard"]}


def _put(message: dict[str, Any], name: str, new: Any) -> None:
    if new:
        message[name] = new
    else:
        message.pop(name, None)
