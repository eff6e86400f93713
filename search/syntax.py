"""The little syntax of the search field; whatever does not follow it is text.

``"drei Euro"`` must stand there like this, ``-Verein`` must not stand there, ``projekt:weimar``
narrows like the parameter ``projekt`` of an address. In a question, which ends with a question
mark, quotes and hyphens are punctuation.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from search.analysis.german import words

MOST = 10  # phrases, and as many exclusions; the others are text
_QUOTES = str.maketrans(dict.fromkeys("„“”‟»«", '"'))
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PHRASE = re.compile(r'(?P<no>(?<!\S)-)?"(?P<words>[^"]+)"')
_EXCLUDED = re.compile(r"(?<!\S)-(?P<words>\w\S*)")
_FIELD = re.compile(r'(?<!\S)(?P<name>[^\W\d_]+):(?P<value>"[^"]+"|[^\s"]+)(?!\S)')


class Typed(NamedTuple):
    """A text: what is left to rank by, phrases that must stand there, and what must not."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


class Field(NamedTuple):
    """``name:value`` as it stands in a text, and the slug that the value may be."""

    written: str
    name: str
    slug: str


def read(text: str) -> Typed:
    """Reads phrases and exclusions; the words of phrases rank, too."""
    plain = text.translate(_QUOTES)
    if plain.rstrip().endswith("?"):
        return Typed(plain)
    phrases: list[str] = []
    excluded: list[str] = []

    def take(found: re.Match[str]) -> str:
        said, is_excluded = found["words"], "no" not in found.groupdict() or bool(found["no"])
        into = excluded if is_excluded else phrases
        if len(into) == MOST or not words(said):
            return found[0]
        into.append(said)
        return " " if is_excluded else f" {said} "

    # What ends with a phrase or an exclusion is no unfinished word: a space stays there.
    rest = _EXCLUDED.sub(take, _PHRASE.sub(take, plain))
    return Typed(rest, tuple(phrases), tuple(excluded))


def fields(text: str, names: Iterable[str]) -> list[Field]:
    """Every ``name:value`` of a text whose name is one of these, in any spelling of case."""
    known = set(names)
    return [
        Field(found[0], name, _slug(found["value"]))
        for found in _FIELD.finditer(text.translate(_QUOTES))
        if (name := found["name"].lower()) in known
    ]


def without_fields(text: str, narrowing: Iterable[Field]) -> str:
    """The text without these fields of it."""
    rest = text.translate(_QUOTES)
    for one in narrowing:
        rest = rest.replace(one.written, "", 1)
    return " ".join(rest.split())


def _slug(value: str) -> str:
    """As addresses spell it: "Offene Arbeit" is "offene-arbeit"."""
    return "-".join(value.strip('"').lower().translate(_UMLAUTS).split())
