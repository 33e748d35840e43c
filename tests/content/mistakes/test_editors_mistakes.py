"""What editors do wrong, one of each kind, in every kind of file: `faqbot check` refuses it or warns, and says where.

The finer points of each rule stand in the other tests beside this one; here the command itself is run on the content in
all languages, as an editor has it before them.
"""

# ruff: noqa: E501  # one slip a line, so that they can be read as a list
from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from content.reading.compiled import load_catalogue
from tests.content.mistakes.mistakes import ENTRY, copy_content, line_of
from tests.fakes.lent import Lent

SPANISH = ENTRY.replace("en/", "es/")
SAMPLES = "en/samples/05-oversight.yaml"
LAWS, SOURCES, CARD = "laws.yaml", "sources.yaml", "languages/ht.yaml"
FEWEST_KINDS = 200
IN_SHORT = r"side, not ICE\."
NUMBER, OTHER_NUMBER = "1-800-898-7180", "1-888-351-4024"
LOCAL = "resources:\n  en:\n    - {{id: a, label: {0}, phone: {1}, opened: {2}}}\n  es:\n    - {{id: a, label: A, phone: {1}, opened: 2026-11-24}}\n"
CONTACT = f"contact:\n  en: {{id: a, label: A, phone: {NUMBER}, opened: 2026-11-24}}\n  es: {{id: a, label: A, phone: {NUMBER}, opened: 2026-11-24}}\n"
Deed = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Slip:
    """A deed below the content folder, and what `check` must say of it in ``file``, on the line of ``at`` or the first.

    ``warned``: the check goes on, and the line is a warning. ``ends``: nothing is said behind ``says``.
    """

    name: str
    deed: Deed
    file: str
    says: str
    at: str | None = None
    warned: bool = False
    ends: bool = False


def edit(file: str, old: str, new: str) -> Deed:
    """Return the deed that puts ``new`` for the first match of ``old`` in ``file``, both as in ``re.sub``."""

    def do(root: Path) -> None:
        path = root / file
        changed, count = re.subn(old, new, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
        assert count == 1, f"{file} has nothing like {old!r}: this test needs another place for its mistake"
        path.write_text(changed, "utf-8")

    return do


def add(file: str, text: str) -> Deed:
    """Return the deed that writes ``text`` at the end of ``file``, which may be new."""

    def do(root: Path) -> None:
        path = root / file
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as written:
            written.write(text)

    return do


def noted(english: str, spanish: str) -> str:
    """Return local help with a note in each language."""
    first, second = LOCAL.format("A", NUMBER, "2026-11-24").split("  es:")
    said = [part.replace("opened", f"note: '{note}', opened") for part, note in ((first, english), (second, spanish))]
    return "  es:".join(said)


def recode(file: str, encoding: str) -> Deed:
    """Return the deed that saves ``file`` in another encoding."""
    return lambda root: (root / file).write_bytes((root / file).read_text("utf-8").encode(encoding, "replace"))


def move(old: str, new: str) -> Deed:
    """Return the deed that renames a file or folder."""
    return lambda root: (root / old).rename(root / new)


def remove(file: str) -> Deed:
    """Return the deed that deletes ``file``."""
    return lambda root: (root / file).unlink()


def hand_edit_built(root: Path) -> None:
    """Change a text in what is made from the YAML, not in the YAML."""
    load_catalogue(root)
    edit("built/catalogue.json", "Who checks task forces", "Who watches task forces")(root)


def copy_short(root: Path) -> None:
    """Put the English short answer into the Spanish file."""
    short = re.compile(r"^short: >-\n(?:  .*\n)+", re.MULTILINE)
    found = short.search((root / ENTRY).read_text("utf-8"))
    assert found
    path = root / SPANISH
    path.write_text(short.sub(found[0], path.read_text("utf-8")), "utf-8")


def repeat_point(root: Path) -> None:
    """Put the first point's text into the second."""
    path = root / ENTRY
    first, second = list(re.finditer(r"(?<=    text: >-\n)(?:      .*\n)+", path.read_text("utf-8")))[:2]
    path.write_text(path.read_text("utf-8").replace(second[0], first[0], 1), "utf-8")


def in_short(new: str, says: str) -> tuple[Deed, str, str, str]:
    """Return what a slip in an entry's short answer needs."""
    return edit(ENTRY, IN_SHORT, f"side, {new}"), ENTRY, says, "^short:"


FILES = (
    Slip("saved as UTF-16", recode(ENTRY, "utf-16"), ENTRY, "not UTF-8 text: save it as UTF-8"),
    Slip("saved in Windows' letters", recode(SPANISH, "cp1252"), SPANISH, "not UTF-8 text: save it as UTF-8"),
    Slip("an empty file", lambda root: (root / ENTRY).write_text(""), ENTRY, "the file is empty: fill it in or delete"),
    Slip("only a remark", lambda root: (root / ENTRY).write_text("# later\n"), ENTRY, "the file is empty: fill it in"),
    Slip("no file of sources", remove(SOURCES), SOURCES, "the file is missing: add it"),
    Slip("no file of laws", remove(LAWS), LAWS, "the file is missing: add it"),
    Slip("no file of urgent help", remove("es/urgent.yaml"), "es/urgent.yaml", "the file is missing: add it"),
    Slip("a .yml", move(ENTRY, ENTRY.replace("yaml", "yml")), "en/entries/05-oversight.yml", "rename it to `05-oversight.yaml`"),
    Slip("a file beside its folder", add("en/05-drones.yaml", "a: 1\n"), "en/05-drones.yaml", "is not read: only followups.yaml"),
    Slip("a file without an ending", add("en/entries/drones", "a"), "en/entries/drones", "only files that end with .yaml"),
    Slip("local help as .yml", add("local.yml", "a: 1\n"), "local.yml", "is not read: rename it to `local.yaml`"),
    Slip("a language's folder of three letters", lambda root: shutil.copytree(root / "es/entries", root / "esp/entries"), "esp", "a language's folder is named with two small letters"),
    Slip("a language without anything", lambda root: (root / "fr").mkdir(), "fr/language.yaml", "the file is missing: add it"),
    Slip("content among what is built", add("built/05-oversight.yaml", "a: 1\n"), "built/05-oversight.yaml", "`faqbot train` makes what belongs here"),
    Slip("what is built, edited", hand_edit_built, "built/catalogue.json", "is made from the YAML, and what is changed here is lost", warned=True),
    Slip("a model of other samples", add("built/model.msgpack", "x"), "built/model.msgpack", "is not made from these samples: run `", warned=True),
    Slip("a copy left behind", lambda root: shutil.copy(root / ENTRY, root / "en/entries/05-oversight (copy).yaml"), ENTRY, "`oversight` is used twice, first at", "^slug:"),
    Slip("a missing twin", remove("es/signposts/bond.yaml"), "en/signposts/bond.yaml", "the signpost `bond` is missing in `es`"),
    Slip("a slug renamed in one language", edit(SPANISH, "^slug: .*", "slug: supervision"), SPANISH, "the entry `supervision` is missing in `en`"),
    Slip("a file renamed in one language", move(SPANISH, "es/entries/05-supervision.yaml"), "es/entries/05-supervision.yaml", "must have the name of its `en` twin"),
    Slip("a file renamed to another number", lambda root: [move(f"{lang}/entries/05-oversight.yaml", f"{lang}/entries/15-oversight.yaml")(root) for lang in ("en", "es")], "en/entries/15-oversight.yaml", "the file's name says 15", "^number:", warned=True),
)  # fmt: skip

FORM = (
    Slip("a tab", edit(ENTRY, "^  Ask your", "\tAsk your"), ENTRY, "begins with a tab: indent it with spaces", "^\tAsk"),
    Slip("merge markers", edit(ENTRY, "^title: (.*)", r"<<<<<<< ours\ntitle: \1\n=======\ntitle: B\n>>>>>>> theirs"), ENTRY, "two versions stand here", "^<<<<<<<"),
    Slip("a key twice", edit(ENTRY, "^title: (.*)", r"title: \1\ntitle: Other"), ENTRY, "the key `title` stands twice", "^title: Other"),
    Slip("an octal number", edit(ENTRY, "^number: 5", "number: 05"), ENTRY, "write it without signs, or in quotes", "^number:"),
    Slip("a number sign in a title", edit(ENTRY, "^title: .*", "title: Who checks #1"), ENTRY, "'#1' is not read, # begins a comment", "^title:"),
    Slip("a colon in a title", edit(ENTRY, "^title: .*", "title: Who checks: a list"), ENTRY, "check colons, quotes", "^title:"),
    Slip("no space behind a colon", edit(ENTRY, "^short_title: .*", "short_title:Who"), ENTRY, "not valid YAML", "^short_title:Who"),
    Slip("a quote not closed", edit(ENTRY, "^title: .*", 'title: "Who checks'), ENTRY, "not valid YAML", "^title:"),
    Slip("curly quotes", edit(ENTRY, "^title: .*", "title: “Who checks”"), ENTRY, "curly quotes do not quote", "^title:"),
    Slip("a bracket not closed", edit(ENTRY, r"^related: \[(.*)\]", r"related: [\1"), ENTRY, "not valid YAML", "^aliases:"),
    Slip("an at sign first", edit(ENTRY, "^title: .*", "title: @ICE"), ENTRY, "not valid YAML", "^title:"),
    Slip("two documents in one file", edit(ENTRY, "^points:", "---\npoints:"), ENTRY, "another document", "^---"),
    Slip("a zero-width space", edit(ENTRY, "^title: Who", "title: W\u200bho"), ENTRY, "U+200B", "^title:"),
    Slip("a mark that turns the direction", edit(ENTRY, "^title: Who", "title: \u202eWho"), ENTRY, "U+202E", "^title:"),
    Slip("a lost letter", edit(SPANISH, "^title: ", "title: \ufffd"), SPANISH, "U+FFFD", "^title:"),
    Slip("letters misread", edit(SPANISH, "^title: .*", "title: QuiÃ©n vigila"), SPANISH, "'Ã©' was a letter with an accent", "^title:"),
    Slip("a field misspelt", edit(ENTRY, "^related:", "realted:"), ENTRY, "unknown field `realted`: remove it or correct its name", "^realted:"),
    Slip("a field left out", edit(ENTRY, "^group: .*\n", ""), ENTRY, "`group` is missing: add it"),
    Slip("a yes that is no text", edit(ENTRY, r"^aliases: \[", "aliases: [Yes, "), ENTRY, "must be text: put Yes in quotes", "^aliases:"),
    Slip("a date as people write it", edit("en/resources.yaml", "opened: .*", "opened: 11/28/2026"), "en/resources.yaml", "must be a date such as 2026-11-24", "opened: 11"),
)  # fmt: skip

WORDS = (
    Slip("HTML", *in_short("not <b>ICE</b>.", "'<b>' is markup")),
    Slip("a character reference", *in_short("ICE &amp; CBP.", "'&amp;' is markup")),
    Slip("Markdown's bold", *in_short("not **ICE**.", "'**' is markup")),
    Slip("Slack's bold", *in_short("not *ICE*.", "'*ICE*' is markup")),
    Slip("Markdown's italics", *in_short("not _ICE_.", "'_ICE_' is markup")),
    Slip("code marks", *in_short("not `ICE`.", "'`' is markup")),
    Slip("a Markdown link", *in_short("not [ICE](https://www.ice.gov/a).", "'[ICE](' is markup")),
    Slip("a Slack link", *in_short("not <https://www.ice.gov/a|ICE>.", "is markup")),
    Slip("a Slack mention", *in_short("not <!here>.", "'<!here>' is markup")),
    Slip("a line break as programs write it", *in_short(r"not ICE.\\nAsk.", r"'\\n' is markup")),
    Slip("an emoji's name", *in_short("not ICE :warning:.", "':warning:' is markup")),
    Slip("a list in a text", edit(ENTRY, r"^short: >-\n(?:  .*\n)+", "short: |-\n  Two of them:\n  - the agencies\n  - you\n"), ENTRY, "'-' begins a list", "^short:"),
    Slip("a line break in a title", edit(ENTRY, "^title: .*", "title: |-\n  Who checks\n  task forces"), ENTRY, "a line break: write it as one paragraph", "^title:"),
    Slip("two spaces in a row", edit(ENTRY, "^title: .*", "title: Who  checks task forces"), ENTRY, "two spaces in a row: leave one", "^title:"),
    Slip("a mark typed twice", *in_short("not ICE..", "'..': a mark typed twice")),
    Slip("a space before a comma", *in_short("not ICE , mind.", "' ,': a space before a mark")),
    Slip("a word written twice", *in_short("not not ICE.", "'not not': a word written twice")),
    Slip("TODO", *in_short("TODO.", "TODO is a note to yourself")),
    Slip("a note in Spanish", edit(SPANISH, "^title: .*", "title: PENDIENTE"), SPANISH, "PENDIENTE is a note", "^title:"),
    Slip("a gap to be filled", *in_short("since [date].", "[date] is a note to yourself")),
    Slip("a placeholder where none is filled in", *in_short("since {date}.", "{date} is a note to yourself")),
    Slip("question marks for later", *in_short("since ???", "??? is a note to yourself")),
    Slip("a phone number", *in_short("call (213) 555-0100.", "is no resource's number: add it to resources.yaml")),
    Slip("a phone number in one piece", *in_short("call 2135550100.", "is no resource's number")),
    Slip("a phone number without its area code", *in_short("call 974-1234.", "'974-1234' is no resource's number")),
    Slip("a phone number in letters", *in_short("call 1-800-CALL-NOW.", "is no resource's number")),
    Slip("a bare domain", *in_short("see oag.ca.gov.", "'oag.ca.gov' is an address inside a text")),
    Slip("a whole address", *in_short("see https://oag.ca.gov/immigrant.", "is an address inside a text")),
    Slip("a mail address", *in_short("write to a.b@doj.ca.gov.", "is an address inside a text")),
    Slip("a letter of another script", *in_short("not I\u0421E.", "(U+0421) is no letter of this language")),
    Slip("English in a Spanish file", edit(SPANISH, "^title: .*", "title: Who checks the task forces"), SPANISH, "reads as text in `en`", "^title:", warned=True),
    Slip("a text not translated", copy_short, SPANISH, "the same text as in `en`: translate it", "^short:", warned=True),
    Slip("another number than in English", edit(SPANISH, "el 27 de enero", "el 26 de enero"), SPANISH, "other numbers than in `en` (26, 27)"),
    Slip("another month than in English", edit(SPANISH, r"\(abril de", "(mayo de"), SPANISH, "other months than in `en`"),
)  # fmt: skip

TYPED = (
    Slip("no space behind a full stop", *in_short("not ICE.Ask.", "'CE.A': no space behind a mark: add it")),
    Slip("no space behind a comma", *in_short("not ICE,not CBP.", "'E,n': no space behind a mark")),
    Slip("no space before a bracket", *in_short("not ICE(CBP).", "'CE(': no space before a bracket")),
    Slip("a space before a question mark", *in_short("not ICE ?", "' ?': a space before a mark: remove it")),
    Slip("spaces inside brackets", *in_short("not ( ICE).", "'( ': a space behind an opening mark")),
    Slip("a bracket not closed in a text", *in_short("not (ICE.", "'(': a bracket that does not end: close it")),
    Slip("a bracket that nothing opens", *in_short("not ICE).", "')': a bracket that nothing opens")),
    Slip("a bracket closed by another", *in_short("not (ICE].", "']': a bracket that nothing opens")),
    Slip("a quote not closed in a text", *in_short('not "ICE.', "a quote that does not begin or does not end")),
    Slip("a curly apostrophe", *in_short("not ICE’s.", "'’': a quote or apostrophe of another kind")),
    Slip("curly quotes in a text", *in_short("not “ICE”.", "'“': a quote or apostrophe of another kind")),
    Slip("an accent for an apostrophe", *in_short("not ICE´s.", "'´': a quote or apostrophe of another kind")),
    Slip("two apostrophes for a quote", *in_short("not ''ICE''.", "\"''\": a quote or apostrophe of another kind")),
    Slip("an exclamation twice", *in_short("not ICE!!", "'!!': two marks in a row")),
    Slip("a comma and a full stop", *in_short("not ICE,.", "',.': two marks in a row")),
    Slip("three dots", *in_short("not ICE...", "'...': dots in place of words")),
    Slip("two hyphens", *in_short("not ICE--or CBP.", "'--': a hyphen for a dash")),
    Slip("a hyphen between spaces", *in_short("not ICE - or CBP.", "' - ': a hyphen for a dash")),
    Slip("one letter twice", *in_short("not a a task force.", "'a a': a letter written twice")),
    Slip("a sentence twice", *in_short("not ICE. Ask who checks it. Ask who checks it.", "a sentence written twice")),
    Slip("a trailing comma", *in_short("not ICE,", "not ICE,': a sentence without its end")),
    Slip("no full stop", *in_short("not ICE", "not ICE': a sentence without its end: add the full stop")),
    Slip("no full stop in a law", edit(LAWS, r"(    status:\n      en: >-\n(?:        .*\n)*?        .*)\.\n(?=      es:)", r"\1\n"), LAWS, "a sentence without its end", "^      en: >-\n        In force"),
    Slip("a small letter behind a full stop", *in_short("not ICE. ask.", "'ICE. a': a small letter at a sentence's start")),
    Slip("a title that begins small", edit(ENTRY, "^title: W", "title: w"), ENTRY, "a small letter at the beginning", "^title:"),
    Slip("a title in capitals", edit(ENTRY, "^title: .*", "title: WHO CHECKS TASK FORCES"), ENTRY, "all in capitals", "^title:"),
    Slip("a full stop behind a title", edit(ENTRY, "^title: .*", "title: Who checks it."), ENTRY, "'t.': a mark at the end of a title", "^title:"),
    Slip("a colon behind a heading", edit(ENTRY, "^    heading: .*", '    heading: "Yearly reports:"'), ENTRY, "':': a mark at the end of a title", "^    heading:"),
    Slip("two capitals first", *in_short("not ICE. THey ask.", "'THey': two capitals at a word's start")),
    Slip("a letter O in a year", *in_short("not in 2O26.", "'2O2': a letter among digits")),
    Slip("a day that does not exist", lambda root: [edit(ENTRY, r"January 27,\s+2026", "February 30, 2026")(root), edit(SPANISH, r"27 de\s+enero de\s+2026", "30 de febrero de 2026")(root)], ENTRY, "'february 30, 2026' is no day of any year"),
    Slip("an emoji", *in_short("not ICE \U0001f6a8.", "an emoji: say it in words")),
    Slip("a bullet inside a text", *in_short("not ICE • CBP.", "'•' begins a list")),
    Slip("a space that does not break", *in_short("not\u00a0ICE.", "a space of another kind: type it anew")),
    Slip("a tab inside a text", edit(ENTRY, "^title: .*", "title: Who\tchecks it"), ENTRY, "a space of another kind", "^title:"),
    Slip("an invisible joiner", *in_short("not I\u200dCE.", "an invisible character: type the words anew")),
    Slip("letters stuck together in print", *in_short("not their o\ufb03ce.", "letters as print or other scripts have them")),
    Slip("an accent beside its letter", edit(SPANISH, "^title: .*", "title: Quie\u0301n vigila"), SPANISH, "an accent beside its letter", "^title:"),
    Slip("a Spanish question that does not begin", edit(SPANISH, "^title: .*", "title: Quién vigila?"), SPANISH, "no ¿ at its beginning: add it", "^title:"),
    Slip("a Spanish cry that does not begin", edit(SPANISH, "^title: .*", "title: Vigile!"), SPANISH, "no ¡ at its beginning: add it", "^title:"),
    Slip("a Spanish question that does not end", edit(SPANISH, "^title: .*", "title: ¿Quién vigila"), SPANISH, "begun with ¿ and not ended", "^title:"),
    Slip("a space behind ¿", edit(SPANISH, "^title: .*", "title: ¿ Quién vigila?"), SPANISH, "'¿ ': a space behind an opening mark", "^title:"),
    Slip("a Spanish month in capitals", edit(SPANISH, "el 27 de enero", "el 27 de Enero"), SPANISH, "'de Ene"),
    Slip("a Spanish word without its accent", edit(SPANISH, "^title: .*", "title: Mas informacion de la ley"), SPANISH, "'informacion': a word without its accent", "^title:"),
    Slip("a phrase without its end", edit("es/phrases.yaml", "^clarify: .*", 'clarify: "Cuál de estos?"'), "es/phrases.yaml", "no ¿ at its beginning", "^clarify:"),
)  # fmt: skip

BENT = (
    Slip("a line one space too far in", edit(ENTRY, "^title: ", " title: "), ENTRY, "not valid YAML", "^ title:"),
    Slip("a field not under its item", edit(ENTRY, "^    heading: ", "   heading: "), ENTRY, "not valid YAML", "^   heading:"),
    Slip("a text not indented", edit(ENTRY, r"^short: >-\n  ", "short: >-\n"), ENTRY, "not valid YAML", "(?<=short: >-\n)."),
    Slip("a field swallowed by a text", edit(ENTRY, "^for_you: >-", "  for_you: >-"), ENTRY, "`for_you` is missing: add it"),
    Slip("no colon", edit(ENTRY, "^title: ", "title "), ENTRY, "not valid YAML", "^title Who"),
    Slip("no space behind a dash", edit(ENTRY, "^  - id: ", "  -id: "), ENTRY, "no space behind the dash: add it", "^  -id:"),
    Slip("an asterisk first", edit(ENTRY, "^title: .*", "title: *ICE"), ENTRY, "found undefined alias", "^title:"),
    Slip("a bracket first", edit(ENTRY, "^title: .*", "title: [ICE] checks"), ENTRY, "not valid YAML", "^title:"),
    Slip("braces first", edit(ENTRY, "^title: .*", "title: {ICE}"), ENTRY, "must be text: put it in quotes", "^title:"),
    Slip("a date for a title", edit(ENTRY, "^title: .*", "title: 2026-01-01"), ENTRY, "must be text: put it in quotes", "^title:"),
    Slip("nothing behind a colon", edit(ENTRY, "^title: .*", "title:"), ENTRY, "`title` is empty: fill it in", "^title:"),
    Slip("a list written as a text", edit(ENTRY, "^related: .*", "related: training"), ENTRY, "must be a list: start each item with `- `", "^related:"),
    Slip("a paragraph between paragraphs", edit(ENTRY, r"^short: >-\n(  .*\n)", r"short: >-\n\1\n"), ENTRY, "a line break: write it as one paragraph", "^short:"),
    Slip("line ends kept", edit(ENTRY, r"^short: >-", "short: |"), ENTRY, "a line break: write it as one paragraph", "^short:"),
    Slip("a yes-or-no that is neither", edit("en/signposts/bond.yaml", "^known_to: .*", "withdraw: maybe"), "en/signposts/bond.yaml", "`withdraw` must be true or false, not 'maybe'", "^withdraw:"),
    Slip("day and month swapped", edit("en/resources.yaml", "opened: .*", "opened: 2026-31-11"), "en/resources.yaml", "`opened` must be a date such as 2026-11-24 (YYYY-MM-DD): there is no day 2026-31-11", "opened: 2026-31"),
    Slip("a day with a time", edit(ENTRY, "^    known_to: .*", "    known_to: 2026-01-27 10:00:00"), ENTRY, "`known_to` must be a day without a time: 2026-01-27", "^    known_to: .*10"),
    Slip("nothing where something must be", edit(ENTRY, r"^short: >-\n(?:  .*\n)+", 'short: ""\n'), ENTRY, "`short` is empty: fill it in", "^short:", ends=True),
    Slip("no year of a law", edit(LAWS, "^    year: .*", "    year:"), LAWS, "`year` is empty: fill it in", "^    year:$", ends=True),
    Slip("nothing where nothing need be", edit(ENTRY, r"^    after: >-\n(?:      .*\n)+", '    after: ""\n'), ENTRY, "`after` is empty: fill it in, or remove it where it may be left out", "^    after:", ends=True),
    Slip("a month of thirteen", edit(ENTRY, "^    known_to: .*", "    known_to: 2026-13-01"), ENTRY, "must be a date such as 2026-11-24", "^    known_to: 2026-13"),
    Slip("a year of two digits", edit("en/resources.yaml", "opened: .*", "opened: 26-11-24"), "en/resources.yaml", "must be a date such as", "opened: 26"),
    Slip("a source named twice", edit(ENTRY, r"^    sources: \[gov-7284-6\]", "    sources: [gov-7284-6, gov-7284-6]"), ENTRY, "`gov-7284-6` stands twice in the list"),
    Slip("an alias twice", edit(ENTRY, r"^aliases: \[", "aliases: [watchers, watchers, "), ENTRY, "the alias `watchers` stands twice", "^aliases:"),
    Slip("two points that say the same", repeat_point, ENTRY, "the text of `yearly-reports` again: write its own", r"(?<=    heading: State totals\n)    text:"),
    Slip("a space in a file's name", lambda root: [move(f"{lang}/entries/05-oversight.yaml", f"{lang}/entries/05 oversight.yaml")(root) for lang in ("en", "es")], "en/entries/05 oversight.yaml", "a file's name holds small letters, digits and hyphens only"),
    Slip("an address without its s", edit(SOURCES, "^    url: https", "    url: http"), SOURCES, "must start with https://", "^    url: http:"),
    Slip("an address on somebody's disk", edit(SOURCES, "^    url: .*", "    url: file:///C:/a.pdf"), SOURCES, "must start with https://", "^    url: file"),
    Slip("an address by way of a search", edit(SOURCES, "^    url: .*", "    url: https://www.google.com/url?q=https://a.gov/b"), SOURCES, "leads elsewhere by way of others", "^    url: https://www.goo"),
    Slip("a shortened address", edit(SOURCES, "^    url: .*", "    url: https://bit.ly/3abc"), SOURCES, "leads elsewhere by way of others", "^    url: https://bit"),
    Slip("an address with a full stop", edit(SOURCES, "^    url: .*", "    url: https://oag.ca.gov/a.pdf."), SOURCES, "has a sentence's mark at its end", "^    url: https://oag.ca.gov/a"),
    Slip("an address with a full stop behind a folder", edit(SOURCES, "^    url: .*", "    url: https://oag.ca.gov/immigrant."), SOURCES, "has a sentence's mark at its end", "^    url: https://oag.ca.gov/i"),
    Slip("an address with the bracket around it", edit(SOURCES, "^    url: .*", "    url: https://oag.ca.gov/immigrant)"), SOURCES, "has a sentence's mark at its end", "^    url: https://oag.ca.gov/i"),
    Slip("a search instead of an address", edit(SOURCES, "^    url: .*", "    url: https://www.google.com/search?q=sb+54"), SOURCES, "leads elsewhere by way of others", "^    url: https://www.goo"),
    Slip("an unknown kind of source", edit(SOURCES, "^    kind: .*", "    kind: law"), SOURCES, "`kind` must be one of", "^    kind: law"),
    Slip("a year of a law in two digits", edit(LAWS, "^    year: 2017", "    year: 17"), LAWS, "must be 1776 or more", "^    year: 17"),
    Slip("a law about no entry", edit(LAWS, "^    entries: .*", "    entries: []"), LAWS, "at least 1: add some", "^    entries: ..$"),
)  # fmt: skip

ENTRIES = (
    Slip("a related entry that does not exist", edit(ENTRY, r"^related: \[[\w-]+", "related: [drones"), ENTRY, "no entry `drones`", "^related:"),
    Slip("related to itself", edit(ENTRY, r"^related: \[[\w-]+", "related: [oversight"), ENTRY, "not the entry itself", "^related:"),
    Slip("summed up from a point that does not exist", edit(ENTRY, r"^rests_on: \[[\w-]+", "rests_on: [drones"), ENTRY, "no point `drones`", "^rests_on:"),
    Slip("a source that does not exist", edit(ENTRY, r"^    sources: \[gov-7284-6\]", "    sources: [gov-7284]"), ENTRY, "no source `gov-7284`"),
    Slip("a group that does not exist", edit(ENTRY, "^group: .*", "group: checks"), ENTRY, "no group `checks` in en/language.yaml", "^group:"),
    Slip("another's number", edit(ENTRY, "^number: 5", "number: 6"), "en/entries/06-state-and-federal-law.yaml", "6 is also the number of `oversight`", "^number:"),
    Slip("an alias of another", edit(ENTRY, r"^aliases: \[", "aliases: [training, "), ENTRY, "belongs to `training` too", "^aliases:"),
    Slip("an alias that is a command", edit(ENTRY, r"^aliases: \[", "aliases: [help, "), ENTRY, "`help` is a command", "^aliases:"),
    Slip("a title too long", edit(ENTRY, "^title: .*", f"title: {'Who checks it ' * 5}"), ENTRY, "at most 60: shorten it", "^title:"),
    Slip("two buttons alike", edit(ENTRY, "^    heading: State totals", "    heading: Yearly reports"), ENTRY, "is another point's button too", r"^    heading: Yearly reports(?=\n(?:.*\n)  +The Att)", warned=True),
    Slip("a day ahead of today", edit(ENTRY, "^      on: .*", "      on: 2199-01-01"), ENTRY, "2199-01-01 is in the future", "^      on:"),
    Slip("known later than its sources", edit(ENTRY, "^    known_to: 2026-01-27", "    known_to: 2026-11-20"), ENTRY, "is later than its newest source", "^    known_to: 2026-11-20"),
    Slip("an end without what comes after", edit(ENTRY, r"^    after: >-\n(?:      .*\n)+", ""), ENTRY, "needs `after:`", "^    until:"),
    Slip("points in another order", edit(SPANISH, "^  - id: state-totals", "  - id: totals"), SPANISH, "has other points or another order", "^points:"),
)  # fmt: skip

OTHERS = (
    Slip("a signpost to nowhere", edit("en/signposts/bond.yaml", r"^nearest: \[[\w-]+", "nearest: [drones"), "en/signposts/bond.yaml", "no entry `drones`", "^nearest:"),
    Slip("a link that is no link", edit("en/signposts/bond.yaml", "^  url: .*", "  url: www.ice.gov"), "en/signposts/bond.yaml", "must start with https://", "^  url:"),
    Slip("urgent help without one of its steps", edit("es/urgent.yaml", r"^    steps:\n      - .*\n(?:        .*\n)*", "    steps:\n"), "es/urgent.yaml", "steps, `en` has", "^    steps:"),
    Slip("urgent help that names no place", edit("en/urgent.yaml", r"resources: \[.*\]", "resources: []"), "en/urgent.yaml", "at least 1: add some", "resources:"),
    Slip("a sentence to say in English, translated", edit("es/urgent.yaml", "^      - I do not consent to your entry\\.", "      - No doy mi consentimiento."), "es/urgent.yaml", "`say` differs from the `en` urgent", "^    say:"),
    Slip("a place without a confirmed number", edit("en/resources.yaml", "^    source: crisis-988\n", ""), "en/resources.yaml", "no `source:` confirms this number", '^    phone: "988"'),
    Slip("a term twice", edit("en/glossary.yaml", r"^  - id: ag$", "  - id: a-number"), "en/glossary.yaml", "`a-number` is used twice", r"^  - id: a-number(?=\n    term: \"Att)"),
    Slip("a term missing in one language", edit("es/glossary.yaml", r"^  - id: a-number\n(?:    .*\n)+", ""), "en/glossary.yaml", "the term `a-number` is missing in `es`", "^  - id: a-number"),
    Slip("a law's number as nobody cites it", edit(LAWS, '^    number: "SB 54"', '    number: "S.B.54"'), LAWS, "is not how it is cited: write it such as SB 54", "^    number:"),
    Slip("a law's year ahead", edit(LAWS, "^    year: 2017", "    year: 2099"), LAWS, "2099 lies ahead", "^    year:"),
    Slip("a law not translated", edit(LAWS, r"^      en: >-\n((?:        .*\n)+)      es: >-\n(?:        .*\n)+", r"      en: >-\n\1      es: >-\n\1"), LAWS, "the same text as in `en`", r"^      es: >-", warned=True),
    Slip("a language that there is none of", edit(SOURCES, r"^    label: \{", '    label: {fr: "Loi", '), SOURCES, "there is no language `fr`", "^    label:", warned=True),
    Slip("a source that nothing cites", edit(SOURCES, r"^sources:\n", "sources:\n  - id: spare\n    kind: study\n    label: {en: A, es: B}\n    citation: C\n    url: https://example.org/page\n    opened: 2026-11-24\n"), SOURCES, "the source `spare` is used nowhere", "^  - id: spare"),
    Slip("a front page as a source", edit(SOURCES, "^    url: .*", "    url: https://oag.ca.gov/"), SOURCES, "is a front page", "^    url:"),
    Slip("an address that tells who sent it", edit(SOURCES, "^    url: (.*)", r"    url: \1&utm_source=mail"), SOURCES, "`utm_source=` tells who sent the reader", "^    url:"),
    Slip("a source not translated", edit(SOURCES, 'es: "SB 54: por qué se aprobó .motivos."', 'es: "SB 54: why it was passed (findings)"'), SOURCES, "the same label as in `en`", "^    label:", warned=True),
    Slip("a card whose file has another name", move(CARD, "languages/haitian.yaml"), "languages/haitian.yaml", "call the file ht.yaml", "^code:"),
    Slip("a card without a button", edit(CARD, "^  es: .Español.*\n", ""), CARD, "one label for each language", "^buttons:"),
    Slip("a card without the number for danger", edit(CARD, "rele 911", "rele lapolis"), CARD, "none says to call 911", "^sentences:"),
    Slip("a cry twice on a card", edit(CARD, r'"anmwe"', '"anmwe", "anmwe"'), CARD, "`anmwe` stands under `distress` already", '"anmwe", "anmwe"'),
    Slip("a cry that is none too", edit(CARD, r'\["bonjou"', '["anmwe", "bonjou"'), CARD, "`anmwe` stands under `distress` already", '"anmwe", "bonjou"'),
    Slip("another number to call on a card", edit(CARD, "rele 911", "rele 119"), CARD, "'119' is no resource's number", "^  - .*119"),
    Slip("a language with a card, told twice", edit("foreign.yaml", "^  - code: bg", "  - code: ht"), "foreign.yaml", "`ht` has a card", "^  - code: ht"),
    Slip("a language that nothing tells", edit("foreign.yaml", "^languages:\n", "languages:\n  - {code: xx, name: X, script: Latin}\n"), "foreign.yaml", "nothing tells this language", "^  - .code: xx"),
    Slip("another site in the twin of a place", edit("es/resources.yaml", "https://www.lawhelpca.org/", "https://www.lawhelp.org/"), "es/resources.yaml", "`www.lawhelp.org` is another site than in `en` (`www.lawhelpca.org`)", "^    url: https://www.lawhelp.org/", warned=True),
    Slip("another site in the twin of a signpost", edit("es/signposts/bond.yaml", "^  url: .*", "  url: https://example.org/bond"), "es/signposts/bond.yaml", "`example.org` is another site than in `en`", "^  url:", warned=True),
    Slip("another section in the twin of a signpost", edit("es/signposts/schools.yaml", "sectionNum=234.7", "sectionNum=234.6"), "es/signposts/schools.yaml", "another section or bill than in `en` (https://leginfo", "^  url:", warned=True),
    Slip("a front page on a card", edit(CARD, "^  url: https://oag.ca.gov/.*", "  url: https://oag.ca.gov/"), CARD, "`https://oag.ca.gov/` is a front page", "^  url: https://oag"),
    Slip("legal help on a card that nobody knows", edit(CARD, "^  url: https://www.cdss.ca.gov/", "  url: https://www.cdss-help.org/"), CARD, "no place in `en` is on `www.cdss-help.org`", "^  url: https://www.cdss", warned=True),
    Slip("a guide on a card that nobody knows", edit(CARD, "^  url: https://oag.ca.gov/", "  url: https://oag.example.org/"), CARD, "no place in `en` is on `oag.example.org`, and `source` does not name it", "^  url: https://oag", warned=True),
    Slip("another count in words", edit("en/urgent.yaml", "and six counties", "and ten counties"), "es/urgent.yaml", "not as in `en` (6, 10): make them equal", "^    steps:", warned=True),
    Slip("weeks for days", edit(ENTRY, "10 days to answer", "10 weeks to answer"), SPANISH, "not as in `en` (10 día, 10 semana)", "^for_you:", warned=True),
    Slip("a weekday of another day", edit(SPANISH, "tuvo el suyo el 27", "tuvo el suyo el lunes 27"), SPANISH, "'lunes 27 de enero de 2026' is no lunes: correct the day or the date", r"^    text: >-(?=\n(?:.*\n){1,9}.*el lunes)", warned=True),
    Slip("a weekday of another day in a law", edit(LAWS, "Senate on January 27", "Senate on Monday, January 27"), LAWS, "'Monday, January 27, 2026' is no Monday", r"^      en: >-(?=\n.*Monday)", warned=True),
    Slip("an end before what is known", lambda root: [edit(file, "^    until: 2027-07-01", "    until: 2025-07-01")(root) for file in (ENTRY, SPANISH)], SPANISH, "2025-07-01 is no later than `known_to`", "^    until:"),
    Slip("a law that ends before it was passed", edit(LAWS, "^    ends: .*", "    ends: 1999-01-01"), LAWS, "1999-01-01 is before it was passed", "^    ends: 1999"),
    Slip("a law's status over before it is known", edit(LAWS, "^    until: .*", "    until: 2017-01-01"), LAWS, "2017-01-01 is no later than `known_to`", "^    until: 2017"),
    Slip("a law's number with its digits swapped", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, "its SB 54 report", "its SB 45 report"), (SPANISH, "informe de SB 54", "informe de SB 45"))], SPANISH, "no law here is SB 45, and SB 54 is named beside it", "^for_you:", warned=True),
    Slip("a placeholder renamed", edit("es/phrases.yaml", r"\{seconds\}", "{segundos}"), "es/phrases.yaml", "must hold {seconds}"),
    Slip("two spaces in one of the bot's sentences", edit("en/phrases.yaml", "^clarify: .*", "clarify: Which  one do you mean?"), "en/phrases.yaml", "two spaces in a row: leave one", "^clarify:"),
    Slip("a word twice in one of the bot's sentences", edit("en/phrases.yaml", "^clarify: .*", "clarify: Which one do do you mean?"), "en/phrases.yaml", "'do do': a word written twice", "^clarify:"),
    Slip("a Cyrillic letter in one of the bot's sentences", edit("es/phrases.yaml", "^back: .*", "back: V\u043elver"), "es/phrases.yaml", "is no letter of this language", "^back:"),
    Slip("a mark typed twice on a card", edit(CARD, r"^heading: (.*?)(['\"]?)$", r"heading: \1..\2"), CARD, "'..': a mark typed twice", "^heading:"),
    Slip("a mark typed twice in a source's name", edit(SOURCES, "why it was passed", "why,, it was passed"), SOURCES, "',,': a mark typed twice", "why,,"),
    Slip("a sentence left out", edit("es/phrases.yaml", r"^fallback_again: .*\n(?:  .*\n)*", ""), "es/phrases.yaml", "`fallback_again` is missing"),
    Slip("a sentence in the other language", edit("es/phrases.yaml", r"^clarify: .*\n(?:  .*\n)*", "clarify: Which of these do you mean to ask about?\n"), "es/phrases.yaml", "reads as text in `en`", "^clarify:", warned=True),
    Slip("a follow-up with two meanings", edit("en/followups.yaml", "^why:\n", "why:\n  - Tell me more!\n"), "en/followups.yaml", "stands in `more` already", "^  - Tell me more!"),
    Slip("a month misspelt", edit("es/language.yaml", "febrero", "febrer"), "es/language.yaml", "wherever these stand (febrer): correct the order or the spelling", "^months:"),
    Slip("two months swapped", edit("es/language.yaml", "enero, febrero", "febrero, enero"), "es/language.yaml", "wherever these stand (febrero, enero): correct the order or the spelling", "^months:"),
    Slip("a starter that does not exist", edit("en/language.yaml", r"^starters: \[[\w-]+", "starters: [drones"), "en/language.yaml", "no entry `drones`", "^starters:"),
    Slip("a courtesy as a cry for help", edit("en/language.yaml", r"^cries: \[", "cries: [hello, "), "en/language.yaml", "`hello` is a courtesy too", "^cries:"),
    Slip("one name for two languages", edit("en/language.yaml", r"^  es: \[", "  es: [english, "), "en/language.yaml", "`english` is also a name of `en`", "^  es:"),
    Slip("a stem of one letter", edit("en/language.yaml", r"^subject_stems: \[", "subject_stems: [a, "), "en/language.yaml", "begins too many words", "^subject_stems:"),
    Slip("small talk that the bot needs, gone", edit("en/smalltalk.yaml", "^  - id: help", "  - id: helping"), "en/smalltalk.yaml", "the bot needs the small talk `help`"),
)  # fmt: skip

STRAYED = (
    Slip("another count of days in all languages", lambda root: [edit(file, r"\b30 (días|days)", r"3 \1")(root) for file in (ENTRY, SPANISH)], ENTRY, "3 day, where laws.yaml", "^    text: >-(?=\n      (?:.*\n){1,3}.*3 days)", warned=True),
    Slip("another length in a law's card", edit(LAWS, r"\b48 hours((?s:.*?))48 horas", r"84 hours\g<1>84 horas"), LAWS, "84 hour, where en/", r"^      en: >-(?=\n(?:        .*\n)*?.*84 hours)", warned=True),
    Slip("an English sentence in a Spanish text", edit(SPANISH, r"^  California supervisa su parte, no a ICE\.", "  California checks its own side, not ICE."), SPANISH, "'California checks its own side, not ICE.' reads as text in `en`: write it in `es`", "^short:", warned=True),
    Slip("a word in capitals", edit(ENTRY, "These are counts, not grades", "These are COUNTS, not grades"), ENTRY, "`COUNTS` stands in capitals: write it small", "^    text: >-(?=\n.*\n.*\n.*COUNTS)", warned=True),
    Slip("a capital within a word", *in_short("not the pOlice.", "'pO': a capital within a word")),
    Slip("tú for usted", edit(SPANISH, "^  Pida por escrito a su policía", "  Pida por escrito a tu policía"), SPANISH, "'tu': tú, where the bot says usted: write usted, and its verb", "^for_you:"),
    Slip("a verb of tú", edit(SPANISH, "^  Pida por escrito a su policía", "  Puedes pedir a la policía"), SPANISH, "'Puedes': tú, where the bot says usted", "^for_you:"),
    Slip("a command of tú", edit(SPANISH, "^  Pida por escrito a su policía", "  No firmes nada. Pida a la policía"), SPANISH, "'No firmes': tú, where the bot says usted", "^for_you:"),
    Slip("a pronoun of tú at a verb", edit(SPANISH, "^  Pida por escrito a su policía", "  Acuérdate de pedir a la policía"), SPANISH, "'Acuérdate': tú, where the bot says usted", "^for_you:"),
    Slip("a law without a card", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, "counts, not grades", "counts (SB 9876)"), (SPANISH, "conteos, no calificaciones", "conteos (SB 9876)"))], ENTRY, "no law here is SB 9876, and no source is about it: correct the number, or add its card", "^    text: >-(?=\n.*\n.*\n.*9876)", warned=True),
    Slip("an alias that names a signpost of others", edit(ENTRY, r"^aliases: \[", "aliases: [bond, "), ENTRY, "the alias `bond` is a name of the signpost `bond`, which does not lead here: remove it", "^aliases:", warned=True),
    Slip("an alias that names a law of others", edit(ENTRY, r"^aliases: \[", "aliases: [ab 60, "), ENTRY, "the alias `ab 60` is a name of the law `ab-60`, which does not lead here", "^aliases:", warned=True),
)  # fmt: skip

ALIKE = (
    Slip("Title Case in a sentence", edit(ENTRY, "immigration arrests", "Immigration Arrests"), ENTRY, "`Immigration Arrests` begins with a capital: write it small", "^    text: >-(?=\n(?:.*\n){1,2}.*Immigration Arr)", warned=True),
    Slip("Title Case in a title", edit(ENTRY, "^title: .*", "title: Who Checks Task Forces and ICE Contact"), ENTRY, "`Checks Task Forces` begins with a capital: write it small", "^title:", warned=True),
    Slip("Title Case in a Spanish title", edit(SPANISH, "^title: .*", "title: Quién vigila a la Policía"), SPANISH, "`Policía` begins with a capital: write it small", "^title:", warned=True),
    Slip("a name in small letters", *in_short("not ice.", "`ice` is a name elsewhere: write its capital"), warned=True),
    Slip("a month after what is known", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, "in May 2025 a", "in May 2026 a"), (SPANISH, "en mayo de 2025", "en mayo de 2026"))], SPANISH, "speaks of mayo de 2026, which lies ahead of what is known: correct it", "^  - id: health-visits"),
    Slip("another decade in all languages", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, r"\(April 2025\)", "(April 2015)"), (SPANISH, r"\(abril de 2025\)", "(abril de 2015)"))], ENTRY, "says 2015-04, and nothing else of its sources does, but 2025-04", "^    text: >-(?=\n(?:.*\n){1,3}.*2015)", warned=True),
    Slip("the day before in all languages", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, "January 27, 2026", "January 26, 2026"), (SPANISH, "27 de enero de 2026", "26 de enero de 2026"))], ENTRY, "says 2026-01-26, and nothing else of its sources does, but 2026-01-27: correct one of them everywhere", "^    text: >-(?=\n(?:.*\n){1,3}.*January 26)", warned=True),
    Slip("a date in digits", edit(ENTRY, "January 27, 2026", "1/27/2026"), ENTRY, "'1/27/2026': a date in digits: write its month as a word", "^    text: >-(?=\n(?:.*\n){1,3}.*1/27)"),
    Slip("a date as others write it", edit(ENTRY, "January 27, 2026", "27 January 2026"), ENTRY, "'27 January': a date written otherwise: write it such as January 27, 2026", "^    text: >-(?=\n(?:.*\n){1,3}.*27 January)"),
    Slip("a date without its comma", edit(ENTRY, "January 27, 2026", "January 27 2026"), ENTRY, "'January 27 2026': a date written otherwise", "^    text: >-(?=\n(?:.*\n){1,3}.*27 2026)"),
    Slip("a month cut short", edit(ENTRY, "January 27, 2026", "Jan. 27, 2026"), ENTRY, "'Jan. 2': a date written otherwise", "^    text: >-(?=\n(?:.*\n){1,3}.*Jan. 27)"),
    Slip("a Spanish date in the English order", edit(SPANISH, "27 de enero de 2026", "enero 27, 2026"), SPANISH, "'enero 27': a date written otherwise: write it such as 27 de enero de 2026", "^    text: >-(?=\n(?:.*\n){1,3}.*enero 27)"),
    Slip("a decimal comma", edit("es/entries/12-building-trust.yaml", r"43\.6", "43,6"), "es/entries/12-building-trust.yaml", "'3,6': a number written otherwise: write it such as $1,500 or 43.6"),
    Slip("a point between thousands", edit("en/signposts/bond.yaml", r"\$1,500", "$1.500"), "en/signposts/bond.yaml", "'$1.500': a number written otherwise", "^text:"),
    Slip("a dollar sign behind", edit("en/signposts/bond.yaml", r"\$1,500", "1,500 $"), "en/signposts/bond.yaml", "'0 $': a number written otherwise", "^text:"),
    Slip("dollars in one language", edit("es/signposts/bond.yaml", r"\$1,500", "1,500"), "es/signposts/bond.yaml", "other numbers than in `en` ($1500, 1500)", "^text:"),
    Slip("billions for millions", edit("en/entries/12-building-trust.yaml", "43.6 million", "43.6 billion"), "es/entries/12-building-trust.yaml", "not as in `en` (43.6 mil, 43.6 millón): make them equal", warned=True),
    Slip("the source of another law", lambda root: [edit(file, r"sources: \[hsc-101045, geo-v-newsom-sb1132\]", "sources: [sb-1399, geo-v-newsom]")(root) for file in (ENTRY, SPANISH)], ENTRY, "names SB 1132, and none of its sources is about it: correct one of them", "^  - id: health-visits", warned=True),
    Slip("more of them than there are", lambda root: [edit(file, old, new)(root) for file, old, new in ((ENTRY, "counts, not grades", "counts: 9 of 5"), (SPANISH, "conteos, no calificaciones", "conteos: 9 de 5"))], ENTRY, "'9 of 5' is more than all: correct one of the two", "^    text: >-(?=\n.*\n.*\n.*9 of 5)", warned=True),
    Slip("more than all of them", *in_short("not 120 percent of ICE.", "'120 percent': more than all: correct the share")),
    Slip("a law's number in one piece", *in_short("not SB54.", "'SB5': a law's number written otherwise: write it such as SB 54")),
    Slip("who holds an office", *in_short("not Governor Jane Doe.", "'Governor Ja': who holds an office: name the office")),
    Slip("a status of now without its day", edit(ENTRY, "These are counts", "Currently these are counts"), ENTRY, "says 'currently', which can change: add `known_to:`", "^  - id: yearly-reports"),
    Slip("a law's number with a nought before it", edit(LAWS, '^    number: "SB 54"', '    number: "SB 054"'), LAWS, "is not how it is cited", "^    number:"),
    Slip("a long dash", *in_short("not ICE \u2014 or CBP.", "'\u2014': a dash or a hyphen of another kind")),
    Slip("a remark inside a text", edit(ENTRY, r"^  (California checks its own side)", r"  # \1"), ENTRY, "'#': a number sign alone: remove it", "^short:"),
    Slip("it's for its", edit(ENTRY, "checks its own", "checks it's own"), ENTRY, "\"it's own\": it's for its: write its", "^short:"),
    Slip("a before a vowel", *in_short("not a agency.", "'a ag': a for an, or an for a")),
    Slip("de el for del", edit(SPANISH, "^  California supervisa", "  De el estado: supervisa"), SPANISH, "'De el': two words for del or al", "^short:"),
    Slip("vosotros", edit(SPANISH, "^  Pida por escrito", "  Podéis pedir por escrito"), SPANISH, "'Podéis': tú, where the bot says usted", "^for_you:"),
    Slip("an alias in capitals", edit(ENTRY, r"^aliases: \[", "aliases: [Watchers, "), ENTRY, "the alias `Watchers` has capitals: write it in small letters", "^aliases:"),
    Slip("a law's name twice", edit(LAWS, r'^      en: \["values act", ', r'      en: ["values act", "values act", '), LAWS, "`values act` stands twice: remove one", "^      en: ..values act"),
    Slip("a status before the law", edit(LAWS, r"January 1, 2018((?s:.*?))1 de enero de 2018", r"January 1, 2016\g<1>1 de enero de 2016"), LAWS, "speaks of 2016, before it was passed (2017): correct one of them", r"^      en: >-(?=\n.*2016)"),
    Slip("another section than in the address", edit(SOURCES, 'citation: "Cal. Gov. Code § 7284.4"', 'citation: "Cal. Gov. Code § 7284.5"'), SOURCES, "the address is that of section 7284.4: correct one of them", "^    citation: .*7284.5"),
    Slip("an address with a session", edit(SOURCES, "^    url: (.*)", r"    url: \1;jsessionid=12AB"), SOURCES, "`jsessionid=` tells who sent the reader", "^    url:"),
    Slip("an address with a piece of the page", edit("en/signposts/bond.yaml", "bonds$", "bonds#:~:text=bond"), "en/signposts/bond.yaml", "`:~:text=` tells who sent the reader", "^  url:"),
    Slip("an address twice in one", edit(SOURCES, "^    url: https://", "    url: https://web.archive.org/web/2025/https://"), SOURCES, "leads elsewhere by way of others", "^    url:"),
    Slip("an address with a slash too many", edit("en/signposts/bond.yaml", "detain/", "detain//"), "en/signposts/bond.yaml", "is no web address", "^  url:"),
    Slip("an encyclopedia as a source", edit(SOURCES, "^    url: .*", "    url: https://en.wikipedia.org/wiki/SB_54"), SOURCES, "is no document: give the address of what it rests on", "^    url:"),
)  # fmt: skip

LOCALS = (
    Slip("a language that there is none of in local help", add("local.yaml", "resources:\n  fr: []\n"), "local.yaml", "there is no language `fr`", "^  fr"),
    Slip("local help in one language only", add("local.yaml", "resources:\n  en: []\n"), "local.yaml", "nothing for the language `es`"),
    Slip("a made-up number", add("local.yaml", LOCAL.format("A", "213-555-0142", "2026-11-24")), "local.yaml", "is no phone number: write the one that you have called", "213"),
    Slip("a number without quotes", add("local.yaml", LOCAL.format("A", "2135550142", "2026-11-24")), "local.yaml", "put 2135550142 in quotes", "213"),
    Slip("a note in local help", add("local.yaml", LOCAL.format("TODO", NUMBER, "2026-11-24")), "local.yaml", "TODO is a note", "TODO"),
    Slip("a word twice in local help", add("local.yaml", LOCAL.format("Call call us", NUMBER, "2026-11-24")), "local.yaml", "'Call call': a word written twice", "Call call"),
    Slip("an address in local help", add("local.yaml", LOCAL.format("See example.org", NUMBER, "2026-11-24")), "local.yaml", "'example.org' is an address inside a text", "example.org"),
    Slip("local help called tomorrow", add("local.yaml", LOCAL.format("A", NUMBER, "2199-11-24")), "local.yaml", "is in the future", "2199"),
    Slip("two numbers for one place", lambda root: (root / "local.yaml").write_text(LOCAL.format("A", NUMBER, "2026-11-24").replace(NUMBER, OTHER_NUMBER, 1)), "local.yaml", "another phone than in `en` (1-888-351-4024)", NUMBER),
    Slip("a number without its area code", add("local.yaml", LOCAL.format("A", "974-1234", "2026-11-24")), "local.yaml", "`974-1234` (7 digits) is no phone number that can be called: write area code and number", "974"),
    Slip("a number with a digit too many", add("local.yaml", LOCAL.format("A", "1-800-898-71800", "2026-11-24")), "local.yaml", "(12 digits) is no phone number that can be called", "1-800"),
    Slip("a digit too few in the content's own number", lambda root: [edit(f"{lang}/resources.yaml", "1-888-351-4024", "1-888-351-402")(root) for lang in ("en", "es")], "es/resources.yaml", "(10 digits) is no phone number that can be called", "1-888"),
    Slip("ICE's tip line as help", add("local.yaml", LOCAL.format("A", "1-866-347-2423", "2026-11-24")), "local.yaml", "is ICE's tip line, which takes reports of people: remove it", "1-866"),
    Slip("ICE's tip line in a note", edit("es/resources.yaml", r"^    note: (?=\w)", "    note: O llame al 866-DHS-2-ICE. "), "es/resources.yaml", "is ICE's tip line", "^    note: O llame"),
    Slip("the id of a place in resources.yaml", add("local.yaml", LOCAL.format("A", NUMBER, "2026-11-24").replace("id: a,", "id: cdss-legal,")), "local.yaml", "`cdss-legal` is a place in resources.yaml: choose another id", "cdss"),
    Slip("one id for the contact and for a place", add("local.yaml", LOCAL.format("A", NUMBER, "2026-11-24") + CONTACT), "local.yaml", "`a` is used twice: choose another", "id: a"),
    Slip("two numbers for one contact", add("local.yaml", CONTACT.replace(NUMBER, OTHER_NUMBER, 1)), "local.yaml", "another phone than in `en` (1-888-351-4024)", NUMBER),
    Slip("local help that nobody has called for months", add("local.yaml", LOCAL.format("A", NUMBER, "2026-03-03")), "local.yaml", "2026-03-03 is over 120 days ago: call it", "2026-03-03", warned=True),
    Slip("a note in local help, not translated", add("local.yaml", noted("Monday to Friday, 9 to 5.", "Monday to Friday, 9 to 5.")), "local.yaml", "the same text as in `en`: translate it", "^    - .*Monday.*(?=\n\\Z)", warned=True),
    Slip("other hours in the twin of local help", add("local.yaml", noted("Monday to Friday, 9 to 5.", "Lunes a viernes, 9 a 6.")), "local.yaml", "other numbers than in `en` (5, 6)", ".*Lunes", warned=True),
)  # fmt: skip

SAYINGS = (
    Slip("samples of an intent that does not exist", edit(SAMPLES, "^intent: .*", "intent: entry/oversite"), SAMPLES, "no such intent `entry/oversite`", "^intent:"),
    Slip("samples of nobody", add(SAMPLES, "  zed: []\n"), SAMPLES, "`zed` has no samples", "^  zed:"),
    Slip("an empty sample", add(SAMPLES, "  zed:\n    -\n"), SAMPLES, "`zed` is empty: fill it in", "^    -$"),
    Slip("a sample that is no text", add(SAMPLES, "  zed:\n    - drones: what now\n"), SAMPLES, "must be text", "^    - drones"),
    Slip("the same sample twice", add(SAMPLES, "  zed:\n    - Who watches THEM\n"), SAMPLES, "the same sample stands at", "^    - Who watches THEM"),
    Slip("a writer twice", add(SAMPLES, "  a:\n    - who then\n"), SAMPLES, "the key `a` stands twice", r"^  a:(?=\n    - who then)"),
    Slip("a point that does not exist", add(SAMPLES, "points:\n  drones: {a: [who flies them]}\n"), SAMPLES, "has no point `drones`, only", "^  drones:"),
    Slip("a note for a sample", add(SAMPLES, "  zed:\n    - TODO\n"), SAMPLES, "TODO is a note to yourself", "TODO", warned=True),
    Slip("somebody's phone number", add(SAMPLES, "  zed:\n    - who checks, call me at 213 384 0144\n"), SAMPLES, "may be somebody's number or address", "213", warned=True),
    Slip("somebody's mail address", add(SAMPLES, "  zed:\n    - who checks, mail ana@example.org\n"), SAMPLES, "may be somebody's number or address", "ana@", warned=True),
    Slip("a sample with a link", add(SAMPLES, "  zed:\n    - who checks https://example.org/abc\n"), SAMPLES, "may be somebody's number or address", "https", warned=True),
    Slip("a sample in the wrong language", add(SAMPLES, "  zed:\n    - quién vigila a los agentes y qué pueden hacer las personas con esto\n"), SAMPLES, "reads as text in `es`: write it in `en`", "quién", warned=True),
    Slip("a kind of nothing that is misspelt", add("en/samples/none-nearr.yaml", "intent: none/nearr\nvoices: {a: [which beach is open]}\n"), "en/samples/none-nearr.yaml", "no `none/nearr` in `es`", "^voices", warned=True),
    Slip("an entry without samples", remove(SAMPLES), ENTRY, "nobody has written samples for it", warned=True),
)  # fmt: skip

ALL = (*FILES, *FORM, *BENT, *WORDS, *TYPED, *ENTRIES, *OTHERS, *STRAYED, *ALIKE, *LOCALS, *SAYINGS)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """A copy of the content in all languages, with a few samples."""
    root = copy_content(tmp_path_factory.mktemp("content") / "content", languages=("en", "es"), cards=True)
    for lang, texts in (("en", ("who checks them", "who watches them")), ("es", ("quién los vigila", "quién revisa"))):
        file = root / lang / "samples/05-oversight.yaml"
        file.parent.mkdir()
        file.write_text(f"intent: entry/oversight\nvoices:\n  a:\n    - {texts[0]}\n    - {texts[1]}\n", "utf-8")
    return Lent(root)


@pytest.mark.parametrize("slip", ALL, ids=lambda slip: slip.name.replace(" ", "-"))
def test_each_slip_is_refused_or_warned_of_where_it_stands(slip: Slip, root: Path) -> None:
    slip.deed(root)
    line = line_of(root / slip.file, slip.at) if slip.at else r"\d+"
    result = CliRunner().invoke(cli, ["check", "--content", str(root)])
    before = "warning: " if slip.warned else ""
    wanted = rf"(?m)^{before}{re.escape(slip.file)}:{line}: .*{re.escape(slip.says)}{'$' if slip.ends else ''}"
    assert re.search(wanted, result.output), result.output
    assert result.exit_code == (0 if slip.warned else 1)
    assert "Traceback" not in result.output


def test_there_are_as_many_kinds_as_editors_were_seen_to_make() -> None:
    names = [slip.name for slip in ALL]
    assert len(set(names)) == len(names) >= FEWEST_KINDS


def test_the_untouched_copy_has_none_of_them(root: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "--content", str(root)])
    assert result.exit_code == 0, result.output
    assert not [
        line for line in result.output.splitlines() if line.startswith("warning") and "nobody has written" not in line
    ]


def test_months_in_a_wrong_order_are_one_mistake(root: Path) -> None:
    edit("es/language.yaml", "enero, febrero", "febrero, enero")(root)
    result = CliRunner().invoke(cli, ["check", "--content", str(root)])
    assert [line.partition(":")[0] for line in result.output.splitlines()] == ["Error", "es/language.yaml"]


def test_windows_marks_and_line_ends_change_nothing(root: Path) -> None:
    said = load_catalogue(root).edition("en").entries
    path = root / ENTRY
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert CliRunner().invoke(cli, ["check", "--content", str(root)]).exit_code == 0
    assert load_catalogue(root).edition("en").entries == said
