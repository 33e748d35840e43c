"""Every kind of payload that Slack documents and the bot has no use for.

https://docs.slack.dev/reference/events, https://docs.slack.dev/reference/events/message#subtypes,
https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

from typing import Any

EVENTS = (
    "app_context_changed", "app_deleted", "app_installed", "app_rate_limited", "app_requested",
    "app_uninstalled_team", "assistant_thread_context_changed", "assistant_thread_started", "call_rejected",
    "channel_archive", "channel_created", "channel_deleted", "channel_history_changed", "channel_id_changed",
    "channel_left", "channel_rename", "channel_shared", "channel_unarchive", "channel_unshared", "dnd_updated",
    "dnd_updated_user", "email_domain_changed", "emoji_changed", "entity_details_requested", "file_change",
    "file_comment_added", "file_comment_deleted", "file_comment_edited", "file_created", "file_deleted", "file_public",
    "file_shared", "file_unshared", "function_executed", "grid_migration_finished", "grid_migration_started",
    "group_archive", "group_close", "group_deleted", "group_history_changed", "group_left", "group_open",
    "group_rename", "group_unarchive", "im_close", "im_created", "im_history_changed", "im_open", "invite_requested",
    "link_shared", "member_left_channel", "message_metadata_deleted", "message_metadata_posted",
    "message_metadata_updated", "pin_added", "pin_removed", "reaction_added", "reaction_removed", "resources_added",
    "resources_removed", "scope_denied", "scope_granted", "shared_channel_invite_accepted",
    "shared_channel_invite_approved", "shared_channel_invite_declined", "shared_channel_invite_received",
    "shared_channel_invite_requested", "star_added", "star_removed", "subteam_created", "subteam_members_changed",
    "subteam_self_added", "subteam_self_removed", "subteam_updated", "team_access_granted", "team_access_revoked",
    "team_domain_change", "team_join", "team_rename", "url_verification_of_tomorrow", "user_change",
    "user_connection", "user_huddle_changed", "user_profile_changed", "user_status_changed", "workflow_deleted",
    "workflow_published", "workflow_step_deleted", "workflow_step_execute", "workflow_unpublished",
)  # fmt: skip

SUBTYPES = (
    "assistant_app_thread", "bot_add", "bot_message", "bot_remove", "channel_archive", "channel_canvas_updated",
    "channel_convert_to_private", "channel_convert_to_public", "channel_join", "channel_leave", "channel_name",
    "channel_posting_permissions", "channel_purpose", "channel_topic", "channel_unarchive", "document_mention",
    "ekm_access_denied", "file_comment", "file_mention", "group_archive", "group_join", "group_leave", "group_name",
    "group_purpose", "group_topic", "group_unarchive", "huddle_thread", "message_changed", "message_deleted",
    "message_replied", "pinned_item", "reminder_add", "reply_broadcast", "unpinned_item",
)  # fmt: skip

_ABOUT: dict[str, Any] = {
    "team": {"id": "T1", "domain": "d"},
    "user": {"id": "U1", "username": "u", "team_id": "T1"},
    "api_app_id": "A1",
    "token": "t",
    "trigger_id": "1.1.a",
    "is_enterprise_install": False,
    "enterprise": None,
}
_VIEW: dict[str, Any] = {"id": "V1", "type": "modal", "team_id": "T1", "callback_id": "c", "state": {"values": {}}}

INTERACTIONS: tuple[dict[str, Any], ...] = (
    _ABOUT | {"type": "shortcut", "callback_id": "global", "action_ts": "1.1"},
    _ABOUT | {"type": "message_action", "callback_id": "another", "channel": {"id": "C1"}, "message": {"text": "x"}},
    _ABOUT | {"type": "view_submission", "view": _VIEW},
    _ABOUT | {"type": "view_closed", "view": _VIEW, "is_cleared": False},
    _ABOUT | {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "v", "view": _VIEW},
    _ABOUT | {"type": "interactive_message", "callback_id": "c", "actions": [{"name": "a", "value": "v"}]},
    _ABOUT | {"type": "dialog_submission", "callback_id": "c", "submission": {}, "channel": {"id": "C1"}},
    _ABOUT | {"type": "dialog_cancellation", "callback_id": "c", "channel": {"id": "C1"}},
    _ABOUT | {"type": "dialog_suggestion", "callback_id": "c", "name": "n", "value": "v"},
    _ABOUT | {"type": "workflow_step_edit", "callback_id": "c", "workflow_step": {"workflow_id": "1"}},
    _ABOUT | {"type": "function", "callback_id": "c"},
    _ABOUT | {"type": "block_actions", "actions": [{"type": "button", "action_id": "other", "value": "v"}]},
    _ABOUT | {"type": "something_new"},
)
