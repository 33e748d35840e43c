"""The environment, read once: every mistake is reported at once, by name, without the value."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit


class BotError(Exception):
    """The base of this package's errors; its text is fit to be shown to an operator."""


class SettingsError(BotError):
    """The environment is wrong; ``problems`` names every variable, never its value."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


SLACK_API = "https://slack.com/api/"
TELEGRAM_API = "https://api.telegram.org"
HIGHEST_PORT = 65_535
_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_PATH = re.compile(r"[!-~]*")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that no print, log or exception shows."""

    value: str = field(repr=False)


def _secret(pattern: str, what: str) -> Callable[[str], Secret]:
    compiled = re.compile(pattern, re.ASCII)

    def read(value: str) -> Secret:
        if not compiled.fullmatch(value):
            raise ValueError(f"must look like {what}")
        return Secret(value)

    return read


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        # Reading a port that is none raises. Names, words and queries belong to no address of ours or of an API.
        named = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
        sound = parts.scheme in ("http", "https") and parts.port != 0 and _HOST.fullmatch(named) is not None
        sound = sound and _PATH.fullmatch(parts.path) is not None and not parts.query and not parts.fragment
    except ValueError:
        sound = False
    if not sound:
        raise ValueError("must look like https://host/path")
    return value


def _public_url(value: str) -> str:
    parts = urlsplit(_url(value))
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("must start with https://")
    return value


MOST_WORKERS = 64


def _number(most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        # At most five digits: what is longer is none, and could be too long to be read as a number.
        if not (re.fullmatch("[0-9]{1,5}", value) and 1 <= int(value) <= most):
            raise ValueError(f"must be a number from 1 to {most}")
        return int(value)

    return read


def _yes(value: str) -> bool:
    if value.lower() not in ("1", "yes", "true", "0", "no", "false"):
        raise ValueError("must be yes or no")
    return value.lower() in ("1", "yes", "true")


_ANY_SECRET = _secret(r"[!-~]+", "one word of ASCII letters, digits and marks, without spaces")


def _read(read: Callable[[str], Any], default: Any = None) -> Any:
    """Return a setting that ``read`` makes of its variable's text, or raises ValueError that says what it must be."""
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, in variables of the same names in capitals; one that is unset is its default."""

    slack_bot_token: Secret | None = _read(_secret(r"xox[be][-.][\w.-]+", "xoxb-… (OAuth & Permissions page)"))
    slack_signing_secret: Secret | None = _read(_ANY_SECRET)
    slack_app_token: Secret | None = _read(_secret(r"xapp-[\w.-]+", "xapp-… (Basic Information, App-Level Tokens)"))
    slack_client_id: str | None = _read(str)
    slack_client_secret: Secret | None = _read(_ANY_SECRET)
    telegram_bot_token: Secret | None = _read(_secret(r"\d+:[\w-]{20,}", "123456:ABC… (from @BotFather)"))
    telegram_webhook_secret: Secret | None = _read(_secret(r"[A-Za-z0-9_-]{1,256}", "1 to 256 of A-Z a-z 0-9 _ -"))
    public_url: str | None = _read(_public_url)
    port: int = _read(_number(HIGHEST_PORT), 8000)
    web_concurrency: int = _read(_number(MOST_WORKERS), 1)
    behind_proxy: bool = _read(_yes, False)
    status_port: int | None = _read(_number(HIGHEST_PORT))
    gaps_folder: str | None = _read(str)
    metrics_token: Secret | None = _read(_ANY_SECRET)
    redis_url: Secret | None = _read(
        _secret(r"(redis|rediss|unix)://\S+", "redis://user:password@host:6379/0 or rediss://…")
    )
    database_url: Secret | None = _read(
        _secret(r"(postgres|postgresql|sqlite)(\+\w+)?://\S*", "postgresql://user:password@host/name or sqlite:///…")
    )
    encryption_key: Secret | None = _read(_ANY_SECRET)
    state_secret: Secret | None = _read(
        _secret(r"[!-~]{32,}", "32 or more characters without spaces (openssl rand -hex 32)")
    )
    slack_api_url: str = _read(_url, SLACK_API)
    telegram_api_url: str = _read(_url, TELEGRAM_API)

    @property
    def slack_oauth(self) -> bool:
        """Whether many workspaces may install the Slack app."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    @property
    def slack_http(self) -> bool:
        """Whether Slack can be served over HTTP."""
        return self.slack_signing_secret is not None and (self.slack_bot_token is not None or self.slack_oauth)

    @property
    def slack_socket(self) -> bool:
        """Whether Slack can be reached over Socket Mode."""
        return self.slack_app_token is not None and (self.slack_bot_token is not None or self.slack_oauth)

    @property
    def telegram_webhook(self) -> bool:
        """Whether Telegram can be served over a webhook."""
        return self.telegram_bot_token is not None and self.telegram_webhook_secret is not None

    @property
    def telegram_polling(self) -> bool:
        """Whether Telegram can be polled."""
        return self.telegram_bot_token is not None

    @property
    def hash_secret(self) -> bytes:
        """The key under which ids are hashed before they go to a shared store: the same on all its machines.

        It hangs on STATE_SECRET alone where that is set, so that it can be destroyed, else on the tokens.
        """
        known: tuple[Secret | None, ...] = (self.state_secret,)
        if self.state_secret is None:
            known = (self.slack_signing_secret, self.slack_app_token, self.slack_bot_token, self.telegram_bot_token)
        material = "\x1f".join(secret.value for secret in known if secret is not None)
        return hashlib.sha256(material.encode()).digest() if material else secrets.token_bytes(32)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings in ``environ``; empty values count as unset.

    Raises SettingsError that names every wrong variable.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in fields(Settings):
        name = setting.name.upper()
        if given := environ.get(name, "").strip():
            try:
                values[setting.name] = setting.metadata["read"](given)
            except ValueError as error:
                problems.append(f"{name}: {error}")
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def missing_for_serve(settings: Settings) -> list[str]:
    """Return what to set so that ``serve`` has a platform; empty where it has one."""
    if settings.slack_http or settings.telegram_webhook:
        return []
    return [
        "Slack: set SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN (or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET)",
        "Telegram: set TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET",
    ]


def missing_for_workers(settings: Settings) -> list[str]:
    """Return what to set so that ``serve`` may have as many workers as it is told to; empty where it may."""
    if settings.web_concurrency == 1 or settings.redis_url is not None:
        return []
    return ["WEB_CONCURRENCY: more than one worker needs REDIS_URL, which they share; set that, or 1 here"]


def missing_for_run(settings: Settings) -> list[str]:
    """Return what to set so that ``run`` has a platform; empty where it has one."""
    if settings.slack_socket or settings.telegram_polling:
        return []
    return [
        "Slack: set SLACK_APP_TOKEN and SLACK_BOT_TOKEN",
        "Telegram: set TELEGRAM_BOT_TOKEN",
    ]
