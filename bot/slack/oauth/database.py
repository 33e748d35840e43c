"""DATABASE_URL: the engine for it, with the options that hosting platforms write into it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.settings import HIGHEST_PORT, SettingsError

DATABASE_SECONDS = 5
"""The longest that the database may take to connect, or for one statement."""

_POSTGRES = "postgresql+asyncpg"
_DRIVERS = {"postgres": _POSTGRES, "postgresql": _POSTGRES, "sqlite": "sqlite+aiosqlite"}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS = ("sslmode", "application_name", "connect_timeout", "channel_binding", "host", "port", "user", "password")
_UNUSED = ("connect_timeout", "channel_binding")
"""Options without an effect: the bot's own limit holds, and the driver cannot bind channels."""
_UNPREPARED: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}
"""No statement is kept prepared under a name: behind a pooler in transaction mode the next one runs elsewhere."""


_STATES = {
    "28P01": "wrong password",
    "28000": "user refused",
    "3D000": "no such database",
    "42703": "a column is missing",
    "42P01": "a table is missing",
    "42501": "its user lacks rights",
    "25006": "only for reading",
    "26000": "a pooler that loses statements",
    "42P05": "a pooler that loses statements",
}
"""What no waiting mends, by PostgreSQL's code (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_VIOLATION = "08P01"
"""PgBouncer's one code for whatever it refuses, or the server refuses to it: only the words tell (1.18)."""
_WORDS = {
    "statement pooling mode": "a pooler in statement mode",
    "authentication failed": "wrong password",
    "not permitted to log in": "user refused",
    "permission denied": "its user lacks rights",
    "no such database|database .* does not exist": "no such database",
}
_SQLITE = {
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_NOTADB": "the file is no database",
    "SQLITE_READONLY": "only for reading",
    "SQLITE_READONLY_DIRECTORY": "only for reading",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_PERM": "its user lacks rights",
    "SQLITE_ERROR": "a table or column is missing",
}
"""The same by SQLite's name of it (https://www.sqlite.org/rescode.html)."""


def fault_of(error: BaseException | None) -> str:
    """Return what is wrong with the database or its address, or "" where it is only away."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = str(getattr(error, "sqlstate", "") or "")
        if found := _STATES.get(state) or _SQLITE.get(getattr(error, "sqlite_errorname", "")):
            return found
        if state == _VIOLATION:
            return next((found for words, found in _WORDS.items() if re.search(words, str(error))), "")
        error = getattr(error, "orig", None) or error.__cause__
    return ""


def open_engine(url: str) -> AsyncEngine:
    """Return an engine for ``url`` (as hosting platforms write it: ``postgres://…?sslmode=require``, ``sqlite:///…``).

    Bound values, tokens among them, stay out of its errors. Raises SettingsError where the URL is of no use.
    """
    try:
        target = make_url(re.sub(r"^(\w+)(?=:)", lambda found: _DRIVERS.get(found[1], found[1]), url))
        target, limits = _read_options(target)
        engine = create_async_engine(target, hide_parameters=True, pool_pre_ping=True, connect_args=limits)
        if target.drivername == _POSTGRES:
            _check_address(target, engine.dialect.create_connect_args(target)[1])
    except (SQLAlchemyError, ImportError, ValueError):
        problem = "DATABASE_URL: must look like postgresql://user:password@host/name or sqlite:///file.db"
        raise SettingsError([problem]) from None
    return engine


def _read_options(target: URL) -> tuple[URL, dict[str, Any]]:
    """Return ``target`` with the options that its driver takes from it, and what the driver is given beside it.

    Raises SettingsError for an option that is not known: with it the driver would fail whenever it connects.
    """
    limits: dict[str, Any] = {"timeout": DATABASE_SECONDS}
    if target.drivername != _POSTGRES:
        if target.query:
            raise SettingsError(["DATABASE_URL: cannot be used: leave out what follows the ?; SQLite takes no options"])
        return target, limits
    query = {name: value for name, value in target.query.items() if name not in _UNUSED}
    # SQLAlchemy's own word for it is taken too.
    mode = query.pop("sslmode", query.pop("ssl", None))
    name = query.pop("application_name", None)
    texts = (query.get("user", ""), query.get("password", ""), name or "")
    if (
        query.keys() - set(_OPTIONS)
        or mode not in (None, *_SSL_MODES)
        or not all(isinstance(text, str) for text in texts)
    ):
        # The wrong option is not named: in an address that was put together wrongly it may be a part of the password.
        known = f"known options are {', '.join(_OPTIONS)}; sslmode is one of {', '.join(_SSL_MODES)}"
        raise SettingsError([f"DATABASE_URL: cannot be used: leave out all unknown options; {known}"])
    if mode:
        query["ssl"] = mode
    if name:
        limits["server_settings"] = {"application_name": name}
    limits["command_timeout"] = DATABASE_SECONDS
    limits |= _UNPREPARED
    return target.set(query=query), limits


def _check_address(target: URL, arguments: Mapping[str, Any]) -> None:
    """Raise SettingsError for a port that is none, ValueError for such a host: connecting would fail unforeseen."""
    hosts, ports = (found if isinstance(found, list) else [found] for found in map(arguments.get, ("host", "port")))
    if target.port == 0 or not all(port is None or 1 <= port <= HIGHEST_PORT for port in ports):
        raise SettingsError([f"DATABASE_URL: cannot be used: its port must be a number from 1 to {HIGHEST_PORT}"])
    for host in hosts:
        if host and not host.startswith("/"):
            host.encode("idna")
