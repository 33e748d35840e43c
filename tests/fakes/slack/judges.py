"""Judges of what the bot sends to Slack, none of them ours: slack_sdk's validators and the slackblocks library."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import slackblocks as sb
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

_IN_CONTAINERS = {
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
}  # fmt: skip
"""https://docs.slack.dev/reference/block-kit/blocks/container-block"""


def judge_message(payload: dict[str, Any]) -> None:
    """Raise where ``payload`` (fields of a message) is one that slack_sdk or slackblocks refuses."""
    words = {"text": payload["text"], "blocks": payload.get("blocks") or []}
    _judge_message(json.dumps(words), payload.get("channel") or "C1")


@cache
def _judge_message(words: str, channel: str) -> None:
    """As :func:`judge_message`: what passed once in this process needs no second hearing."""
    payload = json.loads(words)
    blocks = payload["blocks"]
    for block in Block.parse_all(blocks):
        block.to_dict()
    assert [_bare(block.to_dict()) for block in Block.parse_all(blocks)] == [_bare(block) for block in blocks]
    # slackblocks does not know the container, which is judged by slack_sdk above and, for its children, here.
    blocks = [child for block in blocks for child in _opened(block)]
    built = [to_slackblocks(block) for block in blocks]
    message = sb.Message(channel=channel, text=payload["text"], blocks=built or None)
    assert [_bare(block) for block in message.to_dict().get("blocks", [])] == [_bare(block) for block in blocks]
    _distinct(blocks)
    _well_formed(payload["text"])
    assert payload["text"].strip(), "a message without text says nothing to a screen reader"
    assert len(payload["text"]) <= 40_000


def judge_view(view: dict[str, Any]) -> None:
    """Raise where ``view`` is a Home tab that slack_sdk or slackblocks refuses."""
    _judge_view(json.dumps(view))


@cache
def _judge_view(words: str) -> None:
    view = json.loads(words)
    View(**view).to_dict()
    built = sb.HomeTabView([to_slackblocks(block) for block in view["blocks"]], callback_id=view.get("callback_id"))
    assert [_bare(block) for block in built.to_dict()["blocks"]] == [_bare(block) for block in view["blocks"]]
    _distinct(view["blocks"])


def _opened(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a container holds, of the kinds that Slack documents in one; any other block alone."""
    if block["type"] != "container":
        return [block]
    _only(block, {"type", "block_id", "title", "child_blocks", "is_collapsible", "default_collapsed"})
    _text(block["title"])
    assert {child["type"] for child in block["child_blocks"]} <= _IN_CONTAINERS
    children: list[dict[str, Any]] = block["child_blocks"]
    return children


def to_slackblocks(block: dict[str, Any]) -> sb.Block:
    """Return ``block`` as slackblocks would have built it; unknown kinds and fields raise."""
    block_id = block.get("block_id")
    match block["type"]:
        case "header":
            _only(block, {"type", "text", "block_id"})
            return sb.HeaderBlock(_text(block["text"]), block_id)
        case "section":
            _only(block, {"type", "text", "block_id"})
            return sb.SectionBlock(_text(block["text"]), block_id)
        case "context":
            _only(block, {"type", "elements", "block_id"})
            return sb.ContextBlock([_text(element) for element in block["elements"]], block_id)
        case "actions":
            _only(block, {"type", "elements", "block_id"})
            return sb.ActionsBlock([_element(element) for element in block["elements"]], block_id)
        case "context_actions":
            _only(block, {"type", "elements", "block_id"})
            return sb.ContextActionsBlock([_votes(element) for element in block["elements"]], block_id)
        case kind:
            raise AssertionError(f"unknown block {kind}")


def _text(text: dict[str, Any]) -> sb.Text:
    _only(text, {"type", "text", "emoji", "verbatim"})
    if text["type"] == "mrkdwn":
        _well_formed(text["text"])
    kind = sb.TextType.MARKDOWN if text["type"] == "mrkdwn" else sb.TextType.PLAINTEXT
    return sb.Text(text["text"], kind, emoji=text.get("emoji", False), verbatim=text.get("verbatim", False))


def _element(element: dict[str, Any]) -> sb.Button | sb.StaticSelectMenu:
    if element["type"] != "static_select":
        return _button(element)
    _only(element, {"type", "action_id", "placeholder", "options"})
    assert len(element["options"]) <= 100
    options = []
    for option in element["options"]:
        _only(option, {"text", "value"})
        options.append(sb.Option(_text(option["text"]), option["value"]))
    return sb.StaticSelectMenu(element["action_id"], options, placeholder=_text(element["placeholder"]))


def _button(element: dict[str, Any]) -> sb.Button:
    _only(element, {"type", "text", "action_id", "url", "value", "style", "accessibility_label"})
    assert element["type"] == "button"
    assert ("value" in element) is not ("url" in element), "a button does something or leads somewhere"
    return sb.Button(
        _text(element["text"]),
        action_id=element["action_id"],
        url=element.get("url"),
        value=element.get("value"),
        style=element.get("style"),
        accessibility_label=element["accessibility_label"],
    )


def _votes(element: dict[str, Any]) -> sb.FeedbackButtons:
    _only(element, {"type", "action_id", "positive_button", "negative_button"})
    yes, no = (
        sb.FeedbackButton(_text(half["text"]), half["value"], half["accessibility_label"])
        for half in (element["positive_button"], element["negative_button"])
    )
    return sb.FeedbackButtons(yes, no, element["action_id"])


def _well_formed(mrkdwn: str) -> None:
    """Angle brackets only ever enclose a whole link or mention; a bare ampersand begins one of three escapes."""
    rest = re.sub(r"<(?:https://|@|#C)[^<>\n]+>", "", mrkdwn)
    assert "<" not in rest, mrkdwn
    assert ">" not in rest, mrkdwn
    assert not re.search(r"&(?!amp;|lt;|gt;)", rest), mrkdwn


def _only(data: dict[str, Any], allowed: set[str]) -> None:
    assert set(data) <= allowed, set(data) - allowed


def _bare(value: Any) -> Any:
    """Drop what slackblocks adds by itself (random block ids) or leaves out where it is the default."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    dropped = {"block_id"} | ({"emoji"} if value.get("emoji") is False else set())
    return {name: _bare(item) for name, item in value.items() if name not in dropped}


def _distinct(blocks: list[dict[str, Any]]) -> None:
    """Block ids in a message, and action ids in a block, must differ (https://docs.slack.dev/reference/block-kit)."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(names) == len(set(names)), names
    for block in blocks:
        ids = [element["action_id"] for element in block.get("elements", []) if "action_id" in element]
        assert len(ids) == len(set(ids)), ids
