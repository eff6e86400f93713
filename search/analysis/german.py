"""German words as the index sees them: the analysis chains of ``chains.py`` in Python.

The embedded engine, the compound splitter and the highlighter need in Python what
Elasticsearch does with its own filters, so that both sides agree on every word.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from search.analysis.word_lists import STOP_WORDS

PREFIX_LENGTHS = range(2, 16)
SUFFIX_LENGTHS = range(4, 16)

# ae, oe and ue lose their e; "ue" keeps it after another vowel or q ("Quelle", "treue").
_UMLAUT_E = re.compile(r"(?<=[ao])e|(?<=(?<![aoueiqyäöü])u)e")
_INNEN = re.compile(r"^(.{3,}in)nen$", re.DOTALL)

# Words as Lucene's standard tokenizer sees them: a point or an apostrophe joins letters,
# a comma joins digits, and every ideograph is a word of its own.
_IDEOGRAPHS = r"\u2e80-\u309f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = rf"[^\W{_IDEOGRAPHS}]+"
_INNER = r"(?:(?<=[^\W\d_])[.:'’·](?=[^\W\d_])|(?<=\d)[.,;'](?=\d))"
_WORD = re.compile(rf"{_RUN}(?:{_INNER}{_RUN})*|[{_IDEOGRAPHS}]")
_JOINERS = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Bürger:innen, Bürger*innen, Bürger_innen, Bürger/-innen, BürgerInnen
_GENDER = re.compile(r"(?<=[a-zäöüß])(?:[:*_/]-?[iI]|I)(n(?:nen)?)\b")

_stemmer = snowballstemmer.stemmer("german")
_stemmer_lock = threading.Lock()


def compose(text: str) -> str:
    """Text as people paste it, made whole: composed umlauts, no soft hyphens."""
    return _JOINERS.sub("", unicodedata.normalize("NFC", text))


def clean(text: str) -> str:
    """Text made whole and without gender signs: "Bürger:innen" becomes "Bürgerinnen"."""
    return _GENDER.sub(r"i\1", compose(text))


def words(text: str) -> list[str]:
    """The words of a text, in order, as written."""
    return _WORD.findall(text)


def word_matches(text: str) -> Iterator[re.Match[str]]:
    """The words of a text, in order, and where they stand."""
    return _WORD.finditer(text)


def lower(text: str) -> str:
    """Lower case, as Lucene's ``lowercase`` filter makes it."""
    # Java lower-cases letter by letter: a dotted capital I becomes one letter, and a
    # capital sigma never becomes a final one. (`replace` is three times as fast as `translate`.)
    return text.replace("İ", "i").replace("Σ", "σ").lower()


def normalise(word: str) -> str:
    """A word or text after ``lowercase`` and ``german_normalization``.

    The rules are those of Lucene's GermanNormalizationFilter: ä, ö, ü and ae, oe, ue
    become a, o, u; ß becomes ss.
    """
    plain = _UMLAUT_E.sub("", lower(word))
    return plain.replace("ä", "a").replace("ö", "o").replace("ü", "u").replace("ß", "ss")


def fold_innen(word: str) -> str:
    """The normalised plural "-innen" as its singular: the stemmer does not know it."""
    return _INNEN.sub(r"\1", word)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one word: normalisation, the "-innen" rule, Snowball's German stemmer."""
    normal = fold_innen(normalise(word))
    with _stemmer_lock:
        return str(_stemmer.stemWord(normal))


def is_stop_word(word: str) -> bool:
    """Is this a word that the stem chain leaves out?"""
    return lower(word) in STOP_WORDS


def stem_tokens(text: str) -> list[str]:
    """The tokens of the chain ``stem``."""
    return [stem(word) for word in words(lower(text)) if word not in STOP_WORDS]


def exact_tokens(text: str) -> list[str]:
    """The tokens of the chain ``exact``."""
    return words(normalise(text))


def prefix_tokens(text: str) -> list[str]:
    """The tokens of the chain ``prefix``: the beginnings of every word."""
    beginnings = {
        word[:length]
        for word in exact_tokens(text)
        for length in PREFIX_LENGTHS
        if length <= len(word)
    }
    return sorted(beginnings)


def suffix_tokens(text: str) -> list[str]:
    """The tokens of the chain ``suffix``: the endings of every word."""
    endings = {
        word[-length:]
        for word in exact_tokens(text)
        for length in SUFFIX_LENGTHS
        if length <= len(word)
    }
    return sorted(endings)
