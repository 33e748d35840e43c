"""Languages that the bot does not speak are told from those it does, however these are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from content.reading.digest import CONTENT_FOLDER
from content.reading.samples import read_samples
from content.schema.catalogue import Catalogue
from intents.foreign import MARKS, ForeignReader
from intents.match import Decision
from intents.matcher import Matcher
from intents.text import fold, words

DATA = Path(__file__).parent.parent / "data"

FOREIGN = (
    "pouvez-vous m'aider avec mon visa?",
    "est-ce que la police locale peut aider ICE?",
    "bonjour",
    "a polícia local pode ajudar o ICE?",
    "vocês guardam minhas mensagens?",
    "puwede bang tumulong ang lokal na pulis sa ICE?",
    "kailangan ko ng tulong",
    "cảnh sát địa phương có thể giúp ICE không?",
    "quyền của tôi là gì nếu ICE đến nhà",
    "Kann die Polizei ICE helfen?",
    "la polizia locale può aiutare l'ICE?",
    "kuv xav tau kev pab",
    "mwen bezwen èd",
    "加州警察可以帮助ICE吗",
    "你好",
    "경찰이 ICE를 도울 수 있나요?",
    "警察はICEに協力できますか",
    "может ли полиция помогать ICE",
    "هل يمكن للشرطة مساعدة ICE",
    "آیا پلیس می‌تواند به ICE کمک کند؟",
    "կարո՞ղ է ոստիկանությունը օգնել ICE-ին",
    "ਕੀ ਪੁਲਿਸ ICE ਦੀ ਮਦਦ ਕਰ ਸਕਦੀ ਹੈ",
)
OURS = (
    "can locall polcie help ICE?",
    "wat r teh rulez 4 polise n ice",
    "¿la polisia lokal puede alludar a la migra?",
    "q kiere desir estado santuaryo",
    "my abuela got a letter de la migra, can they entrar sin permiso",
    "oye quick question can the sheriff ayudar a ICE or no",
    "what does habeas corpus mean",
    "do they have a hotline in tagalog",
    "naïve façade, fiancé, résumé",
    "asdf qwer zxcv",
    "🙂🙂🙂",
    "",
    "54",
)


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("preferred", ["en", "es"])
def test_what_is_foreign_is_refused_in_the_preferred_language(text: str, preferred: str, matcher: Matcher) -> None:
    match = matcher.match(text, preferred)
    assert (match.decision, match.lang, match.sure_of_lang) == (Decision.FALLBACK, preferred, False)
    assert match.foreign
    assert matcher.language_of(text, preferred) == (preferred, False)
    assert len(match.candidates) == len(matcher.match("task force", preferred).candidates)


@pytest.mark.parametrize("text", OURS)
def test_slips_slang_and_both_languages_mixed_are_not_foreign(text: str, matcher: Matcher) -> None:
    assert not matcher.match(text, "en").foreign


def test_no_sample_and_no_labelled_question_is_foreign(matcher: Matcher) -> None:
    texts = [sample.text for sample in read_samples(CONTENT_FOLDER)]
    for name in ("dev-en", "dev-es", "dev-real"):
        texts += [json.loads(line)["text"] for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
    assert [text for text in texts if matcher._foreign.is_foreign(fold(text), words(fold(text)))] == []


def test_one_foreign_word_among_ours_is_not_enough() -> None:
    reader = ForeignReader(("en", "es"), [{"can", "the", "police", "help", "me", "please"}])
    for text in ("can the police help me please merci", "can the polizei help me please"):
        assert not reader.is_foreign(fold(text), words(fold(text)))


def test_a_language_that_the_content_has_is_not_foreign(catalogue: Catalogue) -> None:
    text = fold("pouvez-vous m'aider avec mon visa?")
    assert ForeignReader(catalogue.editions, []).is_foreign(text, words(text))
    assert not ForeignReader({*catalogue.editions, "fr"}, []).is_foreign(text, words(text))


def test_marks_are_written_as_messages_are_read() -> None:
    for code, marks in MARKS.items():
        assert marks.split() == sorted(set(marks.split())), code
        assert all(words(fold(mark)) == [mark] for mark in marks.split()), code


def test_distress_that_foreign_words_only_look_like_is_not_believed(matcher: Matcher) -> None:
    assert matcher.match("Kann die Polizei ICE helfen?", "en").decision is Decision.FALLBACK
