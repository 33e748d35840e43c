"""Languages that the bot does not answer in are told from those it does, and from each other, however written."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date

import pytest
from msgspec.structs import replace

from content.reading.digest import CONTENT_FOLDER
from content.reading.samples import read_samples
from content.schema.catalogue import Catalogue
from content.schema.languages import Cries, Guide, LanguageCard, Script, Tongue
from content.schema.statements import Link
from intents.language.foreign import UNDETERMINED, WORDS_OF_A_SCRIPT, ForeignReader
from intents.match import Decision
from intents.matcher import Matcher
from intents.reading import fold
from tests.tools.places import DATA

FOREIGN = (
    ("pouvez-vous m'aider avec mon visa?", "fr"),
    ("est-ce que la police locale peut aider ICE?", "fr"),
    ("bonjour", "fr"),
    ("a polícia local pode ajudar o ICE?", "pt"),
    ("vocês guardam minhas mensagens?", "pt"),
    ("puwede bang tumulong ang lokal na pulis sa ICE?", "tl"),
    ("kailangan ko ng tulong", "tl"),
    ("cảnh sát địa phương có thể giúp ICE không?", "vi"),
    ("quyền của tôi là gì nếu ICE đến nhà", "vi"),
    ("toi can giup do", "vi"),
    ("Kann die Polizei ICE helfen?", "de"),
    ("la polizia locale può aiutare l'ICE?", "it"),
    ("ICE steht vor meiner Tür", "de"),
    ("mein Vater ist nicht heimgekommen", "de"),
    ("ICE kapımda ne yapmalıyım", "tr"),
    ("babamı götürdüler", "tr"),
    ("annem tutuklandi", "tr"),
    ("ratunku, zabrali męża", "pl"),
    ("aresztowali mojego brata", "pl"),
    ("ICE è alla mia porta aiuto", "it"),
    ("hanno portato via mio padre", "it"),
    ("l-au arestat pe tata", "ro"),
    ("ze hebben mijn vader opgepakt", "nl"),
    ("kuv xav tau kev pab", "hmn"),
    ("mwen bezwen èd", "ht"),
    ("加州警察可以帮助ICE吗", "zh-hans"),
    ("ICE 来了", "zh-hans"),
    ("加州警察可以幫助ICE嗎", "zh-hant"),
    ("佢哋喺門口", "zh-hant"),
    ("你好", "zh-hans"),
    ("경찰이 ICE를 도울 수 있나요?", "ko"),
    ("警察はICEに協力できますか", "ja"),
    ("может ли полиция помогать ICE", "ru"),
    ("чи може поліція допомагати ICE", "uk"),
    ("هل يمكن للشرطة مساعدة ICE", "ar"),
    ("آیا پلیس می‌تواند به ICE کمک کند؟", "fa"),
    ("کیا پولیس ICE کی مدد کر سکتی ہے؟", "ur"),
    ("կարո՞ղ է ոստիկանությունը օգնել ICE-ին", "hy"),
    ("ਕੀ ਪੁਲਿਸ ICE ਦੀ ਮਦਦ ਕਰ ਸਕਦੀ ਹੈ", "pa"),
    ("क्या पुलिस ICE की मदद कर सकती है", "hi"),
    ("के प्रहरीले ICE लाई मद्दत गर्न सक्छ", "ne"),
    ("តើប៉ូលិសអាចជួយ ICE បានទេ", "km"),
    ("ตำรวจช่วย ICE ได้ไหม", "th"),
    ("ຕຳຫຼວດຊ່ວຍ ICE ໄດ້ບໍ່", "lo"),
    ("ελληνικά μιλάτε;", "el"),
    ("އެހީތެރިވޭ", UNDETERMINED),
    ("la police de l'immigration frappe à la porte", "fr"),
    ("me ajuda por favor", "pt"),
)
ROMANISED = (
    ("ICE mere darwaze par hai", "hi"),
    ("mere pati ko immigration wale le gaye", "hi"),
    ("ICE mere darwaje te khadi hai, menu dasso", "pa"),
    ("immigratsionnaya policiya u moey dveri", "ru"),
    ("moego muzha zabrali segodnya", "ru"),
    ("moho cholovika zabraly sohodni", "uk"),
    ("mamura poshte dar hastand, komak konid", "fa"),
    ("nergaghti vostikanutyun dran mot e, ogneq", "hy"),
    ("elhijra 3al bab, sa3douni", "ar"),
    ("yimin ju zai qiao men", "zh-hans"),
    ("imin ga doa no mae ni imasu, tasukete kudasai", "ja"),
    ("iminguk saram mun ape wasseoyo, dowa juseyo", "ko"),
    ("juoy knhom phong, polis mok pteah", "km"),
    ("suay dae, tamluat yu na baan", "lo"),
    ("chuay duay, tamruat yuu na baan", "th"),
)
"""Cries for help in Latin letters, as people type them whose keyboard has no others."""
WITHOUT_CARD = (
    (
        "de",
        ("Guten Tag", "guten abend", "Grüss Gott", "Grüezi mitenand"),
        ("Hilfe!!", "Helfen Sie mir bitte", "sie haben meinen Mann mitgenommen"),
    ),
    ("nl", ("Goedemorgen", "Goede avond"), ("help mij alsjeblieft", "Help Mij", "ze hebben mijn man meegenomen")),
    (
        "it",
        ("Buongiorno", "Buona Sera", "Ciao", "ciao a tutti"),
        ("Aiuto!", "aiutatemi per favore", "hanno arrestato mio marito"),
    ),
    ("pl", ("Dzień Dobry", "dobry wieczor"), ("pomocy", "Proszę o pomoc", "zabrali mi syna")),
    ("ro", ("Bună Ziua", "buna seara"), ("ajutor", "ajutati-ma va rog")),
    ("tr", ("Merhaba", "İyi Günler", "iyi aksamlar"), ("imdat", "yardım edin lütfen", "lutfen yardim edin")),
    ("id", ("Selamat Pagi", "Halo, apa kabar?"), ("tolong saya", "suami saya ditangkap")),
    ("sw", ("Habari", "Habari za asubuhi", "Jambo"), ("nisaidie tafadhali", "msaada", "polisi wako mlangoni")),
    ("so", ("Iska warran", "Subax Wanaagsan"), ("i caawi fadlan", "caawimaad ayaan u baahanahay")),
    ("am", ("ሰላም", "selam, endet neh"), ("እባክዎ እርዱኝ", "ebakih erdugn")),
    ("bn", ("নমস্কার", "Kemon Achen"), ("আমাকে সাহায্য করুন", "amake sahajjo korun")),
    ("ur", ("آپ کیسے ہیں",), ("میری مدد کریں", "دروازے پر پولیس ہے")),
    ("ne", ("कस्तो छ",), ("मलाई मद्दत गर्नुहोस्", "malai maddat garnus")),
    ("el", ("Καλημέρα", "kalimera"), ("βοήθεια", "voithia parakalo")),
    ("hu", ("Jó Napot", "jo reggelt"), ("Segítség", "segitseg", "elvittek a ferjem")),
    ("cs", ("Dobrý Den", "dobry den"), ("pomozte mi prosím", "odvedli manžela")),
    ("sv", ("God Dag", "god morgon"), ("hjälp mig snälla", "hjalp")),
    ("no", ("God Morgen", "goddag"), ("hjelp meg", "hjælp mig")),
    ("fi", ("Hyvää Päivää",), ("auttakaa minua", "apua")),
    ("hr", ("Dobar Dan", "dobro jutro"), ("pomozite mi molim", "upomoć")),
    ("sq", ("Mirëdita",), ("ndihmë", "me ndihmoni ju lutem")),
    ("yo", ("E Kaaro",), ("e jowo ran mi lowo",)),
    ("ig", ("Ndewo",), ("biko nyere m aka",)),
    ("ha", ("Sannu", "ina kwana"), ("taimake ni don Allah",)),
    ("om", ("akkam jirtu",), ("na gargaari",)),
    ("uz", ("Assalomu Alaykum",), ("yordam bering",)),
    ("az", ("salam necəsiniz",), ("kömək edin",)),
    ("he", ("שלום",), ("הצילו",)),
    ("ka", ("გამარჯობა",), ("დამეხმარეთ",)),
    ("ta", ("வணக்கம்", "vanakkam"), ("உதவுங்கள்",)),
    ("gu", ("નમસ્તે",), ("મદદ કરો",)),
    ("my", ("မင်္ဂလာပါ",), ("ကူညီပါ",)),
    ("ps", ("ښه ورځ",), ("مرسته وکړئ",)),
    ("rw", ("Muraho",), ("mfasha",)),
    ("sm", ("Talofa",), ("fesoasoani mai",)),
    ("bg", ("Здравейте",), ("Помощ",)),
    ("mr", ("तुम्ही कसे आहात",), ("मला मदत करा",)),
    ("ca", ("Bon dia", "bona tarda, parleu català?"), ("ajudeu-me si us plau",)),
    ("ml", ("നമസ്കാരം", "namaskaram sukhamano"), ("എന്നെ സഹായിക്കൂ", "ente bharthavu ne kondupoyi")),
    ("kn", ("ನಮಸ್ಕಾರ",), ("ಸಹಾಯ ಮಾಡಿ", "nanage sahaya madi")),
    ("si", ("ආයුබෝවන්", "ayubowan kohomada"), ("උදව් කරන්න", "mata udaw karanna")),
    ("or", ("ନମସ୍କାର",), ("ସାହାଯ୍ୟ କରନ୍ତୁ",)),
    ("bo", ("བཀྲ་ཤིས་བདེ་ལེགས", "tashi delek"), ("རོགས་གནང",)),
    ("aii", ("ܫܠܡܐ", "shlama lokhun"), ()),
)
"""How people greet and cry in languages that have no card, by code."""
OURS = (
    "can locall polcie help ICE?",
    "wat r teh rulez 4 polise n ice",
    "¿la polisia lokal puede alludar a la migra?",
    "q kiere desir estado santuaryo",
    "my abuela got a letter de la migra, can they entrar sin permiso",
    "oye quick question can the sheriff ayudar a ICE or no",
    "what does habeas corpus mean",
    "do they have a hotline in tagalog",
    "can a Mixteco speaker be arrested by the local police",
    "onde esta mi hermano",
    "tamo afuera de la corte",
    "voi a la corte",
    "vo a ir",
    "voi a llamar",
    "ke honda",
    "oki doki",
    "cachai",
    "ya no pe",
    "bn y tu",
    "que mas pues parce",
    "toi solita con mis cipotes",
    "dey tuk my husban",
    "ion kno wat to do",
    "aight thx fam",
    "what does 移民 mean",
    "саn the роlicе hеlp IСE",
    "officer Nguyễn came to my door",
    "naïve façade, fiancé, résumé",
    "¯\\_(ツ)_/¯",
    "asdf qwer zxcv",
    "🙂🙂🙂",
    "",
    "54",
)


SETS = ("short", "unseen", "doors-2", *(f"doors-{number}" for number in range(4, 14)))
UNTOUCHED = "doors-11"
"""The set that nothing was learnt from after its first run."""
SAME_IN_BOTH_SCRIPTS = ("收到法院的通知，我很怕", "我弟弟上班途中被捕了", "您好")
"""Chinese messages all of whose characters are the same in both scripts: taken for the simplified one."""


@pytest.mark.parametrize(("text", "code"), ROMANISED)
def test_another_script_in_latin_letters_is_told_and_its_distress_heard(text: str, code: str, matcher: Matcher) -> None:
    found = matcher.match(text, "en")
    assert (found.decision, found.foreign, found.distressed) == (Decision.FALLBACK, code, True)


def unseen() -> list[dict[str, str]]:
    """Thirty messages in each of ten languages, by someone who had not seen the cards and the lists of words."""
    return read_set("unseen")


def read_set(name: str) -> list[dict[str, str]]:
    """Return the rows of a set of short messages (tests/data/languages/SETS.md)."""
    found = next((DATA / "languages").rglob(f"{name}.jsonl"))
    return read_rows(str(found.relative_to(DATA).with_suffix("")))


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of tests/data."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def labelled() -> list[str]:
    """Every sample and every labelled question in the languages that the bot answers in."""
    texts = [sample.text for sample in read_samples(CONTENT_FOLDER)]
    for name in ("dev-en", "dev-es", "dev-real", "real/learn", "real/learn-2", "own-en", "own-es"):
        texts += [json.loads(line)["text"] for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return texts


@pytest.mark.parametrize(("text", "code"), FOREIGN)
@pytest.mark.parametrize("preferred", ["en", "es"])
def test_what_is_foreign_is_told_and_refused_in_the_preferred_language(
    text: str, code: str, preferred: str, matcher: Matcher
) -> None:
    match = matcher.match(text, preferred)
    assert (match.decision, match.lang, match.sure_of_lang) == (Decision.FALLBACK, preferred, False)
    assert match.foreign == code
    assert len(match.candidates) == len(matcher.match("task force", preferred).candidates)


@pytest.mark.parametrize(("code", "greetings", "cries"), WITHOUT_CARD)
def test_greetings_and_cries_are_told_in_languages_without_a_card(
    code: str, greetings: tuple[str, ...], cries: tuple[str, ...], matcher: Matcher
) -> None:
    found = {text: matcher.match(text, "en") for text in (*greetings, *cries)}
    assert {text: (match.foreign, match.distressed) for text, match in found.items()} == {
        text: (code, text in cries) for text in found
    }


def test_messages_in_languages_without_a_card_are_told(matcher: Matcher) -> None:
    rows = read_rows("without-cards")
    found = [(row, matcher.match(row["text"], "en")) for row in rows]
    wrong = [row for row, match in found if match.foreign not in (None, row["language"])]
    assert sum(match.foreign == row["language"] for row, match in found) >= 59, wrong
    assert wrong == []
    assert [row for row, match in found if match.distressed is not (row["kind"] == "distress")] == []


@pytest.mark.parametrize("text", OURS)
def test_slips_slang_and_both_languages_mixed_are_not_foreign(text: str, matcher: Matcher) -> None:
    assert matcher.match(text, "en").foreign is None


def test_no_sample_and_no_labelled_question_is_foreign(matcher: Matcher) -> None:
    assert [text for text in labelled() if matcher._hearer.languages.foreign.read(text, fold(text))] == []


def test_short_messages_are_told_in_their_own_language(matcher: Matcher) -> None:
    wrong, missed, total = [], [], 0
    for row in read_set("short"):
        found = matcher.match(row["text"], "en").foreign
        total += 1
        if found != row["language"]:
            (missed if found is None else wrong).append((row["text"], found))
    assert len(wrong) <= 0.01 * total, wrong
    assert len(missed) <= 0.02 * total, missed


@pytest.mark.parametrize("code", ["zh-hans", "zh-hant", "vi", "tl", "ko", "ru", "ar", "fa", "pt", "ht"])
def test_messages_by_someone_who_had_not_seen_the_lists_are_told(code: str, matcher: Matcher) -> None:
    rows = [row for row in unseen() if row["language"] == code]
    assert len(rows) == 30
    missed = [row["text"] for row in rows if matcher.match(row["text"], "en").foreign != code]
    assert sorted(missed) == sorted(SAME_IN_BOTH_SCRIPTS if code == "zh-hant" else [])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("doors-2", 499),
        ("doors-4", 495),
        ("doors-5", 289),
        ("doors-6", 186),
        ("doors-7", 160),
        ("doors-8", 508),
        ("doors-9", 507),
        ("doors-10", 237),
        ("doors-11", 519),
        ("doors-12", 570),
        ("doors-13", 570),
    ],
)
def test_messages_as_people_type_them_on_a_phone_are_told(name: str, told: int, matcher: Matcher) -> None:
    rows = read_set(name)
    wrong = [row for row in rows if matcher.match(row["text"], "en").foreign != row["language"]]
    assert len(rows) - len(wrong) >= told, wrong
    assert max(Counter(row["language"] for row in wrong).values(), default=0) <= 0.1 * len(rows) / 14 + 1, wrong


def test_words_that_the_lists_lack_are_told_by_their_letters(catalogue: Catalogue, matcher: Matcher) -> None:
    rng = random.Random(20)  # noqa: S311
    tongues = [
        replace(
            tongue,
            words=" ".join(word for word in tongue.words.split() if rng.random() < 0.5),
            romanised=" ".join(word for word in tongue.romanised.split() if rng.random() < 0.5),
            phrases=tuple(phrase for phrase in tongue.phrases if rng.random() < 0.5),
        )
        for tongue in (*catalogue.foreign.values(), *catalogue.language_cards.values())
    ]
    reader = ForeignReader(tongues, [speller.known for speller in matcher._hearer._spellers.values()])
    rows = [row for name in SETS for row in read_set(name)]
    told = [(row["text"], row["language"], reader.read(row["text"], fold(row["text"]))) for row in rows]
    # Half of each language's words are gone; without its letters this is 9 %.
    assert sum(found != code for _, code, found in told) <= 0.04 * len(rows)
    assert sum(found not in (None, code) for _, code, found in told) <= 0.015 * len(rows)


def test_cries_for_help_in_other_languages_are_told(matcher: Matcher) -> None:
    found = {kind: [row for row in unseen() if row["kind"] == kind] for kind in ("distress", "question", "greeting")}
    cries = {kind: sum(matcher.match(row["text"], "en").distressed for row in rows) for kind, rows in found.items()}
    assert cries["distress"] >= 0.95 * len(found["distress"])
    assert cries["question"] <= 0.1 * len(found["question"])
    assert cries["greeting"] == 0


@pytest.mark.parametrize("name", [name for name in SETS[2:] if name != UNTOUCHED])
def test_cries_as_people_type_them_on_a_phone_are_heard_and_nothing_else(name: str, matcher: Matcher) -> None:
    missed, alarms = [], []
    for row in read_set(name):
        match = matcher.match(row["text"], "en")
        heard = match.distressed or match.decision is Decision.URGENT
        if heard is not (row["kind"] == "distress"):
            (alarms if heard else missed).append(row)
    assert len(missed) <= 0.01 * len(read_set(name)), missed
    assert len(alarms) <= 0.025 * len(read_set(name)), alarms


def test_cries_of_a_set_that_nothing_was_learnt_from_are_heard_as_at_its_first_run(matcher: Matcher) -> None:
    rows = read_set(UNTOUCHED)
    heard = Counter(row["kind"] for row in rows if matcher.match(row["text"], "en").distressed)
    assert heard["distress"] >= 175
    assert heard["question"] + heard["greeting"] <= 42


def test_a_cry_is_told_by_what_stands_together_and_not_as_a_question() -> None:
    def heard(text: str, script: Script = "Latin", **pieces: tuple[str, ...]) -> bool:
        card = LanguageCard(
            code="xx",
            script=script,
            cries=Cries(**pieces),
            name="X",
            names={},
            direction="ltr",
            about="",
            heading="",
            sentences=("",) * 4,
            welcome="",
            private_matter="",
            continue_privately="",
            guide=Guide(label="", button="", url="", source=""),
            legal_help=Link(label="", url=""),
            buttons={},
            not_checked="",
            checked_by="",
            known_to=date(2026, 11, 29),
        )
        return ForeignReader([card], []).in_distress("xx", text)

    told = {
        "somebody": ("mari",),
        "taken": ("emmen",),
        "agents": ("ice",),
        "near": ("porte",),
        "asks": ("dois je",),
        "calm": ("bonjour", "oui?"),
    }
    for text, cry in (
        ("Ils ont emmené mon mari", True),
        ("Ils l'ont emmené?", False),
        ("Bonjour, ils l'ont emmené", False),
        ("mon mari emmené?", True),
        ("bonjour mon mari emmené", True),
        ("ice à la porte?", True),
        ("la porte est cassée", True),
        ("la porte?", False),
        ("c'est ice", True),
        ("ice?", False),
        ("mon mari", True),
        ("mon mari, oui", False),
        ("oui, mon mari", True),
        ("dois-je ouvrir la porte à ice", False),
        ("enchantée", False),
        ("on va tous nous jeter dehors", True),
        ("on va tous nous jeter dehors?", False),
    ):
        assert heard(text, **told) is cry, text
    # A short word counts whole, a longer one by its beginning, in scripts without spaces anything anywhere.
    assert heard("ice, licence?", agents=("ice",), near=("licen",))
    assert not heard("icefield licence?", agents=("ice",), near=("licen",))
    assert heard("забрали мужа", "Cyrillic", taken=("забрал",))
    assert not heard("незабрали", "Cyrillic", taken=("забрал",))
    assert heard("他們把我爸帶走", "Han", taken=("帶走",))
    # Four words are fewer letters where a letter says more.
    assert heard("他們不讓我們離開", "Han")
    assert not heard("他們不讓我", "Han")
    assert not heard("도와주나요", "Hangul", agents=("도와",), calm=("나요?",))


def test_questions_with_every_fifth_word_mistyped_are_not_foreign(matcher: Matcher) -> None:
    rng = random.Random(20)  # noqa: S311
    told = total = 0
    for name in ("dev-en", "dev-es", "dev-real", "real/learn", "real/learn-2", "own-en", "own-es"):
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            text = " ".join(
                _slip(word, rng) if rng.random() < 0.2 else word for word in json.loads(line)["text"].split()
            )
            told += matcher._hearer.languages.foreign.read(text, fold(text)) is not None
            total += 1
    assert told <= 0.002 * total, told


def _slip(word: str, rng: random.Random) -> str:
    """Return ``word`` with two letters swapped, or one left out, wrong or too many."""
    place, letter = rng.randrange(len(word)), rng.choice("abcdefghijklmnopqrstuvwxyz")
    before, here, behind = word[:place], word[place], word[place + 1 :]
    return rng.choice(
        (
            f"{before}{behind[:1]}{here}{behind[1:]}",
            before + behind,
            before + letter + behind,
            before + letter + here + behind,
        )
    )


def test_a_phrase_tells_as_much_as_it_has_words_and_alone_is_enough() -> None:
    tongues = [Tongue(code="pt", name="Portuguese", script="Latin", phrases=("o que é", "oi"))]
    reader = ForeignReader(tongues, [{"o", "que", "e", "la", "ley", "oi", "hoy"}])
    for text, code in (
        ("o que é la ley", "pt"),
        ("Oi!", "pt"),
        ("o que e la ley", None),
        ("oi que ley", None),
        ("lo que é la ley", None),
    ):
        assert reader.read(text, fold(text)) == code, text


def test_one_foreign_word_among_ours_is_not_enough() -> None:
    tongues = [
        Tongue(code="fr", name="French", script="Latin", words="merci moi"),
        Tongue(code="de", name="German", script="Latin", words="bitte polizei"),
    ]
    reader = ForeignReader(tongues, [{"can", "the", "police", "help", "me", "please"}])
    for text in ("can the police help me please merci", "can the polizei help me please"):
        assert reader.read(text, fold(text)) is None
    assert reader.read("merci", fold("merci")) == "fr"


def test_a_script_that_nobody_described_is_undetermined_unless_samples_are_in_it() -> None:
    text = "может ли полиция"
    assert ForeignReader([], [{"police"}]).read(text, fold(text)) == UNDETERMINED
    assert ForeignReader([], [{"полиция"}]).read(text, fold(text)) == UNDETERMINED
    many = {f"слово{number}" for number in range(WORDS_OF_A_SCRIPT)}
    assert ForeignReader([], [many]).read(text, fold(text)) is None


def test_distress_that_foreign_words_only_look_like_is_not_believed(matcher: Matcher) -> None:
    assert matcher.match("Kann die Polizei ICE helfen?", "en").decision is Decision.FALLBACK


@pytest.mark.parametrize(
    "text", ["ICE is at my door, do you speak Korean?", "la migra está en mi puerta, hablo mixteco"]
)
def test_distress_in_a_language_of_the_bot_comes_before_any_other_language(text: str, matcher: Matcher) -> None:
    assert matcher.match(text, "en").decision is Decision.URGENT
