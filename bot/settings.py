"""The environment, read once: every mistake is reported at once, by name, without the value."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import SettingsError

SLACK_API = "https://slack.com/api/"
TELEGRAM_API = "https://api.telegram.org"


def _shape(pattern: str, what: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: SecretStr) -> SecretStr:
        if not compiled.fullmatch(value.get_secret_value()):
            raise ValueError(f"must look like {what}")
        return value

    return AfterValidator(check)


def _https(value: AnyHttpUrl) -> AnyHttpUrl:
    if value.scheme != "https" and value.host not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("must start with https://")
    return value


SlackBotToken = Annotated[SecretStr, _shape(r"xox[be][-.][\w.-]+", "xoxb-… (OAuth & Permissions page)")]
SlackAppToken = Annotated[SecretStr, _shape(r"xapp-[\w.-]+", "xapp-… (Basic Information, App-Level Tokens)")]
Secret = Annotated[SecretStr, _shape(r"\S+", "one word without spaces")]
TelegramToken = Annotated[SecretStr, _shape(r"\d+:[\w-]{20,}", "123456:ABC… (from @BotFather)")]
RedisUrl = Annotated[SecretStr, _shape(r"(redis|rediss|unix)://\S+", "redis://user:password@host:6379/0 or rediss://…")]
DatabaseUrl = Annotated[
    SecretStr,
    _shape(r"(postgres|postgresql|sqlite)(\+\w+)?://\S*", "postgresql://user:password@host/name or sqlite:///…"),
]
WebhookSecret = Annotated[SecretStr, _shape(r"[A-Za-z0-9_-]{1,256}", "1 to 256 of A-Z a-z 0-9 _ -")]


class Settings(BaseModel):
    """What the environment says. Secrets show as stars; an unset variable is None or its default."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    slack_bot_token: SlackBotToken | None = None
    slack_signing_secret: Secret | None = None
    slack_app_token: SlackAppToken | None = None
    slack_client_id: str | None = None
    slack_client_secret: Secret | None = None
    telegram_bot_token: TelegramToken | None = None
    telegram_webhook_secret: WebhookSecret | None = None
    public_url: Annotated[AnyHttpUrl, AfterValidator(_https)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    redis_url: RedisUrl | None = None
    database_url: DatabaseUrl | None = None
    encryption_key: Secret | None = None
    slack_api_url: AnyHttpUrl = AnyHttpUrl(SLACK_API)
    telegram_api_url: AnyHttpUrl = AnyHttpUrl(TELEGRAM_API)

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
        """The key under which ids are hashed: the same on all machines with the same tokens."""
        known = (self.slack_signing_secret, self.slack_app_token, self.slack_bot_token, self.telegram_bot_token)
        material = "\x1f".join(secret.get_secret_value() for secret in known if secret is not None)
        return hashlib.sha256(material.encode()).digest() if material else secrets.token_bytes(32)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings in ``environ``; empty values count as unset.

    Raises SettingsError that names every wrong variable.
    """
    values: dict[str, Any] = {
        name: environ[name.upper()].strip() for name in Settings.model_fields if environ.get(name.upper(), "").strip()
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = [
            f"{str(item['loc'][0]).upper()}: {_reason(item)}"
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError(problems) from None


def _reason(item: Any) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    return message if message.startswith("must") else f"{message[0].lower()}{message[1:]}"


def missing_for_serve(settings: Settings) -> list[str]:
    """Return what to set so that ``serve`` has a platform; empty where it has one."""
    if settings.slack_http or settings.telegram_webhook:
        return []
    return [
        "Slack: set SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN (or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET)",
        "Telegram: set TELEGRAM_BOT_TOKEN and TELEGRAM_WEBHOOK_SECRET",
    ]


def missing_for_run(settings: Settings) -> list[str]:
    """Return what to set so that ``run`` has a platform; empty where it has one."""
    if settings.slack_socket or settings.telegram_polling:
        return []
    return [
        "Slack: set SLACK_APP_TOKEN and SLACK_BOT_TOKEN",
        "Telegram: set TELEGRAM_BOT_TOKEN",
    ]
