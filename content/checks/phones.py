"""Telephone numbers: whole ones that somebody can call from California, and none that reports people to ICE."""

from __future__ import annotations

import re

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
