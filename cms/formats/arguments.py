"""Pros and contras: "Vorteil: ...", "Pro", "Dagegen spricht:", alone or inside a line."""

import re
from dataclasses import dataclass

from cms.domain.kinds import Side
from cms.formats.sections import SIDES, Section, labelled, section_of

_INSIDE = re.compile(
    r"(?:(?<=^)|(?<=[\s(/|;,]))(?P<label>Vorteile?|Nachteile?|Pro|PRO|[CK]ontra|CONTRA|KONTRA|Dafür|"
    r"Dagegen|(?:Dafür|Dagegen) (?:spricht|sprechen))\s*:\s*"
)
_DASHED = re.compile(
    r"(?P<label>vorteile?|nachteile?|pro|[ck]ontra|dafür|dagegen)\s+[–—-]\s+(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_ENDS = " ;,/|–—-("


@dataclass(frozen=True)
class Marked:
    """A side, the word that names it, and what is said for it in the same line."""

    side: Side
    label: str
    text: str


def arguments_in(text: str) -> tuple[str, list[Marked]]:
    """Return what stands before the first argument of a line, and the line's arguments.

    "Flyer? Pro: schnell / Contra: teuer" holds two; "Vorteile:" holds a side without a text.
    """
    side = _side(section_of(text))
    if side is not None:
        return "", [Marked(side, text, "")]
    matches = list(_INSIDE.finditer(text))
    if matches and not text[: matches[0].start()].strip(_ENDS):
        return "", _cut(text, matches)
    label = labelled(text)
    side = _side(label[0]) if label else None
    if label and side:
        return "", [Marked(side, f"{label[1]}:", label[2])]
    dashed = _DASHED.fullmatch(text)
    if dashed:
        side = _side(section_of(dashed["label"]))
        return "", [Marked(side, dashed["label"], dashed["rest"])] if side else []
    if not matches:
        return text, []
    return text[: matches[0].start()].rstrip(_ENDS), _cut(text, matches)


def _side(section: Section | None) -> Side | None:
    return SIDES.get(section) if section else None


def _cut(text: str, matches: list[re.Match[str]]) -> list[Marked]:
    ends = [match.start() for match in matches[1:]] + [len(text)]
    found = []
    for match, end in zip(matches, ends, strict=True):
        side = _side(section_of(match["label"]))
        rest = text[match.end() : end].strip()
        rest = rest if end == len(text) else rest.rstrip(_ENDS)
        if "(" not in rest:
            rest = rest.rstrip(")")
        if side is not None:
            found.append(Marked(side, f"{match['label']}:", rest.strip()))
    return found
