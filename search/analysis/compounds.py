"""German compounds and their parts: "Wohngebietsfest" holds "Wohngebiet" and "Fest".

The words come from simplemma's German dictionary (MIT licence): its capitalised words of
4 to 14 letters, and on request the capitalised words of the guide's own texts. Splitting
in the application needs no file on the search server and was the best of the ways that
were measured (``facts/search.md``, lesson 4 and refinement a).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from search.analysis import german, word_file
from search.analysis.german import normalise, words
from search.analysis.word_lists import (
    FIRST_PARTS,
    NO_FIRST_PARTS,
    NO_LAST_PARTS,
    SHORT_PARTS,
)

PART_LENGTHS = range(4, 15)
SHORTEST_COMPOUND = 7
SHORTEST_WRITTEN = 6  # "ß" is one letter, normalised two
LONGEST_COMPOUND = 60
LEMMA_LENGTHS = range(3, 15)
LONGEST_BEGINNING = 12
# "gingst", "ginget", "gehenderer": what nobody writes in a guide.
_RARE_FORM = re.compile(r"(st|tet|ender.*)$")
_NOUN = re.compile(r"(?<=[a-zäöüß,] )[A-ZÄÖÜ][a-zäöüß]{3,13}(?![\w-])")
_STEMMED_ENDING = re.compile(r"(?<=...)(e[mnrs]?|n|s)$")

# What may stand between two parts, beside s: "Frau-en-haus", "Bild-er-buch".
LINKS = ("n", "en", "es", "er", "e")


@dataclass(frozen=True)
class Vocabulary:
    """What the splitter knows, normalised: parts to find, and what else begins a compound.

    ``lemmas`` names the infinitive or the like of forms that the stemmer does not lead to it.
    """

    parts: frozenset[str]
    beginnings: frozenset[str] = frozenset()
    lemmas: Mapping[str, str] = field(default_factory=dict)


def read_dictionary() -> Vocabulary:
    """simplemma's German dictionary: its capitalised words, and its verbs without their ending.

    Takes a second or two and, for that time, some 150 MB: see `default_splitter`.
    """
    parts, beginnings, lemmas = set(), set(), {}
    for word, lemma in DefaultDictionaryFactory().get_dictionary("de").items():
        if _is_part(word):
            parts.add(normalise(word))
        elif word.islower() and lemma.islower() and len(word) in LEMMA_LENGTHS:
            form, base = normalise(word), normalise(lemma)
            if word.endswith("en") and len(word) <= LONGEST_BEGINNING:
                beginnings.add(form[:-2])
            if _without_ending(form) != _without_ending(base) and not _RARE_FORM.search(form):
                lemmas[form] = base
    # "gegangene" leads to "gegangen", and that to "gehen".
    infinitives = {form: lemmas.get(base, base) for form, base in lemmas.items()}
    return Vocabulary(frozenset(parts), frozenset(beginnings), infinitives)


def _without_ending(form: str) -> str:
    """About what the stemmer leaves: it knows these endings, but no -t of verbs."""
    return _STEMMED_ENDING.sub("", form)


def nouns(text: str) -> set[str]:
    """What is written like a noun and could be a part, normalised.

    Only after a word in lower case or a comma: any word begins a sentence with a capital.
    """
    return set(map(normalise, _NOUN.findall(text)))


def _is_part(word: str) -> bool:
    return len(word) in PART_LENGTHS and word[0].isupper() and word[1:].islower() and word.isalpha()


class CompoundSplitter:
    """Finds the parts of compounds, with a list of words that may be parts.

    The list is normalised on both sides: a list that is normalised on one side only
    loses hits (lesson 3).
    """

    def __init__(self, vocabulary: Vocabulary, learnt: Iterable[str] = ()) -> None:
        self._vocabulary = vocabulary
        self._learnt = frozenset(learnt)
        self.parts = lru_cache(maxsize=200_000)(self._parts)
        self._related_as_written = lru_cache(maxsize=200_000)(self._related_written)

    def extended(self, learnt: Iterable[str]) -> "CompoundSplitter":
        """A splitter that knows these normalised words, too, and shares the dictionary."""
        return CompoundSplitter(self._vocabulary, learnt)

    def is_in_dictionary(self, word: str) -> bool:
        """Is this normalised word known without having been learnt?"""
        return word in self._vocabulary.parts

    def knows(self, word: str) -> bool:
        """Is this normalised word known in some form of it, or made of known words?"""
        if word in self._vocabulary.lemmas:
            return True
        forms = (word, word[:-1], word[:-2])
        return any(self._knows(form) or self.parts(form) for form in forms)

    def parts_of_text(self, text: str) -> list[str]:
        """The parts of all compounds of a text, in order, each as often as it stands there."""
        found: list[str] = []
        for word in words(text):
            if len(word) >= SHORTEST_WRITTEN:
                found.extend(self.parts(normalise(word)))
        return found

    def related_of_text(self, text: str) -> list[str]:
        """What else a text should be found by, in the order of its words: see `related`."""
        return [found for word in words(text) for found in self._related_as_written(word)]

    def related(self, word: str) -> tuple[str, ...]:
        """What else a normalised word should be found by: its parts, and its lemma."""
        lemma = self._vocabulary.lemmas.get(word)
        return (*self.parts(word), lemma) if lemma else self.parts(word)

    def _related_written(self, word: str) -> tuple[str, ...]:
        return self.related(normalise(word))

    def cuts(self, word: str) -> list[tuple[str, str]]:
        """Where a normalised word is cut in two, and its parts again: (first part, last part)."""
        if word.endswith("innen") and self._knows(word[:-5]):
            return self.cuts(word[:-5])
        if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
            return []
        best = self._best_cut(word)
        return [best, *self.cuts(best[0]), *self.cuts(best[1])] if best else []

    def _parts(self, word: str) -> tuple[str, ...]:
        """The parts of one normalised word, parts of parts included; none if it is simple."""
        if word.endswith("innen") and self._knows(word[:-5]):
            return (word[:-5], *self.parts(word[:-5]))
        if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
            return ()
        best = self._best_cut(word)
        if best is None:
            return ()
        head, tail = best
        return (*self._found_in_head(head), tail, *self.parts(tail))

    def _best_cut(self, word: str) -> tuple[str, str] | None:
        """The cut into a first and a known last part.

        A known first part wins, then the cut whose shorter side is longest: accidents
        such as "Datenschutzer-klärung" have a short side.
        """
        cuts = [
            (head, word[cut:])
            for cut in range(3, len(word) - 2)
            if self._may_end(word[cut:]) and (head := self._head(word[:cut]))
        ]
        return max(cuts, key=self._plausibility, default=None)

    def _plausibility(self, cut: tuple[str, str]) -> tuple[bool, int, int]:
        head, tail = cut
        return self._knows(head), min(len(head), len(tail)), len(head)

    def _knows(self, word: str) -> bool:
        return word in self._vocabulary.parts or word in self._learnt

    def _may_end(self, tail: str) -> bool:
        if len(tail) in PART_LENGTHS:
            return self._knows(tail) and tail not in NO_LAST_PARTS
        return tail in SHORT_PARTS

    def _head(self, text: str) -> str:
        """The first part without its link, or an empty string if this begins no compound."""
        if text.endswith("s") and self._is_noun(text[:-1]):
            return text[:-1]
        if self._is_noun(text) or text in FIRST_PARTS or text in self._vocabulary.beginnings:
            return "" if text in NO_FIRST_PARTS else text
        for link in LINKS:
            if text.endswith(link) and self._is_noun(text[: -len(link)]):
                return text[: -len(link)]
        # "Schulhof", "Kirchgemeinde": the first part lost its e.
        return text + "e" if len(text) >= 4 and self._knows(text + "e") else ""

    def _is_noun(self, head: str) -> bool:
        if head in SHORT_PARTS:
            return True
        return len(head) >= PART_LENGTHS.start and (self._knows(head) or bool(self.parts(head)))

    def _found_in_head(self, head: str) -> tuple[str, ...]:
        """A first part that is a noun is worth finding; "hoch" in "Hochhaus" is not."""
        return (head, *self.parts(head)) if self._is_noun(head) else ()


@lru_cache(maxsize=1)
def default_splitter() -> CompoundSplitter:
    """The splitter with the dictionary alone, loaded at the first call.

    The dictionary takes seconds to read, so what is needed of it is kept in the data folder.
    """

    def make() -> word_file.WordLists:
        vocabulary = read_dictionary()
        lemmas = frozenset(f"{form} {lemma}" for form, lemma in vocabulary.lemmas.items())
        return vocabulary.parts, vocabulary.beginnings, lemmas

    parts, beginnings, lemmas = word_file.kept(settings.SEARCH_FOLDER, _dictionary_version(), make)
    forms = dict(line.split(" ") for line in lemmas)
    return CompoundSplitter(Vocabulary(parts, beginnings, forms))


def _dictionary_version() -> str:
    """Changes with simplemma, and with the code that reads its dictionary."""
    code = b"".join(Path(module).read_bytes() for module in (__file__, german.__file__))
    return f"{version('simplemma')}-{blake2b(code, digest_size=8).hexdigest()}"
