"""A full language in any script is content only: a small Chinese and a small Vietnamese edition, trained and asked."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from bot.dialogue.writer import ReplyWriter
from content.reading.alike import ALIKE_FILE
from content.reading.compiled import load_catalogue
from content.reading.layout import BUILT_FOLDER
from intents.classifier.modelfile import MODEL_FILE, read_model, recipe
from intents.matcher import Matcher
from tests.content.editions.test_growing import ask, edit, field, keep_few_samples, read_yaml, run, speak_of, write_yaml
from tests.content.mistakes.mistakes import copy_content
from tests.tools.places import DATA

LABELS = {"zh": "来源", "vi": "Nguồn"}
NAMES = {"zh": "中文", "vi": "Tiếng Việt"}
FILLER = {
    "zh": list("山水花鸟鱼虫草木石云雨雪风霜茶酒书画琴棋笔墨纸砚春夏秋冬东南西北红黄蓝绿金银铜铁"),
    "vi": [
        "núi",
        "sông",
        "hoa",
        "chim",
        "cá",
        "cỏ",
        "cây",
        "đá",
        "mây",
        "mưa",
        "tuyết",
        "gió",
        "sương",
        "trà",
        "rượu",
        "sách",
        "đàn",
        "cờ",
        "bút",
        "mực",
        "giấy",
        "xuân",
        "hạ",
        "thu",
    ],
}
TITLES = {
    "zh": {"05-oversight": "谁来监督", "16-local-police": "本地警察的角色", "14-feedback-complaints": "如何投诉"},
    "vi": {
        "05-oversight": "Ai giám sát các nhóm",
        "16-local-police": "Vai trò của cảnh sát địa phương",
        "14-feedback-complaints": "Khiếu nại ở đâu",
    },
}
SAMPLES = {
    "zh": {
        "05-oversight": [
            "谁监督工作组",
            "由谁来监督他们",
            "有没有独立的监督机构",
            "谁检查工作组守不守规矩",
            "监督是怎么做的",
            "谁负责监督联邦特工",
            "工作组受谁监督",
            "有监督报告吗",
            "立法机关监督吗",
            "审计和监督由谁做",
        ],
        "16-local-police": [
            "本地警察帮移民局吗",
            "警察能问我的身份吗",
            "县警长可以配合移民局吗",
            "本地警察做什么",
            "警察会把我交给移民局吗",
            "警察和移民局合作吗",
            "警长办公室的角色",
            "本地警察可以抓移民吗",
            "警察能扣留我吗",
            "警察的权限是什么",
        ],
        "14-feedback-complaints": [
            "怎么投诉特工",
            "在哪里投诉",
            "我想投诉警察",
            "投诉要找谁",
            "如何提出投诉",
            "投诉表在哪里",
            "可以匿名投诉吗",
            "投诉以后会怎样",
            "向哪个部门投诉",
            "投诉需要什么材料",
            "要去哪个地方投诉",
            "我要投诉他们",
        ],
    },
    "vi": {
        "05-oversight": [
            "ai giám sát nhóm đặc nhiệm",
            "cơ quan nào giám sát họ",
            "có ai giám sát độc lập không",
            "giám sát như thế nào",
            "ai kiểm tra nhóm có theo luật không",
            "việc giám sát do ai làm",
            "quốc hội có giám sát không",
            "báo cáo giám sát ở đâu",
            "ai chịu trách nhiệm giám sát",
            "họ bị giám sát ra sao",
        ],
        "16-local-police": [
            "cảnh sát địa phương có giúp di trú không",
            "cảnh sát hỏi giấy tờ được không",
            "cảnh sát trưởng có hợp tác với ICE không",
            "cảnh sát địa phương làm gì",
            "cảnh sát có giao tôi cho di trú không",
            "vai trò của cảnh sát",
            "cảnh sát có bắt người nhập cư không",
            "cảnh sát giữ tôi được không",
            "cảnh sát có quyền gì",
            "cảnh sát quận và di trú",
        ],
        "14-feedback-complaints": [
            "khiếu nại ở đâu",
            "tôi muốn khiếu nại",
            "làm sao để khiếu nại nhân viên",
            "khiếu nại với ai",
            "mẫu đơn khiếu nại",
            "có thể khiếu nại ẩn danh không",
            "khiếu nại cảnh sát thế nào",
            "gửi đơn khiếu nại",
            "sau khi khiếu nại thì sao",
            "khiếu nại cần giấy tờ gì",
        ],
    },
}
ASKED = [
    ("工作组由谁监督?", "zh", "oversight"),
    ("警察会和移民局合作吗", "zh", "local-police"),
    ("我要去哪里投诉", "zh", "feedback-complaints"),
    ("ai giám sát các nhóm này?", "vi", "oversight"),
    ("cảnh sát địa phương có bắt tôi giao cho di trú không", "vi", "local-police"),
    ("tôi khiếu nại ở đâu", "vi", "feedback-complaints"),
    ("who checks that task forces follow the rules?", "en", "oversight"),
    ("¿la policía local puede ayudar a ICE?", "es", "local-police"),
]


def add_edition(root: Path, code: str) -> None:
    """Add the English edition as ``code``: three entries with titles and samples of their own, fillers for the rest."""
    shutil.copytree(root / "en", root / code)
    edit(root / code / "language.yaml", (r"^code: en", f"code: {code}"), (r"^name: .*", f"name: {NAMES[code]}"))
    for entry, title in TITLES[code].items():
        edit(
            root / code / "entries" / f"{entry}.yaml",
            (field("title"), f"title: {title}"),
            (field("short"), f"short: {title}。"),
        )
    between = "" if code == "zh" else " "
    for path in (root / code / "samples").glob("asked*.yaml"):
        path.unlink()
    for path in (root / code / "samples").glob("points-*.yaml"):
        path.unlink()
    (root / code / "samples" / ALIKE_FILE).unlink()
    for path in (root / code / "samples").glob("*.yaml"):
        data = read_yaml(path)
        rng = random.Random(path.stem)  # noqa: S311  # nothing secret: the same fillers each time
        subject = rng.sample(FILLER[code], 2)
        fillers = [between.join([*subject, *rng.sample(FILLER[code], 3)]) for _ in range(4)]
        texts = SAMPLES[code].get(path.stem, fillers)
        data["voices"] = {"tester": texts}
        write_yaml(path, data)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the content with few samples, trained: English and Spanish alone."""
    root = copy_content(
        tmp_path_factory.mktemp("scripts") / "content", languages=("en", "es"), samples=True, cards=True
    )
    keep_few_samples(root)
    run("train", "--content", str(root))
    return root


@pytest.fixture(scope="module")
def grown(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a Chinese and a Vietnamese edition, trained anew."""
    root = tmp_path_factory.mktemp("grown") / "content"
    shutil.copytree(before, root, ignore=shutil.ignore_patterns("built"))
    for code in NAMES:
        add_edition(root, code)
    for code, name in NAMES.items():
        speak_of(root, code, name, LABELS[code], copied="en")
    run("train", "--content", str(root))
    return root


@pytest.mark.parametrize(("text", "lang", "slug"), ASKED)
def test_each_edition_answers_in_its_language(text: str, lang: str, slug: str, grown: Path) -> None:
    reply = ask(grown, text, "en")
    assert (reply["type"], reply["slug"], reply["lang"]) == ("answer", slug, lang)


def test_the_answer_is_in_the_editions_own_words(grown: Path) -> None:
    assert ask(grown, "我要去哪里投诉")["text"].startswith("如何投诉\n\n如何投诉。")
    reply = ask(grown, "tôi khiếu nại ở đâu")
    sources = ReplyWriter(load_catalogue(grown)).sources(reply["slug"], reply["lang"]).sources
    assert all(source.label.startswith("Nguồn") for source in sources)


def test_a_topic_is_found_by_its_name_in_any_script(grown: Path) -> None:
    assert ask(grown, "本地警察的角色")["slug"] == "local-police"


def test_nothing_is_lost_in_english_and_spanish(before: Path, grown: Path) -> None:
    rows = [
        (json.loads(line)["text"], lang)
        for lang in ("en", "es")
        for line in (DATA / f"dev-{lang}.jsonl").read_text("utf-8").splitlines()
    ]
    found = {}
    for root in (before, grown):
        read = read_model(root / BUILT_FOLDER / MODEL_FILE, recipe(root))
        matcher = Matcher(load_catalogue(root), read)
        found[root] = [matcher.match(text, lang) for text, lang in rows]
    assert [text for (text, _), match in zip(rows, found[grown], strict=True) if match.lang not in ("en", "es")] == []
    assert [match.foreign for match in found[grown]] == [match.foreign for match in found[before]]
    changed = sum(
        (old.decision, old.target) != (new.decision, new.target)
        for old, new in zip(found[before], found[grown], strict=True)
    )
    assert changed <= 0.02 * len(rows), changed
