"""What is done about each way in which Telegram refuses a call for good: by its words, of which bots get no codes.

A test holds it against https://core.telegram.org/method, whose errors reach a bot as "Bad Request: NAME", and against
the Bot API server's own words. What is not listed is given up; the test lists of which errors that is meant.
"""

from __future__ import annotations

from enum import StrEnum

from telegram.error import BadRequest


class Remedy(StrEnum):
    INTO_THE_CHAT = "into the chat"
    """The forum's topic is gone or closed: send outside of it."""
    NO_REPLY = "no reply"
    """What it replies to, or quotes, cannot be replied to: send it by itself."""
    PLAIN = "plain"
    """Its markup is at fault: send it without any."""
    NO_BUTTONS = "no buttons"
    """Its buttons are at fault: send it without any."""
    ANEW = "anew"
    """The message cannot be changed: send a new one in its place."""
    NOTHING = "nothing"
    """It is as it should be, or came too late to matter."""
    GIVE_UP = "give up"
    """Nothing can be said there: count and log it."""


_REFUSALS = {
    Remedy.INTO_THE_CHAT: ("message thread not found", "topic_closed", "topic_deleted"),
    Remedy.NO_REPLY: (
        "message to be replied not found", "reply_message_id_invalid", "reply_to_invalid", "reply_to_user_invalid",
        "reply_to_monoforum_peer_invalid", "quote_text_invalid", "msg_id_invalid",
    ),
    Remedy.PLAIN: ("can't parse entities", "entities_too_long", "entity_"),
    Remedy.NO_BUTTONS: (
        "button_", "reply_markup_", "reply markup is too long", "wrong http url specified", "wc_convert_url_invalid",
        "bot_domain_invalid", "peer_types_invalid", "admin_rights_empty", "text buttons are unallowed",
    ),
    Remedy.ANEW: (
        "message to edit not found", "message can't be edited", "message_id_invalid", "message_edit_time_expired",
        "message_author_required", "edit_message_temp_restricted",
    ),
    Remedy.NOTHING: ("message is not modified", "message_not_modified", "query is too old", "query_id_invalid"),
}  # fmt: skip
REMEDIES = {words: remedy for remedy, refusals in _REFUSALS.items() for words in refusals}
"""By the words, or their beginning; the first that a refusal holds counts."""


def remedy_for(error: BadRequest) -> Remedy:
    said = error.message.lower()
    return next((remedy for words, remedy in REMEDIES.items() if words in said), Remedy.GIVE_UP)
