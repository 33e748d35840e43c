"""Tells messages in a language that the bot does not speak: by their script, or by that language's commonest words.

Slips, slang and both languages mixed must not pass for a third. Of 23,780 samples, each read without the words that
only its writer uses, none does; with a slip in every fourth word besides, one does.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import sub

from intents.reading import Folded

MARKS = {
    "de": """auch bei bin bitte brauche danke dass deutsch ein eine einem einen einwanderung habe haben helfen hilfe
        ich ihr ist jetzt kann konnen mann mein meine mich mir nach nicht oder polizei rechte schon sich sie
        sind sprechen und uns vom von wann warum wenn wer werden wir wurde zum zur""",
    "fr": """aider aidez avec avez avoir besoin bonjour cet cette chez combien dans des dois doit droits elles est
        etait etes etre faire francais ils leur loi mais mari merci moi mon notre nous oui parle parlez peut
        peux porte pourquoi pouvez quand quel quelle quels qui quoi sans sont suis toi veut veux votre vous""",
    "hmn": "ceev cov hauv kev koj kuv lawv muaj ntawm nws nyob pab peb puas thiab tsis tub txog xav xwm yog",
    "ht": """anpil bezwen bonjou dwa ede fanmi genyen imigrasyon kapab kijan kisa kote lalwa lapolis mesi moun mwen
        nou pitit pou poukisa tanpri""",
    "id": "adalah apakah bagaimana bisa dengan imigrasi ini itu polisi saya tidak tolong untuk yang",
    "it": """abbiamo aiutare aiuto anche bisogno buongiorno chi ciao controlla dei della delle diritti dove fare gli
        grazie hanno immigrazione legge miei molto nella nostro parla perche piu polizia posso possono puo quali
        questa questo siamo voglio""",
    "nl": "alsjeblieft bedankt een helpen het hoe mij niet politie rechten zijn",
    "pl": "czesc czy dla dziekuje jak jest mnie moje moze nie policja pomoc pomocy potrzebuje prosze sie tak",
    "pt": """agora ajudar ajude direitos ela ele eles estou falar fazer filho foi imigracao imigrante isso isto
        levaram meu meus minha minhas muita muito nao obrigada obrigado onde ontem pode podem porta portugues
        posso preciso quais qual quem quero sao seu sim tambem tem tenho trabalho uma voce voces""",
    "ro": "ajute ajutor cum drepturi multumesc pentru poate politia sunt",
    "tl": """alin anak ang asawa bahay bakit batas dahil dito diyan hindi ikaw iyan iyon kailan kailangan kami
        karapatan kasi kayo kumusta kung lang maari magandang meron mga naman namin nang natin nila ninyo niya
        opo paano pamilya pulis puwede pwede saan salamat sila siya tayo tulong tulungan tumulong wala yung""",
    "tr": "bir icin lutfen nasil tesekkurler yardim",
    "vi": """anh cac cam canh cho chong chung cua dinh duoc giup khi khong luat mot muon neu nguoi nha nhap nhung
        phai phuong quyen tieng toi trong viet voi xin""",
}
"""By language code, without accents, as messages are read. A language that the content has is not foreign."""
MARKED_SHARE = 0.2
"""Share of a message's words that are marks, two at least, from which it is foreign."""
UNKNOWN_SHARE = 0.5
"""Share of words that no sample holds, from which one mark is enough."""


class ForeignReader:
    """Tells what is foreign beside the languages ``spoken`` and the words of their samples."""

    def __init__(self, spoken: Container[str], vocabularies: Collection[AbstractSet[str]]) -> None:
        self._marks = frozenset(mark for code, marks in MARKS.items() if code not in spoken for mark in marks.split())
        self._vocabularies = vocabularies

    def is_foreign(self, folded: Folded, found: Sequence[str]) -> bool:
        """Say whether a text, of which ``found`` are the words, is in a language that is not spoken."""
        if not folded.isascii() and _is_of_other_script(folded):
            return True
        distinct: AbstractSet[str] = set(found)
        unknown = reduce(sub, self._vocabularies, distinct)
        if not unknown:
            return False
        # "m'aider" and "l'immigration" are two words each.
        marks = self._marks.intersection(part for word in unknown for part in word.split("'"))
        spoken = sum(not word[0].isdigit() for word in distinct)
        many = len(marks) > 1 and len(marks) >= MARKED_SHARE * spoken
        return many or (len(marks) > 0 and len(unknown) >= UNKNOWN_SHARE * spoken)


def _is_of_other_script(folded: Folded) -> bool:
    """Say whether a text has more letters beside the Latin ones than of these."""
    letters = [char for char in folded if char.isalpha()]
    return sum(not char.isascii() for char in letters) * 2 > len(letters)
