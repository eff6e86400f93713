"""When and where an event took place and which one it was, out of headings and first lines."""

import datetime
import re

from cms.formats.markers import MONTHS
from cms.formats.table_headings import ORDINAL, number_of

_MONTH_NUMBERS = {
    "jan": 1, "jän": 1, "feb": 2, "mär": 3, "apr": 4, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "okt": 10, "nov": 11, "dez": 12,
}  # fmt: skip
_LATER_DAYS = r"(?:\s*(?:/|-|–|bis|und|u\.)\s*\d{1,2}\.)?"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/_](?P<m>\d{1,2})[-/_](?P<d>\d{1,2})(?!\d)"),
    re.compile(
        rf"(?<![\d.])(?P<d>\d{{1,2}})\.{_LATER_DAYS}\s?(?P<m>\d{{1,2}})\.\s?"
        r"(?P<y>(?:19|20)\d\d|\d\d)(?!\d)"
    ),
    re.compile(
        rf"(?<![\d.])(?P<d>\d{{1,2}})\.?{_LATER_DAYS}\s*(?P<m>{MONTHS})\s+(?P<y>(?:19|20)\d\d)",
        re.IGNORECASE,
    ),
)
_WEEKDAY = (
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    r"mo|di|mi|do|fr|sa|so)"
)
_LABEL = re.compile(
    r"(?P<label>titel|title|thema|datum|date|termin|wann|zeit|ort|place|location|wo|"
    r"veranstaltungsort|tagungsort|(?:datum|termin|zeit) und ort|ort und (?:datum|zeit))"
    r"\s*:\s*(?P<rest>.+)",
    re.IGNORECASE,
)
_PLACE = r"[A-ZÄÖÜ][\wäöüßÄÖÜ.-]*(?:[ /,]+(?:im |in der |am |an der )?[A-ZÄÖÜ(][\wäöüßÄÖÜ.)-]*)*"
_PLACE_AFTER = re.compile(rf"\s*,?\s*(?:(?:in|im|Ort:)\s+)?(?P<place>{_PLACE})\s*$")
_PLACE_BEFORE = re.compile(
    rf"\s*(?P<place>{_PLACE})\s*,?\s*(?:(?:den|am|dem)\s+)?(?i:{_WEEKDAY}\.?,?\s*(?:den\s+)?)?"
)
_PLACE_SAID_BEFORE = re.compile(rf"\b(?:in|im)\s+(?P<place>{_PLACE})\s*,?\s+(?:am|vom)\s*$")
_PLACE_IN_PROSE = re.compile(r"\s*,?\s*(?:in|im)\s+(?P<place>[A-ZÄÖÜ][\wäöüß-]*)")
_NUMBER = re.compile(
    rf"(?P<before>(?:\w+\s+){{0,2}})(?P<ordinal>(?<!\w)(?:{ORDINAL}|[ivx]{{1,4}}\.))\s+"
    r"(?:\w+-)?(?:\w+\s+)?(?:erfahrungs)?austausch\w*|"
    r"erfahrungsaustausch\w*\s+(?:nr\.?|nummer|no\.?)\s*(?P<number>\d{1,3})",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"(?:seit|nach|vor)\b.*|.*(?:nächsten?|letzten?)\s*", re.IGNORECASE)
MAX_FACT_LINE = 120


def find_date(text: str) -> datetime.date | None:
    """Return the first date that ``text`` holds with day, month and year."""
    found = [match for pattern in _DATES for match in pattern.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        if (date := _as_date(match)) is not None:
            return date
    return None


def _as_date(match: re.Match[str]) -> datetime.date | None:
    month, year = match["m"].lower(), int(match["y"])
    number = int(month) if month.isdigit() else _MONTH_NUMBERS[month[:3]]
    try:
        return datetime.date(year + 2000 if year < 100 else year, number, int(match["d"]))
    except ValueError:
        return None


def find_place(text: str) -> str:
    """Return the place that stands beside a date in ``text``: "17.07.2013 in Weimar"; else ""."""
    for pattern in _DATES:
        for match in pattern.finditer(text):
            after, before = text[match.end() :], text[: match.start()]
            found = _PLACE_AFTER.fullmatch(after) or _PLACE_IN_PROSE.match(after)
            if found is None and len(text) <= MAX_FACT_LINE and not after.strip(" .)"):
                found = _place_before(before)
            if found:
                return found["place"].strip(" ,.")
    return ""


def _place_before(before: str) -> re.Match[str] | None:
    if said := _PLACE_SAID_BEFORE.search(before):
        return said
    match = _PLACE_BEFORE.fullmatch(before)
    weekday = match and re.fullmatch(_WEEKDAY, match["place"].strip(" ,."), re.IGNORECASE)
    is_name = (
        match is not None and match["place"][:1].isupper() and len(match["place"].split()) <= 4
    )
    return match if is_name and not weekday else None


def find_number(text: str) -> int | None:
    """Return which exchange it was: 3 for "3. Erfahrungsaustausch" or "dritter ..."."""
    for match in _NUMBER.finditer(text):
        if match["number"]:
            return int(match["number"])
        if not (match["before"] and _ANOTHER.match(match["before"])):
            return number_of(match["ordinal"])
    return None


def fact_label(text: str) -> tuple[str, str] | None:
    """Return ("date" | "place" | "title" | "both", rest) of a line such as "Ort: Weimar"."""
    match = _LABEL.fullmatch(text.strip())
    if match is None:
        return None
    label = match["label"].lower()
    if " und " in label:
        return "both", match["rest"]
    if label in ("titel", "title", "thema"):
        return "title", match["rest"]
    date = label in ("datum", "date", "termin", "wann", "zeit")
    return ("date" if date else "place"), match["rest"]


def is_fact_line(text: str) -> bool:
    """Tell whether a line holds nothing but a date, and perhaps a weekday, a time and a place."""
    if len(text) > MAX_FACT_LINE or find_date(text) is None:
        return False
    rest = text
    for pattern in _DATES:
        rest = pattern.sub(" ", rest)
    rest = rest.replace(find_place(text), " ") if find_place(text) else rest
    words = re.findall(r"[^\W\d]+", rest)
    return all(
        re.fullmatch(
            rf"{_WEEKDAY}|am|vom|in|im|den|dem|der|uhr|von|bis|ab|datum|termin|ort", w, re.I
        )
        for w in words
    )
