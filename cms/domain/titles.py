"""The title of an entry: its first clause."""

import re

from cms.domain.sentences import is_abbreviation, sentence_ends

ELLIPSIS = "…"
MAX_TEXT = 2_000  # characters to look at
MIN_CLAUSE = 12  # a shorter first clause says too little
MIN_CLAUSE_AT_COLON = 25  # what is shorter names a topic: "Öffentlichkeitsarbeit: ..."
MIN_REST_AT_COLON = 40  # a short rest belongs to the title
MIN_CLAUSE_AT_COMMA = 30  # before a comma a clause must be able to stand on its own
LONG_SENTENCE = 80  # a shorter sentence needs no cut at a comma
_BOUNDARY = re.compile(r";(?=\s)|:(?=\s)|\s*(?:→|->|=>)\s*|\s[–—-]\s|,(?=\s)")
_HANGING_START = re.compile(
    r"(?:ist|sind|wird|werden|hat|haben|kann|können|wenn|falls|da|weil|um|ob|obwohl|damit)\s", re.I
)
_HANGING_END = re.compile(r"\b(?:es|darin|darum|daran|darauf|dazu|so|ist|sind)$")
_ADJECTIVES = re.compile(r"(?:^|\s)[a-zäöüß]+(e[nrs]?),\s+[a-zäöüß]+\1\b")


def first_clause(text: str, limit: int = 120) -> str:
    """Return the first clause of ``text`` in at most ``limit`` characters.

    A clause ends at the end of a sentence (not after "z.B." or "bzw."), a semicolon, an
    arrow, a dash, a colon with a long rest, and in a long sentence at a comma where what
    stands before it can stand on its own. Nothing is cut inside a word, except a single
    word beyond the limit; an ellipsis stands only where the limit cut something off.
    """
    plain = " ".join(text[:MAX_TEXT].split())
    clause = plain[: _clause_end(plain, limit)].rstrip(" ,;:–—-→")
    if clause.endswith(".") and not clause.endswith("..") and not is_abbreviation(clause[:-1]):
        clause = clause[:-1]
    clause = clause or plain
    return clause if len(clause) <= limit else _cut(clause, limit)


def _clause_end(text: str, limit: int) -> int:
    sentence_end = sentence_ends(text)[0]
    for match in _BOUNDARY.finditer(text, 0, sentence_end):
        start, sign = match.start(), match.group().strip()
        if start < MIN_CLAUSE or _in_brackets(text[:start]):
            continue
        if sign == ":" and not _colon_ends_clause(text, start, sentence_end, limit):
            continue
        if sign == "," and not _comma_ends_clause(text, start, sentence_end):
            continue
        return start
    return sentence_end


def _colon_ends_clause(text: str, colon: int, sentence_end: int, limit: int) -> bool:
    if colon < MIN_CLAUSE_AT_COLON and sentence_end <= limit:
        return False
    return len(text) - colon > MIN_REST_AT_COLON


def _comma_ends_clause(text: str, comma: int, sentence_end: int) -> bool:
    if comma < MIN_CLAUSE_AT_COMMA or sentence_end <= LONG_SENTENCE:
        return False
    hanging = _HANGING_START.match(text) or _HANGING_END.search(text, 0, comma)
    listed = _ADJECTIVES.search(text, max(0, text.rfind(" ", 0, comma)), comma + 40)
    return not (hanging or listed or text.startswith(", dass ", comma))


def _in_brackets(text: str) -> bool:
    return text.count("(") > text.count(")") or text.count("„") > len(re.findall("[“”]", text))


def _cut(text: str, limit: int) -> str:
    room = text[: limit - len(ELLIPSIS)]
    if not text[len(room)].isspace() and " " in room:
        room = room[: room.rindex(" ")]
    return room.rstrip(" ,;:–—-→(") + ELLIPSIS
