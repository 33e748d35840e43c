"""Places to turn to, those that an operator adds too: telephone numbers are whole, and none reports people to ICE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from content.checks.numbers import numbers_in
from content.schema.catalogue import Catalogue, Resource
from content.schema.errors import At, Key, Place, Problem

CALL_AGAIN_DAYS = 120
"""After so many days a local number is to be called again: these change within months."""
CALL_AGAIN = "call it, or look again, and write that day"

_CHANNEL = re.compile(r"C[A-Z0-9]{6,}")
_HANDLE = re.compile(r"[^\W_][\w.-]*")
_WORDS = re.compile(r"(?:[^\W\d_]{2,}\W+(?:\S+\W+)*?){2}[^\W\d_]{2,}")
"""Three words: what is equal in two languages by chance has fewer ("24 h", a name)."""
_SHORT = frozenset(("211", "311", "411", "511", "611", "711", "811", "911", "988"))
"""Official numbers of three digits."""
_EXTENSION = re.compile(r",?\s*(?:x|ext\.?|extensi[oó]n)\s*\d{1,6}$", re.IGNORECASE)
_MARKS = re.compile(r"[\d\s().+-]+")
_NORTH_AMERICAN = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
"""Neither the area code nor what follows it begins with 0 or 1."""
_INTERNATIONAL = re.compile(r"[2-9]\d{6,14}")
"""Behind the plus, the country's code first (ITU-T E.164); 1 is North America."""
_MADE_UP = re.compile(r"\d{3}\D{0,2}555\D?01\d\d\b")
"""Set aside for films and examples (https://nationalnanpa.com/number_resource_info/555_numbers.html)."""
_TIP_LINES = re.compile(r"866\W*(?:347\W*2423|DHS\W*2\W*ICE)|802\W*872\W*61(?:99|96)", re.IGNORECASE)
"""The line on which ICE takes reports, with those for calls from abroad and for typing (https://www.ice.gov/tipline)."""
_FORM = "write area code and number, 10 digits; or a short one such as 911; or + and the country's code"


def check_resource(resource: Resource, key: Key, place: Place, at: At) -> Iterator[Problem]:
    """Yield every mistake in ``resource`` but in what it names."""
    if resource.url is None and resource.phone is None:
        yield at(key, place, "needs a `url` or a `phone`: add one")
    for field in ("label", "note"):
        if told := tip_line(getattr(resource, field) or ""):
            yield at(key, (*place, field), told)
    if resource.phone is not None:
        if told := tip_line(resource.phone) or not_callable(resource.phone):
            yield at(key, (*place, "phone"), told)
        if key[-1] != "local" and resource.source is None:
            yield at(key, (*place, "phone"), "no `source:` confirms this number: add the official page that gives it")


def check_local(catalogue: Catalogue, at: At) -> Iterator[Problem]:
    """Yield every mistake in the operator's own file but in what it names."""
    key, default, used = ("local",), catalogue.languages[0], set[tuple[str | int, str]]()
    for field in ("contact", "resources"):
        given = getattr(catalogue.local, field)
        for code in sorted(given.keys() - catalogue.editions.keys()):
            known = ", ".join(f"`{name}`" for name in catalogue.languages)
            yield at(key, (field, code), f"there is no language `{code}`, only {known}: correct it")
        for code in sorted(catalogue.editions.keys() - given.keys()) if given else ():
            yield at(key, (field,), f"nothing for the language `{code}`: add it")
    for place, one in _written(catalogue):
        yield from check_resource(one, key, place, at)
        if any(one.id in edition.resources for edition in catalogue.editions.values()):
            yield at(key, (*place, "id"), f"`{one.id}` is a place in resources.yaml: choose another id")
        if (place[1], one.id) in used:
            yield at(key, place, f"`{one.id}` is used twice: choose another")
        used.add((place[1], one.id))
        if one.slack_channel and not _CHANNEL.fullmatch(one.slack_channel):
            message = f"`{one.slack_channel}` is no channel's id: C and letters and digits, from the channel's link"
            yield at(key, (*place, "slack_channel"), message)
        group = one.slack_user_group
        if group and (not _HANDLE.fullmatch(group) or group != group.lower()):
            message = f"`{group}` is no user group's handle: as it stands behind the @, in small letters, without it"
            yield at(key, (*place, "slack_user_group"), message)
    # A place may be there for one language only.
    for place, twin, own in _twins(catalogue):
        if twin.phone != own.phone and place[1] != default:
            yield at(key, (*place, "phone"), f"another phone than in `{default}` ({twin.phone}): make them equal")


def to_call_again(catalogue: Catalogue) -> Iterator[tuple[Place, Resource, date]]:
    """Yield all that the operator wrote, with its place, and the day on which to call or look again."""
    for place, resource in _written(catalogue):
        yield place, resource, resource.opened + timedelta(CALL_AGAIN_DAYS)


def called_long_ago(catalogue: Catalogue, today: date) -> str:
    """Return whom an operator is to call again by ``today``; "" where nobody."""
    named = dict.fromkeys(one.id for _, one, again in to_call_again(catalogue) if again <= today)
    return f"local.yaml: over {CALL_AGAIN_DAYS} days ago: {', '.join(named)}: {CALL_AGAIN}" if named else ""


def doubtful_local(catalogue: Catalogue, today: date, at: At) -> Iterator[Problem]:
    """Yield a warning for each local number to call again, and each note that its twin does not bear out."""
    for place, resource, again in to_call_again(catalogue):
        if again <= today:
            told = f"{resource.opened} is over {CALL_AGAIN_DAYS} days ago: {CALL_AGAIN}"
            yield at(("local",), (*place, "opened"), told)
    default = catalogue.languages[0]
    for place, twin, own in _twins(catalogue):
        here, there = twin.note or "", own.note or ""
        if here == there and _WORDS.search(here):
            yield at(("local",), (*place, "note"), f"the same text as in `{default}`: translate it")
        elif odd := ", ".join(sorted(numbers_in(here) ^ numbers_in(there))):
            yield at(("local",), (*place, "note"), f"other numbers than in `{default}` ({odd}): make them equal")


def _written(catalogue: Catalogue) -> Iterator[tuple[Place, Resource]]:
    for code, contact in catalogue.local.contact.items():
        yield ("contact", code), contact
    for code, resources in catalogue.local.resources.items():
        for index, resource in enumerate(resources):
            yield ("resources", code, index), resource


def _twins(catalogue: Catalogue) -> Iterator[tuple[Place, Resource, Resource]]:
    """Yield each place in another language, where it stands, behind the same one in the default language."""
    first = {(place[0], one.id): one for place, one in _written(catalogue) if place[1] == catalogue.languages[0]}
    for place, own in _written(catalogue):
        twin = first.get((place[0], own.id))
        if twin is not None and twin is not own:
            yield place, twin, own


def without_local_help(catalogue: Catalogue) -> str:
    """Return what to do where urgent help names nobody near in some language; "" where it does in all of them."""
    local = catalogue.local
    missing = [code for code in catalogue.languages if not local.resources.get(code)]
    told = f"local.yaml names no rapid-response line near you ({', '.join(missing)}), so people in urgent help see none"
    return f"{told}: docs/editing.md says where to look" if missing else ""


def not_callable(phone: str) -> str:
    """Return what is wrong with a telephone number and what to do; "" where it can be called."""
    number = _EXTENSION.sub("", phone)
    digits = "".join(char for char in number if char.isdigit())
    if not digits or _MADE_UP.search(number):
        return f"`{phone}` is no phone number: write the one that you have called"
    if not _MARKS.fullmatch(number):
        return f"`{phone}` holds more than a number: write one number in digits, and the rest in `note:`"
    if number.lstrip().startswith("+") and not digits.startswith("1"):
        right = bool(_INTERNATIONAL.fullmatch(digits))
    else:
        right = bool(_NORTH_AMERICAN.fullmatch(digits)) or digits in _SHORT
    count = f"{len(digits)} digits" if len(digits) != 1 else "1 digit"
    return "" if right else f"`{phone}` ({count}) is no phone number that can be called: {_FORM}"


def tip_line(text: str) -> str:
    """Return what to do where ``text`` names the line on which people are reported to ICE; "" where it does not."""
    found = _TIP_LINES.search(text)
    return f"`{found[0]}` is ICE's tip line, which takes reports of people: remove it" if found else ""
