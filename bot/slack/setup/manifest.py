"""The Slack app manifest: what an administrator pastes to make the app (https://docs.slack.dev/reference/app-manifest).

The scopes are the fewest that the listeners and calls need; docs/operate.md says what each is for.
"""

from __future__ import annotations

from typing import Any

from bot.slack.payloads import COMMAND, SHORTCUT
from bot.slack.render.blocks import cut
from bot.slack.render.limits import SlackLimit
from content.schema.catalogue import Edition

SCOPES: dict[str, str] = {
    "app_mentions:read": "app_mention",
    "assistant:write": "assistant.threads.setSuggestedPrompts",
    "channels:read": "member_joined_channel",
    "chat:write": "chat.postMessage",
    "commands": COMMAND,
    "groups:read": "member_joined_channel",
    "im:history": "message.im",
}
"""Every scope, with the event, call or command that needs it."""

BOT_EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "member_joined_channel", "message.im", "tokens_revoked",
)  # fmt: skip
"""Every event the bot subscribes to."""

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


def build_manifest(edition: Edition, url: str | None = None, *, socket: bool = False) -> dict[str, Any]:
    """Return the manifest for a deployment at ``url`` (https://…), or for Socket Mode, in the language of ``edition``.

    The suggested prompts in it stand until somebody opens the conversation; then they get those in their language.
    Without ``url`` and ``socket`` the address is left as a name to fill in.
    """
    phrases, starters = edition.phrases, [edition.entries[slug] for slug in edition.language.starters]
    prompts = [
        {"title": entry.short_title, "message": entry.title} for entry in starters[: SlackLimit.SUGGESTED_PROMPTS]
    ]
    base = (url or "https://example.com").rstrip("/")
    request = {} if socket else {"request_url": f"{base}{EVENTS_PATH}"}
    command = {
        "command": COMMAND,
        "description": phrases.command_faq,
        "usage_hint": phrases.command_faq_hint,
        "should_escape": True,
    }
    return {
        "display_information": {
            "name": cut(phrases.name, SlackLimit.APP_NAME),
            "description": cut(phrases.tagline, SlackLimit.APP_DESCRIPTION),
            "long_description": phrases.description_slack,
        },
        "features": {
            "agent_view": {
                "agent_description": cut(phrases.tagline, SlackLimit.AGENT_DESCRIPTION),
                "suggested_prompts": prompts,
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": cut(phrases.name, SlackLimit.APP_NAME), "always_online": True},
            "shortcuts": [
                {
                    "name": phrases.shortcut_answer,
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": phrases.shortcut_answer_about,
                }
            ],
            "slash_commands": [command if socket else {**command, "url": f"{base}{EVENTS_PATH}"}],
        },
        "oauth_config": {
            **({} if socket else {"redirect_urls": [f"{base}{REDIRECT_PATH}"]}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
