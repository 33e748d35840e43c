"""Judges outgoing calls by code that is not ours: aiogram's models for the shape, teremok's rules for the rest."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import aiogram.methods
from aiogram import Bot
from aiogram.methods import SendMessage, TelegramMethod
from pydantic import BaseModel
from teremok.validation import validate_method

_METHODS: dict[str, type[TelegramMethod[Any]]] = {
    called: method
    for method in (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    if isinstance(method, type) and isinstance(called := getattr(method, "__api_method__", None), str)
}
_STRUCTURED = "[{"


@cache
def objection(case: str) -> str:
    """Return what :func:`judge` objects to in a call, given as JSON: its method and its parameters; else nothing."""
    method, params = json.loads(case)
    try:
        judge(method, params)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def judge(method: str, params: dict[str, Any]) -> None:
    """Raise where a call is not one that aiogram knows, has a field it does not, or breaks a rule of teremok."""
    decoded = {name: _decoded(value) for name, value in params.items()}
    call = _METHODS[method].model_validate(decoded)
    _refuse_extra(call, method)
    bot = _bot()
    validate_method(bot, call)
    for result in getattr(call, "results", None) or []:
        content = result.input_message_content
        sent = SendMessage(
            chat_id=1, text=content.message_text, parse_mode=content.parse_mode, reply_markup=result.reply_markup
        )
        validate_method(bot, sent)


@cache
def _bot() -> Bot:
    return Bot("42:judge")


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] and value[0] in _STRUCTURED:
        return json.loads(value)
    return value


def _refuse_extra(value: Any, place: str) -> None:
    """aiogram's models let unknown fields pass; we do not."""
    if isinstance(value, BaseModel):
        if value.model_extra:
            raise AssertionError(f"{place} has fields that the Bot API does not know: {sorted(value.model_extra)}")
        for name in type(value).model_fields:
            _refuse_extra(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_extra(item, f"{place}[{index}]")
