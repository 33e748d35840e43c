"""Entry 21, a signpost and a third language need content only: added to a copy, trained, checked and asked."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.cli.main import cli
from bot.dialogue.writer import ReplyWriter
from content.reading.compiled import load_catalogue
from tests.content.mistakes.mistakes import copy_content

KEPT, KEPT_OF_A_POINT = 5, 1
"""Samples kept of each file and for each point of an entry, so that training takes seconds; each from another voice."""

ENTRY_SAMPLES = {
    "en": ("drone rules", "who flies drones over the border", "are drones allowed", "camera drones in the sky"),
    "es": ("reglas de drones", "quién vuela drones en la frontera", "se permiten los drones", "drones con cámara"),
}
SIGNPOST_SAMPLES = {
    "en": ("agents at the public library", "is the library safe", "library cards and ICE", "librarians and the feds"),
    "es": ("agentes en la biblioteca", "la biblioteca es segura", "credencial de biblioteca", "bibliotecarios"),
}


def field(name: str) -> str:
    """Return the pattern of a field and its value, on however many lines."""
    return rf"^{name}: .*(\n +.*)*"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, count=1, flags=re.MULTILINE)
        assert count, f"{path.name}: {pattern}"
    path.write_text(text, encoding="utf-8")


def read_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def write_yaml(path: Path, data: Any) -> None:
    """Write ``data`` as JSON, which YAML reads too."""
    path.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")


@cache
def samples_of(text: str) -> dict[str, Any]:
    """Return what a file of samples holds; nobody may change what is in it."""
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def keep_few_samples(root: Path) -> None:
    for path in root.glob("*/samples/*.yaml"):
        data = {**samples_of(path.read_text("utf-8"))}
        if "asked" in data:
            data["asked"] = data["asked"][:KEPT]
        for key, kept in (("voices", KEPT), ("whole", KEPT_OF_A_POINT)):
            if key in data:
                data[key] = few(data[key], kept)
        if "points" in data:
            data["points"] = {point: few(voices, KEPT_OF_A_POINT) for point, voices in data["points"].items()}
        write_yaml(path, data)


def few(voices: dict[str, list[str]], kept: int) -> dict[str, list[str]]:
    """Return so many samples, from as many voices as can be."""
    each = -(-kept // max(1, len(voices)))
    return {voice: texts[:each] for voice, texts in list(voices.items())[:kept]}


def speak_of(root: Path, code: str, name: str, label: str, copied: str = "es") -> None:
    """Let everything that all languages share have ``code``'s words too: ``copied``'s, and a name and a label."""
    sources, laws = read_yaml(root / "sources.yaml"), read_yaml(root / "laws.yaml")
    for source in sources["sources"]:
        source["label"][code] = " ".join([label, *re.findall(r"\d+", source["label"]["en"])])
    for law in laws["laws"]:
        for value in law.values():
            if isinstance(value, dict) and copied in value:
                value[code] = value[copied]
    write_yaml(root / "sources.yaml", sources)
    write_yaml(root / "laws.yaml", laws)
    for path in (root / "languages").glob("*.yaml"):
        card = read_yaml(path)
        card["names"][code], card["buttons"][code] = card["names"][copied], card["buttons"][copied]
        write_yaml(path, card)
    for path in root.glob("??/language.yaml"):
        edit(path, (r"^names:\n", f"names:\n  {code}: [{name}]\n"))


def write_samples(root: Path, lang: str, name: str, intent: str, texts: tuple[str, ...]) -> None:
    samples = [f"{start}{text}{end}" for text in texts for start, end in (("", ""), ("ok ", "?"), ("hm, ", " 2027"))]
    data = {"intent": intent, "voices": {"tester": samples}}
    write_yaml(root / lang / "samples" / f"{name}.yaml", data)


def add_entry(root: Path, lang: str) -> None:
    path = root / lang / "entries" / "21-drones.yaml"
    shutil.copy(root / lang / "entries" / "05-oversight.yaml", path)
    edit(
        path,
        (field("number"), "number: 21"),
        (field("slug"), "slug: drones"),
        (field("title"), "title: Drones over the border"),
        (field("short_title"), "short_title: Drones"),
        (field("aliases"), "aliases: [unmanned aircraft]"),
    )
    write_samples(root, lang, "21-drones", "entry/drones", ENTRY_SAMPLES[lang])


def add_signpost(root: Path, lang: str) -> None:
    path = root / lang / "signposts" / "libraries.yaml"
    shutil.copy(root / lang / "signposts" / "schools.yaml", path)
    edit(
        path,
        (field("id"), "id: libraries"),
        (field("title"), "title: Agents at libraries"),
        (field("short_title"), "short_title: Libraries"),
        (field("nearest"), "nearest: [drones]"),
    )
    write_samples(root, lang, "signpost-libraries", "signpost/libraries", SIGNPOST_SAMPLES[lang])


def add_language(root: Path, code: str, copied: str) -> None:
    shutil.copytree(root / copied, root / code)
    edit(root / code / "language.yaml", (rf"^code: {copied}", f"code: {code}"), (r"^name: .*", "name: Gallego"))
    speak_of(root, code, "gallego", "Fonte")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content with entry 21, a signpost and a third language, trained."""
    root = copy_content(tmp_path_factory.mktemp("grown") / "content", languages=("en", "es"), samples=True, cards=True)
    keep_few_samples(root)
    for lang in ("en", "es"):
        add_entry(root, lang)
        add_signpost(root, lang)
    add_language(root, "gl", "es")
    run("train", "--content", str(root))
    return root


def ask(root: Path, text: str, lang: str = "en") -> dict[str, Any]:
    reply: dict[str, Any] = json.loads(run("ask", "--json", "--content", str(root), "--lang", lang, text))
    return reply


def test_the_grown_content_passes_the_check(grown: Path) -> None:
    assert "21 entries in en, es, gl; " in run("check", "--content", str(grown))


@pytest.mark.parametrize(
    ("text", "lang"), [("are drones allowed over the border?", "en"), ("¿se permiten los drones con cámara?", "es")]
)
def test_entry_21_answers(text: str, lang: str, grown: Path) -> None:
    reply = ask(grown, text, lang)
    assert (reply["type"], reply["entry"], reply["slug"], reply["lang"]) == ("answer", 21, "drones", lang)


@pytest.mark.parametrize("name", ["21", "drones", "Drones over the border", "unmanned aircraft"])
def test_entry_21_is_found_by_its_names(name: str, grown: Path) -> None:
    assert ask(grown, name)["slug"] == "drones"


def test_entry_21_stands_in_the_list_of_topics(grown: Path) -> None:
    assert "  21. Drones over the border\n" in run("topics", "--content", str(grown))


def test_the_new_signpost_answers(grown: Path) -> None:
    reply = ask(grown, "is the public library safe from agents?")
    assert (reply["type"], reply["signpost"], reply["entry"]) == ("signpost", "libraries", None)
    assert [choice["slug"] for choice in reply["suggestions"] if choice["slug"]] == ["drones"]


def test_the_third_language_is_spoken(grown: Path) -> None:
    reply = ask(grown, "21", lang="gl")
    assert (reply["slug"], reply["lang"]) == ("drones", "gl")
    sources = ReplyWriter(load_catalogue(grown)).sources("drones", "gl").sources
    assert all(source.label.startswith("Fonte") for source in sources)


def test_the_third_language_can_be_chosen_by_name(grown: Path) -> None:
    assert ask(grown, "Gallego")["lang"] == "gl"


def test_the_twenty_are_still_there(grown: Path) -> None:
    assert [ask(grown, str(number))["entry"] for number in (1, 20)] == [1, 20]
