"""Words that belong together, written as one or apart.

"Wohngebietsfest", "Fest im Wohngebiet" and "Wohngebiet: Fest" all hold the pair of "fest"
and "wohngebiet". One field of such pairs finds a compound by its words, words by their
compound, and prefers neighbours to words that stand far from each other.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from search.analysis.compounds import SHORTEST_COMPOUND, CompoundSplitter
from search.analysis.german import is_stop_word, lower, normalise, stem, words

_SENTENCE_END = re.compile(r"[.!?;\n]+\s")


def pair_tokens(text: str, splitter: CompoundSplitter) -> list[str]:
    """The pairs of a text: neighbours within a sentence, stop words left out, and compounds."""
    return [
        _token(first, second)
        for sentence in _SENTENCE_END.split(text)
        for first, second in _pairs(sentence, splitter)
    ]


def _pairs(sentence: str, splitter: CompoundSplitter) -> Iterator[tuple[str, str]]:
    content = [normalise(word) for word in words(lower(sentence)) if not is_stop_word(word)]
    yield from pairwise(content)
    for word in content:
        if len(word) >= SHORTEST_COMPOUND:
            yield from splitter.cuts(word)


def _token(first: str, second: str) -> str:
    """In any order: "Fest im Wohngebiet" and "Wohngebietsfest" name their parts differently."""
    return "_".join(sorted((stem(first), stem(second))))
