"""What says the same: entries that share nearly all words of the shorter one.

Neither rapidfuzz nor difflib: both compare letters, two texts at a time. Minutes repeat
themselves in another way: "Mundpropaganda" at one table is a whole sentence about
Mundpropaganda at the next. So the measure is the overlap coefficient of word stems
(shared words / words of the shorter text), found through an inverted index, which stays
fast with thousands of entries and needs no further package.
"""

import re
from collections import Counter, defaultdict
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]{3,}")
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_ENDINGS = ("innen", "ungen", "ung", "ern", "en", "er", "es", "em", "in", "e", "n", "s")
_SHORTEST_STEM = 4
_SPECIFIC = 9  # letters of a word that says enough alone
_STOP_TEXT = """
aber alle allen aller alles als also auch auf aus bei beim bis bzw dadurch damit dann das dass
dem den der des deren dessen die dies diese diesem diesen dieser dieses doch dort durch eher ein
eine einem einen einer eines einige einigen etwa etc für gegen gibt gut gute guten haben hat
hier hin ihr ihre ihrem ihren ihrer immer ist jede jeder jedes jedoch kann keine kein können
konnte konnten man mehr mit muss müssen nach nicht noch nur oder oft ohne schon sehr sei sein
seine seit sich sie sind sowie soll sollen sollte teilweise über und uns unter viel viele vielen
vom von vor war waren was weil wenn wer werden wie wieder wird wir wurde wurden zum zur zwar
zwischen möglich positiv positive negativ negative schlecht erfahrung erfahrungen projekt
projekte projekten projektes bewertet bewerten
"""
_STOP_WORDS = frozenset(_STOP_TEXT.split())


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    folded = word.translate(_UMLAUTS)
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
            return folded[: -len(ending)]
    return folded


def stems(text: str) -> frozenset[str]:
    """The stems of the words of ``text`` that mean something."""
    words = _WORD.findall(text.casefold())
    return frozenset(_stem(word) for word in words if word not in _STOP_WORDS)


def _needed(smaller: int) -> int:
    """How many words two texts must share, if the shorter one has ``smaller`` of them."""
    if smaller <= 3:
        return smaller
    return -(-smaller * 3 // 4)


class LookAlikeIndex:
    """Texts by their stems; finds those that look like another text."""

    def __init__(self) -> None:
        self._stems: dict[str, frozenset[str]] = {}
        self._by_stem: dict[str, list[str]] = defaultdict(list)

    def add(self, reference: str, text: str) -> None:
        """Puts ``text`` into the index under ``reference``."""
        found = stems(text)
        self._stems[reference] = found
        for stem in found:
            self._by_stem[stem].append(reference)

    def find(self, text: str, limit: int = 3) -> list[str]:
        """References of texts that look like ``text``, the most alike first."""
        own = stems(text)
        shared = Counter(reference for stem in own for reference in self._by_stem.get(stem, ()))
        alike = []
        for reference, count in shared.items():
            other = self._stems[reference]
            smaller = min(len(own), len(other))
            if count < _needed(smaller) or not _says_enough(own & other):
                continue
            alike.append((-count / len(own | other), reference))
        return [reference for _, reference in sorted(alike)[:limit]]


def _says_enough(shared: frozenset[str]) -> bool:
    return len(shared) > 1 or any(len(stem) >= _SPECIFIC for stem in shared)
