"""Words that belong together, written as one or apart.

"Wohngebietsfest", "Fest im Wohngebiet" and "Wohngebiet: Fest" all hold the pair of "fest"
and "wohngebiet". One field of such pairs finds a compound by its words, words by their
compound, and prefers neighbours to words that stand far from each other.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.analysis.compounds import SHORTEST_COMPOUND, CompoundSplitter
from search.analysis.german import is_stop_word, normalise, stem, words

_SENTENCE_END = re.compile(r"[.!?;\n]+\s")


def pair_tokens(text: str, splitter: CompoundSplitter) -> list[str]:
    """The pairs of a text: neighbours within a sentence, stop words left out, and compounds."""
    tokens: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        content = [found for word in words(sentence) if (found := _read(word, splitter)).stem]
        tokens += [_token(first.stem, second.stem) for first, second in pairwise(content)]
        for word in content:
            tokens += word.compounds
    return tokens


class _Word(NamedTuple):
    """The stem of a word, empty for a stop word, and the pairs that it is made of."""

    stem: str
    compounds: tuple[str, ...]


@lru_cache(maxsize=200_000)
def _read(word: str, splitter: CompoundSplitter) -> _Word:
    """Kept, since a guide is written with the same words again and again."""
    if is_stop_word(word):
        return _Word("", ())
    normal = normalise(word)
    cuts = splitter.cuts(normal) if len(normal) >= SHORTEST_COMPOUND else ()
    return _Word(stem(normal), tuple(_token(stem(head), stem(tail)) for head, tail in cuts))


def _token(first: str, second: str) -> str:
    """In any order: "Fest im Wohngebiet" and "Wohngebietsfest" name their parts differently."""
    return f"{first}_{second}" if first <= second else f"{second}_{first}"
