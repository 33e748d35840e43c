"""The environment: everything wrong is named at once, and no value is ever shown."""

from __future__ import annotations

import traceback
from dataclasses import fields

import pytest

from bot.settings import SettingsError, missing_for_run, missing_for_serve, read_settings

TELEGRAM = "123456:abcdefghijklmnopqrstuvwxyz"
RIGHT = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "s",
    "TELEGRAM_BOT_TOKEN": TELEGRAM,
    "TELEGRAM_WEBHOOK_SECRET": "A-z_9",
    "PUBLIC_URL": "https://bot.example.org",
    "WEB_CONCURRENCY": "4",
    "PORT": "8080",
    "BEHIND_PROXY": "yes",
    "STATUS_PORT": "9100",
    "GAPS_FOLDER": "gaps",
    "METRICS_TOKEN": "tok3n",
    "REDIS_URL": "rediss://user:password@host:6379/0",
    "DATABASE_URL": "postgres://user:password@host/name",
    "ENCRYPTION_KEY": "key",
    "STATE_SECRET": "0123456789abcdef0123456789abcdef",
    "SLACK_API_URL": "http://127.0.0.1:1/api/",
    "TELEGRAM_API_URL": "http://127.0.0.1:1",
}
WRONG = {
    "SLACK_BOT_TOKEN": "MARK xoxp-1",
    "SLACK_SIGNING_SECRET": "MARK two words",
    "SLACK_APP_TOKEN": "MARK",
    "SLACK_CLIENT_SECRET": "MARK two words",
    "TELEGRAM_BOT_TOKEN": "MARK:short",
    "TELEGRAM_WEBHOOK_SECRET": "MARK/slash",
    "PUBLIC_URL": "http://MARK.example.org",
    "PORT": "MARK",
    "BEHIND_PROXY": "MARK",
    "STATUS_PORT": "MARK",
    "REDIS_URL": "http://MARK:6379",
    "DATABASE_URL": "mysql://MARK@host/name",
    "ENCRYPTION_KEY": "MARK two words",
    "STATE_SECRET": "MARK-that-is-too-short",
    "SLACK_API_URL": "MARK",
    "TELEGRAM_API_URL": "MARK",
}


def test_everything_right_is_taken() -> None:
    settings = read_settings(RIGHT)
    assert settings.slack_http
    assert settings.slack_socket
    assert settings.slack_oauth
    assert settings.telegram_webhook
    assert settings.telegram_polling
    assert settings.port == 8080


def test_everything_wrong_is_named_at_once_without_its_value() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(WRONG)
    assert {problem.partition(":")[0] for problem in caught.value.problems} == set(WRONG)
    assert "MARK" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", sorted(WRONG))
def test_each_is_found_wrong_alone(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: must"):
        read_settings(RIGHT | {name: WRONG[name]})


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8_080", "٨", "8080.0", "00001000000", "9" * 5000])
def test_a_port_that_is_none_is_found(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^PORT: must be a number from 1 to 65535$"):
        read_settings({"PORT": value})


@pytest.mark.parametrize("name", ["PUBLIC_URL", "SLACK_API_URL", "TELEGRAM_API_URL"])
@pytest.mark.parametrize(
    "value",
    ["MARK.example.org", "ftp://MARK.example", "https://", "https:///MARK", "https://MARK:0", "https://MARK:x",
     "https://MARK:99999", "https://[MARK", "https://MARK\N{DOUBLE EXCLAMATION MARK}.example℀", "https://MARK example",
     "https://MARK:word@host.example", "https://MARK..example", f"https://MARK{'x' * 60}.example",
     "https://host.example/?q=MARK", "https://host.example/#MARK", "https://host.example/\udcffMARK"],
)  # fmt: skip
def test_an_address_that_is_none_is_found_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: must look like https://host/path$") as caught:
        read_settings({name: value})
    assert "MARK" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEY", "SLACK_BOT_TOKEN"])
def test_a_secret_of_other_than_ascii_is_found(name: str) -> None:
    for value in ("xoxb-\udcff", "xoxb-\N{ARABIC-INDIC DIGIT ONE}", "xoxb-\N{LATIN SMALL LETTER N WITH TILDE}"):
        with pytest.raises(SettingsError, match=f"^{name}: must look like"):
            read_settings({name: value})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_only_this_machine_may_be_public_without_tls(host: str) -> None:
    assert read_settings({"PUBLIC_URL": f"http://{host}:8000"}).public_url == f"http://{host}:8000"


def test_secrets_show_as_nothing() -> None:
    settings = read_settings(RIGHT)
    shown = f"{settings!r}{settings}{settings.slack_bot_token}{settings.slack_bot_token!r}"
    for name in ("SLACK_BOT_TOKEN", "TELEGRAM_BOT_TOKEN", "REDIS_URL", "DATABASE_URL", "SLACK_APP_TOKEN"):
        assert RIGHT[name] not in shown


def test_empty_and_blank_count_as_unset() -> None:
    assert read_settings({"SLACK_BOT_TOKEN": "", "PORT": "  "}) == read_settings({})


@pytest.mark.parametrize(
    ("environ", "serve", "run"),
    [
        ({}, False, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, True, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, False, True),
        ({"SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s"}, True, False),
        ({"TELEGRAM_BOT_TOKEN": TELEGRAM}, False, True),
        ({"TELEGRAM_BOT_TOKEN": TELEGRAM, "TELEGRAM_WEBHOOK_SECRET": "s"}, True, True),
        ({"TELEGRAM_WEBHOOK_SECRET": "s"}, False, False),
    ],
)
def test_what_each_way_of_running_needs(environ: dict[str, str], serve: bool, run: bool) -> None:
    settings = read_settings(environ)
    assert (not missing_for_serve(settings), not missing_for_run(settings)) == (serve, run)


def test_machines_with_the_same_tokens_hash_alike_and_others_do_not() -> None:
    one = read_settings({"TELEGRAM_BOT_TOKEN": TELEGRAM, "PORT": "1"})
    assert one.hash_secret == read_settings({"TELEGRAM_BOT_TOKEN": TELEGRAM, "PORT": "2"}).hash_secret
    assert one.hash_secret != read_settings({"TELEGRAM_BOT_TOKEN": TELEGRAM + "x"}).hash_secret
    assert read_settings({}).hash_secret != read_settings({}).hash_secret


def test_what_ids_are_hashed_under_hangs_on_the_state_secret_alone_where_there_is_one() -> None:
    secret = {"STATE_SECRET": "a" * 32}
    one = read_settings(secret | {"TELEGRAM_BOT_TOKEN": TELEGRAM})
    assert one.hash_secret == read_settings(secret | {"TELEGRAM_BOT_TOKEN": TELEGRAM + "x"}).hash_secret
    assert one.hash_secret != read_settings({"STATE_SECRET": "b" * 32, "TELEGRAM_BOT_TOKEN": TELEGRAM}).hash_secret
    assert one.hash_secret != read_settings({"TELEGRAM_BOT_TOKEN": TELEGRAM}).hash_secret


def test_each_setting_can_be_read_from_a_variable_of_its_name() -> None:
    settings = read_settings(RIGHT)
    assert {field.name.upper() for field in fields(settings)} == set(RIGHT)
    assert [field.name for field in fields(settings) if getattr(settings, field.name) == field.default] == []
