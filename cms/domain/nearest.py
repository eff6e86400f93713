"""Which office is near: by place name, else by postcode. Plain Python.

German postcodes are given out by region: the more leading digits two of them share, the
closer they usually are. That orders a list; it is no distance in kilometres.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_POSTCODE = re.compile(r"\b\d{5}\b")
_WORD = re.compile(r"[^\W\d_]+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Place:
    """A place as this question sees it: a key to know it by, its postcode and its names."""

    key: int
    postcode: str
    names: str


@dataclass(frozen=True)
class Answer:
    """Keys of places, nearest first. Not ``understood``: no postcode and no known name."""

    keys: tuple[int, ...] = ()
    understood: bool = False


def fold(text: str) -> str:
    """Small letters, umlauts written out: Gößnitz and goessnitz are one place."""
    return text.lower().translate(_FOLDED)


def postcode_distance(one: str, other: str) -> tuple[int, int]:
    """Small for near postcodes: first by how many leading digits differ, then by number."""
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    known = one.isdecimal() and other.isdecimal()
    return (5 - shared, abs(int(one) - int(other)) if known else 100_000)


def nearest(question: str, places: Iterable[Place]) -> Answer:
    """The places, ordered for somebody who typed a postcode, a place, or both.

    Places whose name holds every word of the question come first; the others follow by
    their postcode's distance from the one typed, or else from that of the first match.
    """
    places = list(places)
    postcodes = _POSTCODE.findall(question)
    # One letter is no name of a place: "D-99423" is a postcode.
    wanted = [word for word in _WORD.findall(fold(question)) if len(word) > 1]
    named = [place for place in places if wanted and _has_words(place, wanted)]
    if not postcodes and not named:
        return Answer()
    origin = postcodes[0] if postcodes else named[0].postcode
    keys_of_named = {place.key for place in named}
    ordered = sorted(
        places,
        key=lambda place: (
            place.key not in keys_of_named,
            postcode_distance(origin, place.postcode),
        ),
    )
    return Answer(tuple(place.key for place in ordered), understood=True)


def _has_words(place: Place, wanted: list[str]) -> bool:
    words = _WORD.findall(fold(place.names))
    return all(any(word.startswith(start) for word in words) for start in wanted)
