"""The heading of a thematic table: its number, title and moderators in the ways people write it."""

import re
from dataclasses import dataclass, field

from cms.domain.minutes import Moderator
from cms.formats.blocks import one_line
from cms.formats.moderators import take_moderators
from cms.formats.sections import Section, section_of

_NUMBERS = {
    "ein": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
}  # fmt: skip
_ORDINALS = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6,
    "siebt": 7, "siebent": 7, "acht": 8, "neunt": 9, "zehnt": 10, "elft": 11, "zwölft": 12,
}  # fmt: skip
_ROMAN = {"i": 1, "v": 5, "x": 10}
ORDINAL = rf"(?:\d{{1,3}}\.|(?:{'|'.join(_ORDINALS)})e[nrs]?)"
_PREFIX = (
    r"(?:(?:ergebnisse?|protokoll|bericht|dokumentation|mitschrift|notizen)\s+"
    r"(?:(?:von|vom|des|der|zu|zum|aus|am|für)\s+)?)?"
)
_HEADING = re.compile(
    rf"[^\w(]*{_PREFIX}(?:(?P<before>{ORDINAL}|[\d.]+|[ivx]+\.|[a-z]\))\s+)?"
    r"(?P<word>(?:themen|arbeits|diskussions|gesprächs|runder\s)?-?tisch)(?![a-zäöüß])"
    r"\s*(?:nr\.?|nummer|no\.?|\#)?\s*-?"
    rf"(?P<number>\d{{1,3}}|[ivx]+|{'|'.join(_NUMBERS)})?(?![\wäöüß])"
    r"(?P<sep>\s*(?:[:.|,/)]|->|→|[-–—](?=\s)|(?=[(„“\"»«])|(?=$))|\s+)\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SEGMENT = re.compile(r"(?P<before>.*?)\s*(?:[–—:|]|\s-)\s*(?P<last>[^–—:|]+)")
_SETS_APART = ("", "(", "„", "“", '"', "»", "«")  # "Tisch 1 (...)", "Tisch 1 „Netz“"
MAX_LENGTH = 300


@dataclass
class TableHeading:
    """What a table's heading says; ``section`` if it also names a section of the table."""

    number: int | None
    title: str
    moderators: list[Moderator] = field(default_factory=list)
    section: Section | None = None


def number_of(word: str) -> int | None:
    """Return the number that ``word`` says: "3", "3.", "III", "drei", "dritter"."""
    plain = word.lower().rstrip(".")
    if plain.isdigit():
        return int(plain)
    if plain in _NUMBERS:
        return _NUMBERS[plain]
    stem = re.sub(r"e[nrs]?$", "", plain)
    if stem in _ORDINALS:
        return _ORDINALS[stem]
    if plain and set(plain) <= set(_ROMAN):
        values = [_ROMAN[letter] for letter in plain]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return sum(-value if value < after else value for value, after in pairs)
    return None


def table_heading(text: str, *, is_heading: bool) -> TableHeading | None:
    """Understand ``text`` as a table's heading, or return None.

    An ordinary paragraph (``is_heading`` false) must look the part: a number or a colon, and
    no full stop at the end, so that a sentence about a table stays a sentence.
    """
    plain = one_line(text)
    match = _HEADING.fullmatch(plain)
    if match is None or len(plain) > MAX_LENGTH:
        return None
    number = _number(match)
    title = match["title"].strip()
    separated = bool(match["sep"].strip()) or title[:1] in _SETS_APART
    if not is_heading and not _looks_the_part(plain, number, title, separated):
        return None
    if number is None and not title and not is_heading:
        return None
    return _with_title(number, title)


def _number(match: re.Match[str]) -> int | None:
    if match["number"]:
        return number_of(match["number"])
    before = match["before"]
    return number_of(before) if before and re.fullmatch(ORDINAL, before, re.I) else None


def _looks_the_part(plain: str, number: int | None, title: str, separated: bool) -> bool:
    sentence = plain.endswith((".", "!", ";", ",")) and not plain.endswith(("e.V.", "e. V."))
    small = title[:1].islower()
    return separated and not sentence and not small and (number is not None or bool(title))


def _with_title(number: int | None, title: str) -> TableHeading:
    left, moderators = take_moderators(title)
    section = None
    if left:
        match = _SEGMENT.fullmatch(left)
        before, last = (match["before"], match["last"]) if match else ("", left)
        # A single word is rather a title: "Tisch 3: Herausforderungen".
        section = section_of(last) if match or " " in last else None
        if section is not None:
            left = before
    return TableHeading(number, _bare(left), moderators, section)


def _bare(title: str) -> str:
    """Return a title without separators around it, and without quotes if it is one quotation."""
    bare = title.strip(" :–—-")
    quoted = re.fullmatch(r"[„“\"»«]([^„“”\"»«]+)[“”\"«»]", bare)
    return quoted[1].strip() if quoted else bare
