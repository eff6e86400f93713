"""The office's synonyms at search time: which phrases mean what somebody looks for.

Words are compared as both engines see them, so that inflection, case, umlauts and hyphens do not
matter; nothing in an index depends on the list, so that a change needs no rebuild (decision 0047).
"""

import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from cms.domain.synonyms import Synonym
from cms.published.synonyms import synonyms
from search.analysis.german import clean, is_stop_word, normalise, stem, words

#: A change by the office holds in every process after this time at the latest.
FRESH_SECONDS = 1.5
#: Of so many words with hyphens between them a compound may consist.
MOST_PARTS = 3
#: A text that meets more than this is asked no more clauses.
MOST_PHRASES = 20

_NO_LETTER = re.compile(r"[\W_]+")
#: Endings that an abbreviation takes: "die LAPs", "in den ARGEn". Its stem would be another word.
_ENDINGS = ("", "s", "n", "en")


class Synonyms:
    """The list, ready to be asked."""

    def __init__(self, lines: Iterable[Synonym] = ()) -> None:
        self._phrases: dict[str, dict[str, None]] = {}  # key -> phrases, in their order
        self._longest = MOST_PARTS  # words of a phrase
        for line in lines:
            group = (line.term, *line.meanings)
            for term in group if line.both_ways else (line.term,):
                others = dict.fromkeys(phrase for phrase in group if phrase != term)
                self._longest = max(self._longest, len(words(term)))
                for key in _keys_of(term):
                    self._phrases.setdefault(key, {}).update(others)

    def expand(self, typed: Sequence[str]) -> tuple[str, ...]:
        """Phrases that mean the same as some of these words, which follow one another."""
        phrases = (phrase for _words, phrases in self.meanings(typed) for phrase in phrases)
        return tuple(dict.fromkeys(phrases))[:MOST_PHRASES]

    def meanings(self, typed: Sequence[str]) -> list[tuple[range, tuple[str, ...]]]:
        """Which of these words, by their numbers, mean the same as which phrases."""
        if not self._phrases:
            return []
        found = []
        normal = [_bare(word) for word in typed]
        for start in range(len(normal)):
            for end in range(start + 1, min(start + self._longest, len(normal)) + 1):
                phrases: dict[str, None] = {}
                for key in _keys_asked(normal[start:end]):
                    phrases.update(self._phrases.get(key, {}))
                if phrases:
                    found.append((range(start, end), tuple(phrases)))
        return found


def _bare(word: str) -> str:
    """A word, normalised, without the signs in it: "G.W.A." is "gwa"."""
    return _NO_LETTER.sub("", normalise(word))


def _is_abbreviation(word: str) -> bool:
    """Written with capitals inside: ARGE, BuT, SGB."""
    return sum(letter.isupper() for letter in word) > 1


def _keys_of(phrase: str) -> Iterator[str]:
    """What a phrase of the list is found by."""
    parts = words(clean(phrase))
    normal = [_bare(word) for word in parts]
    if not any(normal) or all(is_stop_word(word) for word in parts):
        return
    if all(map(_is_abbreviation, parts)):
        # "ALG II" is also "ALG-II" and "ALGII".
        yield from ("".join(normal) + ending for ending in _ENDINGS)
    else:
        yield from (f"~{key}" for key in _stems(normal))


def _keys_asked(normal: list[str]) -> Iterator[str]:
    yield "".join(normal)
    yield from (f"~{key}" for key in _stems(normal))


def _stems(normal: list[str]) -> set[str]:
    """As single words, and as one compound: with a hyphen in it, it may be either."""
    single = "".join(map(stem, normal))
    return {single, stem("".join(normal))} if len(normal) <= MOST_PARTS else {single}


class _Kept:
    """The list of this process, read again when it is older than FRESH_SECONDS.

    All of it is read, not a version: the lines are few, and whatever changes them is seen.
    """

    def __init__(self) -> None:
        self._lines: tuple[Synonym, ...] | None = None
        self._synonyms = Synonyms()
        self._read_at = 0.0
        self._lock = threading.Lock()

    def get(self) -> Synonyms:
        with self._lock:
            if self._lines is None or time.monotonic() - self._read_at > FRESH_SECONDS:
                lines = synonyms()
                self._read_at = time.monotonic()
                if lines != self._lines:
                    self._lines, self._synonyms = lines, Synonyms(lines)
            return self._synonyms

    def forget(self) -> None:
        with self._lock:
            self._lines = None


_kept = _Kept()
#: The office's list as it is now, at most FRESH_SECONDS old.
current = _kept.get
#: The next question reads the list anew.
forget = _kept.forget
