"""Marks what was found, in Python.

The engines match compounds, typos and beginnings in fields of their own, where their
highlighters mark nothing (35 % of editors' hits, ``facts/search.md``, lesson 5). A page has
ten hits, so it is done here.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from html import escape

from rapidfuzz.distance import OSA

from search.analysis.compounds import CompoundSplitter
from search.analysis.german import (
    SUFFIX_LENGTHS,
    clean,
    compose,
    is_stop_word,
    normalise,
    stem,
    word_matches,
    words,
)
from search.text_query import FUZZINESS, PREFIX_CUT, PREFIX_FROM, QueryText

Fragment = tuple[str, bool]
Span = tuple[int, int]

LENGTH = 200
ELLIPSIS = "…"


def to_html(fragments: list[Fragment]) -> str:
    """The fragments as safe HTML, hits in ``<mark>``."""
    return "".join(
        f"<mark>{escape(piece)}</mark>" if is_hit else escape(piece) for piece, is_hit in fragments
    )


class Highlighter:
    """Marks what answers one query: word by word, as the query's clauses decide it."""

    def __init__(
        self, query: str, splitter: CompoundSplitter, synonyms: Iterable[str] = ()
    ) -> None:
        read = QueryText.read(query)
        content = read.content
        self._splitter = splitter
        self._content = {normalise(word) for word in content}
        related = splitter.related_of_text(" ".join(content))
        same = [word for phrase in synonyms for word in words(phrase) if not is_stop_word(word)]
        self._stems = {stem(word) for word in [*content, *related, *same]}
        few = self._content if read.is_short else set()
        self._beginnings = tuple(word[:PREFIX_CUT] for word in few if len(word) >= PREFIX_FROM)
        self._endings = tuple(word for word in few if len(word) in SUFFIX_LENGTHS)
        self._few = tuple(few)
        # Each word is decided once.
        self._is_hit = cache(self._decide)
        self._is_like_typed = cache(self._decide_by_typos)

    def fragments(self, text: str, length: int = LENGTH) -> list[Fragment]:
        """The part of a text that says most about the query, cut up: (piece, is it a hit?).

        Without a hit it is the beginning of the text. At most about ``length`` characters.
        """
        text = compose(text)
        # The embedded engine also forgives a wrong first letter; where nothing else is marked
        # such a word is what was found.
        marks = _spans(text, self._is_hit) or _spans(text, self._is_like_typed)
        start, end = _window(text, marks, length)
        pieces: list[Fragment] = [(ELLIPSIS, False)] if start > 0 else []
        position = start
        for begin, finish in marks:
            if start <= begin and finish <= end:
                pieces += [(text[position:begin], False), (text[begin:finish], True)]
                position = finish
        pieces.append((text[position:end], False))
        if end < len(text):
            pieces.append((ELLIPSIS, False))
        return [piece for piece in pieces if piece[0]]

    def _decide_by_typos(self, word: str) -> bool:
        normal, _stems = _read(word, self._splitter)
        return any(_is_near(typed, normal) for typed in self._few)

    def _decide(self, word: str) -> bool:
        word, stems = _read(word, self._splitter)
        if word in self._content:
            return True
        if not stems:
            return False
        if not stems.isdisjoint(self._stems):
            return True
        if word.startswith(self._beginnings) or word.endswith(self._endings):
            return True
        return any(is_typo(typed, word) for typed in self._few)


@lru_cache(maxsize=20_000)
def _read(word: str, splitter: CompoundSplitter) -> tuple[str, frozenset[str]]:
    """A word of a text, normalised, and its stems with those of its parts; none for a stop word.

    Kept, since the same words stand in many texts.
    """
    normal = normalise(clean(word))
    if is_stop_word(normal):
        return normal, frozenset()
    return normal, frozenset(stem(part) for part in (normal, *splitter.related(normal)))


def _spans(text: str, is_hit: Callable[[str], bool]) -> list[Span]:
    return [match.span() for match in word_matches(text) if is_hit(match.group())]


def is_typo(typed: str, word: str) -> bool:
    """Is ``typed`` a misspelt ``word``? As the fuzzy clause sees it: the first letter stands."""
    return typed[:1] == word[:1] and _is_near(typed, word)


def _is_near(typed: str, word: str) -> bool:
    allowed = sum(len(typed) >= least for least in FUZZINESS)
    if not 0 < allowed >= abs(len(typed) - len(word)):
        return False
    # Exchanged neighbours count as one edit.
    return OSA.distance(typed, word, score_cutoff=allowed) <= allowed


def _window(text: str, marks: list[Span], length: int) -> Span:
    """Where to cut: the stretch with most different hits, between whole words."""
    if len(text) <= length:
        return 0, len(text)
    starts = [max(0, begin - length // 4) for begin, _ in marks] or [0]
    best = max(starts, key=lambda start: (_variety(text, marks, start, length), -start))
    best = min(best, len(text) - length)
    return _after_space(text, best, length // 4), _before_space(text, best + length, length // 4)


def _variety(text: str, marks: list[Span], start: int, length: int) -> int:
    inside = (text[begin:end] for begin, end in marks if start <= begin and end <= start + length)
    return len({stem(word) for word in inside})


def _after_space(text: str, start: int, reach: int) -> int:
    """The beginning of the first whole word, unless the words are endless."""
    if start == 0 or text[start - 1].isspace():
        return start
    space = text.find(" ", start, start + reach)
    return start if space < 0 else space + 1


def _before_space(text: str, end: int, reach: int) -> int:
    """The end of the last whole word, unless the words are endless."""
    if end >= len(text) or text[end].isspace():
        return min(end, len(text))
    space = text.rfind(" ", end - reach, end)
    return end if space < 0 else space
