"""What is done about each way in which Telegram refuses a call for good: by its words, of which bots get no codes.

A test holds it against https://core.telegram.org/method, whose errors reach a bot as "Bad Request: NAME", and against
the Bot API server's own words. What is not listed is given up.
"""

from __future__ import annotations

from enum import StrEnum

from telegram.error import BadRequest


class Remedy(StrEnum):
    """What to do about a refusal."""

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
    Remedy.GIVE_UP: (
        # Nobody may write there, or to that person, or the bot may not.
        "chat not found", "chat_id_invalid", "chat_id is empty", "peer_id_invalid", "channel_invalid",
        "channel_private", "channel_monoforum_unsupported", "chat_admin_required", "chat_forwards_restricted",
        "chat_guest_send_forbidden", "chat_restricted", "chat_send_", "chat_write_forbidden", "user_banned_in_channel",
        "user_is_bot", "user_bot_", "you_blocked_user", "encryption_declined", "privacy_premium_required",
        "premium_account_required", "bot_invalid", "allow_payment_required", "payment_unsupported", "balance_too_low",
        "send_as_peer_invalid", "inline_bot_required",
        # What the bot never sends.
        "business_", "quick_replies_", "reply_messages_too_much", "schedule_", "stories_never_created",
        "story_id_invalid", "suggested_post_", "document_", "effect_chat_invalid", "from_message_bot_disabled",
        "pinned_dialogs_too_much", "poll_option_invalid", "random_id_empty", "file_", "image_process_failed", "media_",
        "photo_", "todo_", "webpage_", "url_invalid", "article_title_empty", "audio_", "gif_content_type_invalid",
        "sticker_document_invalid", "video_", "webdocument_", "send_message_", "switch_", "start_param_", "result",
        "next_offset_invalid",
        # Texts have their length before they are sent.
        "message_empty", "message_too_long", "message text is empty",
    ),
}  # fmt: skip
REMEDIES = {words: remedy for remedy, refusals in _REFUSALS.items() for words in refusals}
"""By the words, or their beginning; the first that a refusal holds counts."""


def remedy_for(error: BadRequest) -> Remedy:
    """Return what to do about ``error``."""
    said = error.message.lower()
    return next((remedy for words, remedy in REMEDIES.items() if words in said), Remedy.GIVE_UP)
