"""What the fake Slack knows: workspaces, tokens, channels, and what each method makes of a call."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.judges import judge_message, judge_view

METHOD_SCOPES: dict[str, str | None] = {
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "auth.test": None,
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "views.publish": None,
}
"""The scope each bot method needs (https://docs.slack.dev/reference/methods); a method not listed is unknown."""

ALL_SCOPES = frozenset(
    {"app_mentions:read", "assistant:write", "channels:read", "chat:write", "commands", "groups:read", "im:history"}
)


@dataclass
class Account:
    """A bot token: its workspace, its bot user, and what it may do."""

    team: str = "T1"
    user: str = "UBOT"
    bot: str = "BBOT"
    scopes: frozenset[str] = ALL_SCOPES
    revoked: bool = False


@dataclass
class Channel:
    """A channel or direct message, and who is in it; who is not in a ``hidden`` one does not learn that it exists."""

    members: set[str]
    archived: bool = False
    hidden: bool = False
    team: str = "T1"


@dataclass
class ResponseHook:
    """A ``response_url``: the message it belongs to, and what it has been used for."""

    channel: str
    user: str
    born: float
    posts: list[dict[str, Any]] = field(default_factory=list)
    fails: int = 0


class SlackError(Exception):
    """What a method refuses a call with."""


class World:
    """Everything that lasts between calls. ``clock`` ages response URLs."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {"xoxb-one": Account()}
        self.channels: dict[str, Channel] = {
            "C1": Channel({"UBOT", "U1", "U2"}),
            "CPRIVATE": Channel({"U1"}, hidden=True),
            "DPEOPLE": Channel({"U1", "U2"}, hidden=True),
            "GPEOPLE": Channel({"U1", "U2", "U3"}, hidden=True),
            "D1": Channel({"UBOT", "U1"}),
            "D2": Channel({"UBOT", "U2"}),
        }
        self.hooks: dict[str, ResponseHook] = {}
        self.codes: dict[str, Account] = {}
        self.client = ("client-id", "client-secret")
        self.app_tokens = {"xapp-one"}
        self.clock = time.monotonic
        self.messages: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.install_answer: dict[str, Any] = {}
        self.home_hashes: dict[str, str] = {}
        self.block_characters = 13_200
        self.unknown_blocks: set[str] = set()
        """Kinds of blocks that this Slack does not take (yet)."""

    def hook(self, channel: str = "C1", user: str = "U1") -> str:
        """Make a response URL's last part."""
        name = secrets.token_hex(8)
        self.hooks[name] = ResponseHook(channel, user, self.clock())
        return name

    def answer(self, method: str, token: str, args: dict[str, Any]) -> dict[str, Any]:
        """Return what ``method`` answers. Raises SlackError."""
        account = self.accounts.get(token)
        if account is None:
            raise SlackError("invalid_auth")
        if account.revoked:
            raise SlackError("token_revoked")
        if method not in METHOD_SCOPES:
            raise SlackError("unknown_method")
        scope = METHOD_SCOPES[method]
        if scope is not None and scope not in account.scopes:
            raise SlackError("missing_scope")
        match method:
            case "auth.test":
                return {"team_id": account.team, "user_id": account.user, "bot_id": account.bot}
            case "chat.postMessage":
                return self._post(account, args)
            case "chat.postEphemeral":
                return self._whisper(account, args)
            case "views.publish":
                return self._publish(args)
            case _:
                return self._suggest(args)

    def _enter(self, account: Account, args: dict[str, Any]) -> Channel:
        channel = self.channels.get(self.direct(args.get("channel", ""), account))
        if channel is None or channel.team != account.team:
            raise SlackError("channel_not_found")
        if channel.archived:
            raise SlackError("is_archived")
        if account.user not in channel.members:
            raise SlackError("channel_not_found" if channel.hidden else "not_in_channel")
        self._check(args)
        return channel

    def direct(self, channel: str, account: Account) -> str:
        """Return the channel that is meant: a person's id stands for their direct message with the bot."""
        members = {account.user, channel}
        own = (name for name, known in self.channels.items() if name[0] == "D" and known.members == members)
        return next(own, channel) if channel[:1] == "U" else channel

    def _check(self, args: dict[str, Any]) -> None:
        judge_message(args)
        if any(block["type"] in self.unknown_blocks for block in args.get("blocks") or []):
            raise SlackError("invalid_blocks")
        characters = len(json.dumps(args.get("blocks") or [], ensure_ascii=False))
        if characters > self.block_characters:
            raise SlackError("msg_blocks_too_long")

    def _post(self, account: Account, args: dict[str, Any]) -> dict[str, Any]:
        self._enter(account, args)
        assert args["unfurl_links"] is False
        assert args["unfurl_media"] is False
        stamp = f"1700000000.{len(self.messages):06d}"
        self.messages.append({**args, "ts": stamp})
        return {"channel": args["channel"], "ts": stamp}

    def _whisper(self, account: Account, args: dict[str, Any]) -> dict[str, Any]:
        channel = self._enter(account, args)
        assert "unfurl_links" not in args
        if args["user"] not in channel.members:
            raise SlackError("user_not_in_channel")
        return {"message_ts": "1700000000.999999"}

    def _publish(self, args: dict[str, Any]) -> dict[str, Any]:
        judge_view(args["view"])
        if args.get("hash") and args["hash"] != self.home_hashes.get(args["user_id"], args["hash"]):
            raise SlackError("hash_conflict")
        self.home_hashes[args["user_id"]] = f"{len(self.home_hashes)}.{secrets.token_hex(4)}"
        self.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    def _suggest(self, args: dict[str, Any]) -> dict[str, Any]:
        assert "thread_ts" not in args, "in the agent view the call silently fails"
        assert 1 <= len(args["prompts"]) <= 4
        for prompt in args["prompts"]:
            assert set(prompt) == {"title", "message"}
        if args["channel_id"] not in self.channels:
            raise SlackError("channel_not_found")
        return {}

    def respond(self, name: str, body: dict[str, Any]) -> tuple[int, str]:
        """Use a response URL; returns the status and text of its answer."""
        hook = self.hooks.get(name)
        if hook is None:
            return 404, "no_hook"
        if hook.fails:
            hook.fails -= 1
            return 500, "server_error"
        if self.clock() - hook.born > 1_800:
            return 404, "expired_url"
        if len(hook.posts) >= 5:
            return 404, "used_url"
        if not body.get("delete_original"):
            judge_message(body)
        if any(block["type"] in self.unknown_blocks for block in body.get("blocks") or []):
            return 400, "invalid_blocks"
        if len(json.dumps(body.get("blocks") or [], ensure_ascii=False)) > self.block_characters:
            return 400, "msg_blocks_too_long"
        hook.posts.append(body)
        return 200, "ok"

    def exchange(self, code: str, client: tuple[str, str]) -> dict[str, Any]:
        """Answer ``oauth.v2.access``; a code works once. Raises SlackError."""
        if client != self.client:
            raise SlackError("bad_client_secret")
        account = self.codes.pop(code, None)
        if account is None:
            raise SlackError("invalid_code")
        token = next(token for token, known in self.accounts.items() if known is account)
        return {
            "app_id": "A1",
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(account.scopes)),
            "bot_user_id": account.user,
            "team": {"id": account.team, "name": "Nombre Secreto"},
            "enterprise": None,
            "authed_user": {"id": "UINSTALLER"},
            "is_enterprise_install": False,
        } | self.install_answer
