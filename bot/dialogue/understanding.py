"""What a message means after what came before it, and the reply to that: for one content, remembering nothing."""

from __future__ import annotations

from msgspec.structs import replace

from bot.dialogue.actions import CHOOSING, Action, Verb, parse_action
from bot.dialogue.answers import noted
from bot.dialogue.decided import answered_claim, decided, reply_for
from bot.dialogue.following.acts import asked_again, follow, is_clear
from bot.dialogue.following.choices import ChoiceReader, titles_of
from bot.dialogue.following.followups import FollowUp, FollowUpReader
from bot.dialogue.following.wishes import Wish, WishReader, asks_beside
from bot.dialogue.memory import Memory, expected_after, offered_points, offered_topics, remember
from bot.dialogue.message import Message
from bot.dialogue.reply import Reply, Topics
from bot.dialogue.writer import ReplyWriter
from content.schema.catalogue import Catalogue
from intents.match import Before, Decision, Match
from intents.matcher import Matcher
from intents.reading import plain_words

ABOUT_ANOTHERS_WORDS = (FollowUp.SURE, FollowUp.SOURCE, FollowUp.WHY, FollowUp.MORE)
"""Follow-ups that, in reply to somebody's words, ask about those: "really?", "source?"."""
OWN_TALK = frozenset(("thanks", "bye", "greeting", "privacy", "stop", "who-are-you", "are-you-human"))
"""Small talk that is with the bot also in reply to somebody's words; any other asks about those: "can you answer?"."""
POINTING_WORDS = 8
"""Words up to which an unclear message in reply to somebody's words asks about those: "what about this one?"."""


class Understanding:
    """Reads messages for one catalogue."""

    def __init__(self, catalogue: Catalogue, matcher: Matcher, replies: ReplyWriter) -> None:
        self.catalogue = catalogue
        self.replies = replies
        self.matcher = matcher
        self.followups = FollowUpReader(catalogue.editions)
        self.wishes = WishReader(catalogue.editions, catalogue.language_cards.values())
        self._named = ChoiceReader(catalogue, self.followups)

    def answered(self, message: Message, memory: Memory, chosen: str | None) -> tuple[str, Reply, str | None]:
        """Return the words that are answered, the reply, and the language that is the person's choice from now on."""
        text, match = self._understood(message, self.code(chosen or message.locale), memory)
        plain = message.plain if text is message.text else plain_words(text)
        if wish := self.wishes.read(text, plain):
            return text, self._in_language(wish, memory, match), wish.lang
        found, picked = self._follow_up(text, plain, memory, match)
        reply = found or decided(self._hinted(match, message, chosen), memory, self.replies)
        return text, reply, picked or chosen

    def match(self, message: Message, memory: Memory, chosen: str | None) -> Match:
        """Return what the message means by itself."""
        _, match = self._understood(message, self.code(chosen or message.locale), memory)
        return self._hinted(match, message, chosen)

    def code(self, hint: str | None) -> str:
        """Return the code of the language that ``hint`` stands for, else of the first."""
        return self.catalogue.edition(hint).language.code

    def _understood(self, message: Message, preferred: str, memory: Memory) -> tuple[str, Match]:
        """Return the words to answer and what they mean: of a message that only points at a claim, the claim's.

        The language stays that of whoever asks, where their own words tell it.
        """
        match = self._meaning(message.text, preferred, memory)
        if not message.claim or not self._points_elsewhere(message.text, match):
            return message.text, match
        asked, match = match, answered_claim(self._meaning(message.claim, preferred, memory))
        own = asked.sure_of_lang and bool(message.text.strip())
        return message.claim, replace(match, lang=asked.lang, sure_of_lang=True) if own else match

    def _hinted(self, match: Match, message: Message, chosen: str | None) -> Match:
        """Return ``match`` as it is by the platform's hint of a language with a card, if the person chose no other."""
        if not message.locale or self.catalogue.language(message.locale):
            return match
        card = self.catalogue.card(message.locale)
        if card is None or (chosen and not match.foreign):
            return match
        return self.matcher.hinted(match, message.text, card.code)

    def _points_elsewhere(self, text: str, match: Match) -> bool:
        """Say whether ``text``, in reply to somebody's words, asks about those: "is this true?"."""
        understood = self.followups.read(text, match.lang)
        if not text.strip() or (understood is not None and understood.kind in ABOUT_ANOTHERS_WORDS):
            return True
        match match.decision:
            case Decision.FALLBACK:
                return not match.foreign
            case Decision.SMALLTALK:
                return match.target not in OWN_TALK
            case Decision.CLARIFY:
                return len(text.split()) <= POINTING_WORDS
            case _:
                return False

    def replied_to(self, memory: Memory, code: str) -> Memory:
        """Return ``memory`` as it is after the answer that ``code`` shows, whoever got it, and however long ago."""
        about, seen = parse_action(code), parse_action(memory.seen)
        if about is None or code == memory.shown:
            return memory
        if not memory.shown and (about.argument == memory.entry or (seen and seen.argument == about.argument)):
            return memory
        reply = reply_for(about, self.replies)
        # What is gone shows the topics in its place, and a reply to it follows nothing.
        return memory if isinstance(reply, Topics) else remember(replace(memory, choices=(), misses=0), reply)

    def _meaning(self, text: str, preferred: str, memory: Memory) -> Match:
        """Return what ``text`` means after what ``memory`` holds: of a choice in words, the part that is wanted."""
        expected = expected_after(memory, self.catalogue.edition(None).entries.get(memory.entry or ""))
        before = Before(expected, self._titles(memory))
        match = self.matcher.match(text, preferred, before)
        wanted = self.followups.wanted_part(text) if memory.choices else text
        if wanted == text or match.decision is Decision.URGENT:
            return match
        return self.matcher.match(wanted, preferred, before)

    def _titles(self, memory: Memory) -> dict[str, str]:
        """Return the title of what was shown last, by language."""
        shown = parse_action(memory.shown) or Action(Verb.TOPIC, memory.entry or "", "")
        titles = {code: titles_of(shown, one, self.catalogue.laws) for code, one in self.catalogue.editions.items()}
        return {code: named[0] for code, named in titles.items() if named}

    def _in_language(self, wish: Wish, memory: Memory, match: Match) -> Reply:
        """Return the reply to a message that wishes to be answered in a language: in it, as from now on.

        What stands beside the wish is answered; without anything to answer the last answer comes again.
        """
        lang = wish.lang
        if match.decision is Decision.URGENT:
            return decided(replace(match, lang=lang), memory, self.replies)
        edition = self.catalogue.edition(lang)
        said = replace(self._meaning(wish.rest, lang, memory), lang=lang, sure_of_lang=True)
        remembered = memory.entry or memory.choices or memory.shown
        reply = self._follow_up(wish.rest, plain_words(wish.rest), memory, said)[0] if remembered else None
        if reply is None and asks_beside(wish, match, said, memory):
            reply = decided(said, memory, self.replies)
        if reply is None:
            reply = asked_again(memory, lang, self.replies)
        if reply is None and (seen := parse_action(memory.shown or memory.seen)):
            reply = reply_for(replace(seen, lang=lang), self.replies, offered_points(memory))
        if reply is None:
            return self.replies.language_chosen(lang)
        return noted(reply, edition.phrases.language_set, edition.phrases)

    def _follow_up(self, text: str, plain: str, memory: Memory, match: Match) -> tuple[Reply | None, str | None]:
        """Return the reply to a follow-up, and the language that it chooses from now on; None for each there is not."""
        typed = self._named.typed(text, memory)
        if typed and (match.decision is not Decision.URGENT or typed.verb is Verb.URGENT):
            return reply_for(typed, self.replies, offered_points(memory)), None
        # Of a message in another language only what looks familiar is read: "что такое SB 54" picks nothing.
        understood = None if match.foreign else self.followups.read(text, match.lang, plain)
        found: Reply | Action | None = None
        if understood:
            found = follow(understood, memory, match, self.replies)
        elif not match.foreign and match.decision is not Decision.URGENT:
            named = self._named.read_back(text, memory)
            # What names an entry that was answered or offered may name a point of it, or the choice that one leads.
            known = match.target in (memory.entry, *offered_topics(memory))
            unled = known and match.decision is Decision.ANSWER and match.point is None
            if named is None and (unled or not is_clear(match)):
                named = self._named.read(text, memory)
            found = replace(named, lang=match.lang) if named else None
        if not isinstance(found, Action):
            return found, None
        reply = reply_for(found, self.replies, offered_points(memory))
        return reply, found.lang if found.verb in CHOOSING else None
