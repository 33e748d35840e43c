"""Slips of the keyboard in a text: marks, quotes, brackets, spaces and letters that are not as the rest is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Slip = tuple[re.Pattern[str], str, str]
"""What it looks like, how editors call it, and what to do."""

_ANYWHERE: tuple[Slip, ...] = (
    (re.compile(r"(?<=\S)  +"), "two spaces in a row", "leave one"),
    (re.compile(r"(?<!\.)\.\.(?!\.)|,,|;;"), "a mark typed twice", "leave one"),
)
"""Of every language, cards in any script too."""
_LINE_BREAK: Slip = (re.compile(r"\n"), "a line break", "write it as one paragraph")
_SPELT: tuple[Slip, ...] = (
    (re.compile(r"(?<=\w) [.,;](?!\S)"), "a space before a mark", "remove it"),
    (re.compile(r"\b(\w{2,}) \1\b", re.IGNORECASE), "a word written twice", "leave one, or say it otherwise"),
)
"""Of the languages that the bot answers in, whatever their script."""
_LATIN: tuple[Slip, ...] = (
    (re.compile(r"(?:(?<=\S) +[?!:)\]]|(?<=\W) +[.,;])(?!\w)"), "a space before a mark", "remove it"),
    (re.compile(r"[(\[¿¡] "), "a space behind an opening mark", "remove it"),
    (
        re.compile(r"(?:[^\W_]{2}|[\d)\"'])[.!?;:][^\W\d_]|[\w)],[^\W\d_]|[^\W\d_],\d"),
        "no space behind a mark",
        "add it",
    ),
    (re.compile(r"[^\W\d_]{2}\((?!e?s\)|[ao]s?\))"), "no space before a bracket", "add it"),
    (re.compile(r"[!?]{2}|,[.,:;]|;[,.:]|:[,.;]|[?!][.,](?!\S)"), "two marks in a row", "leave one"),
    (re.compile(r"\b([^\W\d_]) \1\b", re.IGNORECASE), "a letter written twice", "leave one, or say it otherwise"),
    (re.compile(r"(?<!\S)([^.!?]{12,}[.!?]) \1"), "a sentence written twice", "leave one"),
    (re.compile(r"\.\.\.|…"), "dots in place of words", "write the sentence to its end"),
    (re.compile(r"\b\d{1,4}[/-]\d{1,2}[/-]\d{2,4}\b"), "a date in digits", "write its month as a word"),
    (re.compile(r"--| - "), "a hyphen for a dash", "write a colon, a comma, or two sentences"),
    (
        re.compile("[\u2010-\u2015\u2212]"),
        "a dash or a hyphen of another kind",
        "write a colon, a comma, or a plain hyphen",
    ),
    (
        re.compile(
            r"\b(?:Attorney General|Governor|Sheriff|President|Fiscal General|Gobernadora?|Presidente)"
            r" (?!of |de )[A-Z][a-zé]"
        ),
        "who holds an office",
        "name the office: who holds it changes",
    ),
    (re.compile(r"\b[SA]B\d|\b[SA]\. ?B\. ?\d"), "a law's number written otherwise", "write it such as SB 54"),
    (re.compile(r"(?<!\S)#(?!\S)"), "a number sign alone", "remove it: within a text it begins no comment"),
    (
        re.compile(r"\d,\d{1,2}(?!\d)|\b[1-9]\d{0,2}\.000(?!\d)|\$\d+\.\d{3}|\d ?\$|\$ \d|\d %"),
        "a number written otherwise",
        "write it such as $1,500 or 43.6",
    ),
    (
        re.compile(r"(?<![\d.,])(?:10[1-9]|1[1-9]\d|[2-9]\d\d|\d{4,})(?:\.\d+)?(?:%| percent| por ciento)"),
        "more than all",
        "correct the share",
    ),
    (re.compile("[‘’‚“”„«»´]|''"), "a quote or apostrophe of another kind", "write the straight one (\" or ')"),
    (
        re.compile("[\t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"),
        "a space of another kind",
        "type it anew",
    ),
    (re.compile("[\u200c-\u200f]"), "an invisible character", "type the words anew"),
    (re.compile("[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]"), "an emoji", "say it in words"),
    (re.compile("[\ufb00-\ufb06\uff01-\uffef]"), "letters as print or other scripts have them", "type the word anew"),
    (re.compile("\\w[\u0300-\u036f]"), "an accent beside its letter", "type the letter anew"),
    (re.compile(r"\b[A-Z]{2}[a-z]{2,}"), "two capitals at a word's start", "leave one"),
    (re.compile(r"\b[a-z]+[A-Z]"), "a capital within a word", "write it small"),
    (re.compile(r"\d[OolI]\d"), "a letter among digits", "type the number anew"),
    (
        re.compile(r"(?:[^\W\d_]{4,}|[A-Z]{3,})[.!?] [a-zß-ÿ]"),
        "a small letter at a sentence's start",
        "write a capital",
    ),
)
"""Of English and Spanish, as they are written here: other languages have marks and quotes of their own."""
_HERE = ("en", "es")
_ENGLISH = re.compile(
    r"\b(?:I|you|your|the|is|are|am|what|do|does|with|of|to|and|which|who|can|has|it|for|this)\b", re.IGNORECASE
)
_SPANISH_WORDS = re.compile(r"\b(?:el|la|los|las|de|del|que|un|una|y|en|por|para|su|se|es|con|al)\b", re.IGNORECASE)
_ASKED = re.compile(r"[^.!?¿¡(\"/\n]*[?!]")
_OPENED = re.compile(r"[¿¡][^?!]*$|[¿¡](?=[^?!]*[¿¡])")
_MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_MESES = "(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
_OTHERWISE = "a date written otherwise"
_ENGLISH_ONLY: tuple[Slip, ...] = (
    (
        re.compile(
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b|\b{_MONTHS} \d{{1,2}}(?:st|nd|rd|th| \d{{4}})\b"
            r"|\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.? \d"
        ),
        _OTHERWISE,
        "write it such as January 27, 2026",
    ),
    (re.compile(r"\bit's own\b", re.IGNORECASE), "it's for its", "write its"),
    (
        re.compile(r"\ba (?!on(?:e|ce)\b|u|eu)[aeiou]\w|\ban (?!h)[b-df-hj-np-tv-z][a-z]"),
        "a for an, or an for a",
        "write the other",
    ),
)
_SPANISH: tuple[Slip, ...] = (
    (
        re.compile(rf"\b{_MESES} (?:\d{{1,2}}|\d{{4}})\b|\b\d{{1,2}} {_MESES}\b"),
        _OTHERWISE,
        "write it such as 27 de enero de 2026",
    ),
    (re.compile(r"\b(?:[Dd]e|[Aa]) el\b"), "two words for del or al", "write the one"),
    (
        re.compile(r"\bde (?:Ene|Feb|Mar|Abr|May|Jun|Jul|Ago|Sep|Oct|Nov|Dic)[a-z]*\b"),
        "a month in capitals",
        "write it small",
    ),
    (
        re.compile(
            r"\b(?:(?!suspicion|coercion)\w+cion|policias?|tambien|segun|ningun|despues|ademas|detras|telefonos?|aqui|todavia|mayoria"
            r"|fiscalia|ciudadania|carcel|codigo|numeros?)\b",
            re.IGNORECASE,
        ),
        "a word without its accent",
        "write it with it",
    ),
    (
        re.compile(
            r"\b(?:vos|vosotr[oa]s|\w+(?:áis|(?<!s)éis|steis)|tú|tus?|ti|te|contigo|tuy[oa]s?|eres|estás|vas|tienes|puedes|debes|quieres|sabes|haces|necesitas"
            r"|vives|hablas|llamas|trabajas|fuiste|hiciste|dijiste|tuviste|recibiste|firmaste|dime|hazlo|ponte|escríbeme"
            r"|avísame|llámame|\w*[áéí]\w{1,3}ate|no (?:te |l[aeo]s? )?(?:abras|firmes|digas|hables|corras|mientas"
            r"|dejes|manejes|vayas|tengas|hagas|respondas|contestes|resistas|salgas|uses|olvides|compartas|aceptes))\b",
            re.IGNORECASE,
        ),
        "tú, where the bot says usted",
        "write usted, and its verb",
    ),
)
MOST_TEXTS = 1 << 15
"""What is found in a text is kept for so many: where there are more texts than places, none of them is found again."""
_PAIRS = {")": "(", "]": "["}
_SENTENCES = frozenset(
    ("short", "for_you", "text", "after", "steps", "say", "note", "meaning", "closing", "does", "binds", "status")
)
"""Fields of whole sentences."""
_LABELS = frozenset(("title", "short_title", "heading", "term", "label"))
_END = re.compile(r"[.!?][\"')]*$")
_STOPPED = re.compile(r"(?:[^A-Z]\.|[,:;])$")


@lru_cache(maxsize=MOST_TEXTS)
def slips(text: str, lang: str | None, field: str = "", *, lines: bool = False) -> tuple[str, ...]:
    """Return what is typed wrongly in ``text``, each with what to do.

    ``lang`` is one of the languages that the bot answers in, None where the text is on a card in another. ``field``
    says whether it is a sentence, a label or neither; ``lines``: it may have more than one.
    """
    return tuple(_slips(text, lang, field, lines=lines))


def _slips(text: str, lang: str | None, field: str, *, lines: bool) -> Iterator[str]:
    here = lang in _HERE
    kinds = [*([] if lines else [_LINE_BREAK]), *_ANYWHERE, *(_SPELT if lang else ()), *(_LATIN if here else ())]
    # A text that is left in English has other things to be told of it.
    spanish = lang == "es" and len(_ENGLISH.findall(text)) <= len(_SPANISH_WORDS.findall(text))
    kinds += _SPANISH if spanish else _ENGLISH_ONLY if lang == "en" else ()
    for slip, what, remedy in kinds:
        if found := slip.search(text):
            yield f"{found[0]!r}: {what}: {remedy}"
    if here:
        yield from _unpaired(text)
        yield from _ends(text, field)
    if spanish:
        yield from _unopened(text)


def _unpaired(text: str) -> Iterator[str]:
    """Yield the bracket or quote that stands alone."""
    if text.count('"') % 2:
        yield "'\"': a quote that does not begin or does not end: add the other, or remove it"
    opened: list[str] = []
    for letter in text:
        if letter in _PAIRS.values():
            opened.append(letter)
        elif letter in _PAIRS and (not opened or opened.pop() != _PAIRS[letter]):
            yield f"{letter!r}: a bracket that nothing opens: remove it, or add the other"
            return
    if opened:
        yield f"{opened[-1]!r}: a bracket that does not end: close it"


def _ends(text: str, field: str) -> Iterator[str]:
    """Yield how a sentence or a label begins or ends otherwise than all the others."""
    if field in _SENTENCES and not _END.search(text):
        yield f"{text[-20:]!r}: a sentence without its end: add the full stop"
    if field in _LABELS and (found := _STOPPED.search(text)):
        yield f"{found[0]!r}: a mark at the end of a title or a label: remove it"
    if field in _SENTENCES | _LABELS and text[:1].islower():
        yield f"{text[:20]!r}: a small letter at the beginning: write a capital"
    if field in _LABELS and text.isupper() and len(text.split()) > 2:
        yield f"{text[:20]!r}: all in capitals: write small letters"


def _unopened(text: str) -> Iterator[str]:
    """Yield the Spanish question or cry that does not begin, or does not end, as such; English ones may stand by."""
    for found in _ASKED.finditer(text):
        sign = {"?": "¿", "!": "¡"}[found[0][-1]]
        if text[found.start() - 1 : found.start()] not in ("¿", "¡") and not _ENGLISH.search(found[0]):
            yield f"{found[0].strip()[-30:]!r}: no {sign} at its beginning: add it"
            return
    if open_ended := _OPENED.search(text):
        yield f"{open_ended[0][:30]!r}: begun with {open_ended[0][0]} and not ended: add its end"
