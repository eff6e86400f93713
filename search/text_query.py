"""What a person typed, as the clauses that rank.

The clauses and their weights were measured: `facts/search.md`, and `make relevance`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from search import syntax
from search.analysis.compounds import CompoundSplitter
from search.analysis.german import SUFFIX_LENGTHS, clean, is_stop_word, normalise, words
from search.analysis.word_lists import QUESTION_WORDS, WORDS_OF_ALL_TEXTS
from search.analysis.word_pairs import pair_tokens

JSON = dict[str, Any]

MAX_TEXT = 1_000
MAX_WORDS = 100
EDITOR_WORDS = 4
PREFIX_FROM = 3
SHORTEST_BEGINNING, PREFIX_CUT = 2, 15  # as in the chain `prefix`
FUZZINESS = (5, 8)  # from 5 letters one typo, from 8 letters two

#: Of scores of 5 to 20: it decides only between texts that answer alike.
PREFERENCE = 0.05
OFTEN_PROVEN = 3  # projects


class Boosts(NamedTuple):
    """How much each clause weighs beside the main one; 0 leaves it out."""

    split: float = 1.0
    exact: float = 0.3
    title: float = 0.1
    lesson: float = 0.2
    pairs: float = 0.2
    parts: float = 0.4
    nouns: float = 0.0
    names: float = 0.0
    all_words: float = 0.0
    unfinished: float = 0.0
    prefix: float = 0.0
    suffix: float = 0.0
    fuzzy: float = 0.0
    near: float = 0.0
    synonym: float = 0.8


# A few words, as editors type them, are meant to stand there all: as they are, as parts or
# beginnings of others, or misspelt. In a question the main clause knows best, its nouns say
# most of what is asked for, and a name that no dictionary knows may be misspelt.
# 291 questions (decision 0044): nDCG@10 .931 -> .945, with a typo in a noun .78 -> .88.
QUESTION = Boosts(nouns=0.3, names=0.6)
FEW_WORDS = Boosts(
    title=0.3,
    pairs=2.0,
    parts=0.2,
    all_words=1.5,
    unfinished=1.2,
    prefix=0.6,
    suffix=1.0,
    fuzzy=0.4,
    near=0.8,
)


@dataclass(frozen=True)
class QueryText:
    """A person's text, read: its words, and the last one if it may be unfinished."""

    words: tuple[str, ...]
    unfinished: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "QueryText":
        """Read any text; only its first 1,000 characters and 100 words count."""
        typed = syntax.read(clean(text[:MAX_TEXT]))
        start = typed.text
        found = tuple(words(start)[:MAX_WORDS])
        last = normalise(found[-1]) if found else ""
        finished = len(last) < PREFIX_FROM or start[-1:] in ".?!" or start[-1:].isspace()
        unfinished = "" if finished else last[:PREFIX_CUT]
        return cls(found, unfinished, typed.phrases, typed.excluded)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to look for, and nothing to leave out?"""
        return not self.words and not self.excluded

    @property
    def text(self) -> str:
        """The words with spaces between them: nothing else is left."""
        return " ".join(self.words)

    @property
    def as_typed(self) -> str:
        """The small words, too: "mit", "seit" or "nach" of a question stand in its answer."""
        rarer = [word for word in self.words if normalise(word) not in WORDS_OF_ALL_TEXTS]
        return " ".join(rarer or self.words)

    @property
    def content(self) -> tuple[str, ...]:
        """The words that say what is looked for; all of them if none does."""
        telling = tuple(word for word in self.words if not _says_nothing(word))
        return telling or self.words

    @property
    def nouns(self) -> tuple[str, ...]:
        """Nouns, names and numbers: what is written so within the sentence, not at its start."""
        return tuple(word for word in self.words[1:] if word[0].isupper() or word[0].isdigit())

    @property
    def others(self) -> tuple[str, ...]:
        """The words before the unfinished one that the stem chain does not leave out."""
        return tuple(word for word in self.words[:-1] if not is_stop_word(word))

    @property
    def is_short(self) -> bool:
        """Is this a few words, as editors type them, and not a question?"""
        return 0 < len(self.words) <= EDITOR_WORDS


def _says_nothing(word: str) -> bool:
    return is_stop_word(word) or normalise(word) in QUESTION_WORDS


def text_clauses(query: QueryText, splitter: CompoundSplitter) -> list[JSON]:
    """The measured clauses: one main one, and side clauses that only add to it."""
    boosts = FEW_WORDS if query.is_short else QUESTION
    content = " ".join(query.content)
    clauses = [
        match("split", content, boosts.split),
        match("title", content, boosts.title),
        match("lesson", content, boosts.lesson),
    ]
    if not small_words_clauses(query):
        clauses.append(match("text.exact", content, boosts.exact))
    if pairs := pair_tokens(content, splitter):
        clauses.append(match("pairs", " ".join(pairs), boosts.pairs))
    if parts := splitter.related_of_text(content):
        clauses.append(match("split", " ".join(parts), boosts.parts))
    further = _few_words if query.is_short else _question
    return clauses + further(query, splitter, boosts)


def small_words_clauses(query: QueryText) -> list[JSON]:
    """A question as typed: its small words rank, but what has nothing else is no hit."""
    if query.is_short or query.content == query.words:
        return []
    return [match("text.exact", query.as_typed, QUESTION.exact)]


def preferred_clauses(this_year: int) -> list[JSON]:
    """What is recent, and what projects confirmed, comes first among its equals."""
    recent = {"terms": {"year": [this_year, this_year - 1]}}
    proven = {"range": {"proven": {"gte": 1}}}
    often_proven = {"range": {"proven": {"gte": OFTEN_PROVEN}}}
    return [
        {"constant_score": {"filter": wanted, "boost": PREFERENCE}}
        for wanted in (recent, proven, often_proven)
    ]


def required_clauses(query: QueryText) -> list[JSON]:
    """What must and what must not stand there, as filters."""
    clauses: list[JSON] = [
        {"match_phrase": {"text.exact": {"query": phrase}}} for phrase in query.phrases
    ]
    if query.excluded:
        clauses.append({"bool": {"must_not": [_mention(words) for words in query.excluded]}})
    return clauses


def _mention(excluded: str) -> JSON:
    """A word in any form of it, or the words of a phrase as they are."""
    if len(words(excluded)) > 1:
        return {"match_phrase": {"text.exact": {"query": excluded}}}
    return match("text", excluded)


def part_clause(word: str) -> JSON:
    """Texts with longer words that begin or end with this normalised one."""
    ways = [match("text.prefix", word), match("text.suffix", word)]
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def synonym_clauses(phrases: Iterable[str]) -> list[JSON]:
    """What the office says means the same: a little less than the word itself."""
    return [match("split", phrase, QUESTION.synonym, operator="and") for phrase in phrases]


def required_clause(phrases: tuple[str, ...], splitter: CompoundSplitter) -> JSON:
    """A word in any form, misspelt or by its compound parts; or one of the phrases after it."""
    word = phrases[0]
    ways = [match("split", phrase, operator="and") for phrase in phrases]
    if parts := splitter.parts_of_text(word):
        ways.append(match("split", " ".join(parts), operator="and"))
    ways.append(_fuzzy(word, 1.0))
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def _question(query: QueryText, splitter: CompoundSplitter, boosts: Boosts) -> list[JSON]:
    """The nouns once more, and the names among them as they may be misspelt."""
    nouns = query.nouns
    names = _unknown(nouns, splitter)
    clauses = [match("split", " ".join(nouns), boosts.nouns)] if nouns else []
    return [*clauses, _fuzzy(" ".join(names), boosts.names)] if names else clauses


def _unknown(words: Iterable[str], splitter: CompoundSplitter) -> list[str]:
    """Those that no dictionary knows: names, or misspelt."""
    return [word for word in words if word.isalpha() and not splitter.knows(normalise(word))]


def _few_words(query: QueryText, splitter: CompoundSplitter, boosts: Boosts) -> list[JSON]:
    """What questions do not need: all words, beginnings and endings, typos."""
    content = " ".join(query.content)
    clauses = [_fuzzy(content, boosts.fuzzy)]
    long = (word for word in query.content if len(normalise(word)) >= FUZZINESS[0])
    if unknown := _unknown(long, splitter):
        # Words with one typo before those with two.
        clauses.append(_fuzzy(" ".join(unknown), boosts.near, fuzziness=1))
    if len(query.content) > 1:
        clauses.append(match("split", content, boosts.all_words, operator="and"))
    if query.unfinished:
        clauses.append(_all_but_unfinished(query, boosts.unfinished))
    known = [normalise(word) for word in query.content]
    if beginnings := [word[:PREFIX_CUT] for word in known if len(word) >= PREFIX_FROM]:
        clauses.append(match("text.prefix", " ".join(beginnings), boosts.prefix))
    if endings := [word for word in known if len(word) in SUFFIX_LENGTHS]:
        clauses.append(match("text.suffix", " ".join(endings), boosts.suffix))
    return clauses


def _all_but_unfinished(query: QueryText, boost: float) -> JSON:
    """Every word, the last one as far as it is typed."""
    must = [match("text.prefix", query.unfinished)]
    if query.others:
        must.append(match("split", " ".join(query.others), operator="and"))
    return {"bool": {"must": must, "boost": boost}}


def _fuzzy(
    content: str, boost: float, fuzziness: str | int = "AUTO:{},{}".format(*FUZZINESS)
) -> JSON:
    """Typos: a side clause, because on the main field they hurt (lesson 2)."""
    return match(
        "text.exact",
        content,
        boost,
        fuzziness=fuzziness,
        prefix_length=1,
        max_expansions=50,
    )


def match(field: str, text: str, boost: float = 1.0, **options: str | int) -> JSON:
    return {"match": {field: {"query": text, "boost": boost, **options}}}
