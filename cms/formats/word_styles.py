"""What Word's styles and numbering say of a paragraph: heading, list, indent, bold."""

import re
from dataclasses import dataclass

from cms.formats.word_package import Element, WordPackage
from cms.formats.word_xml import attribute, child, name, number, switch, value

MAX_CHAIN = 20  # styles based on styles
_HEADING = re.compile(r"(?:heading|überschrift|ueberschrift|berschrift|titre|kop)\s*(\d)", re.I)
_TITLE = re.compile(r"title|titel|dokumenttitel|buchtitel", re.I)
_CONTENTS = re.compile(
    r"(?:toc|verzeichnis|inhaltsverzeichnis|contents)\s*(?:\d*|heading|überschrift)", re.I
)
_LIST = re.compile(
    r"(?:list bullet|list number|list paragraph bullet|aufzählungszeichen|listennummer|aufzählung|"
    r"list|liste|numbering|nummerierung)\s*(\d)?(?:\s+(?:start|end|cont\.?|anfang|ende))?",
    re.I,
)
TWIPS_PER_COLUMN = 180  # four columns to the default tab of 720 twips


@dataclass(frozen=True)
class ParagraphStyle:
    """The effective look of a paragraph, of what matters here."""

    heading: int | None = None  # level, from 1
    is_contents: bool = False  # a line of a table of contents
    number_id: str | None = None  # set: a real list item
    list_level: int = 0
    named_list: bool = False  # a list style without a number
    left: int = 0  # columns where the text starts
    first: int = 0  # columns where the first line, or the bullet, starts
    bold: bool = False


class Styles:
    """Reads styles.xml and numbering.xml once and answers for paragraphs."""

    def __init__(self, package: WordPackage) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        self._read_styles(package)
        self._levels: dict[tuple[str, int], Element] = {}
        self._style_levels: dict[tuple[str, str], int] = {}
        self._read_numbering(package)

    def _read_styles(self, package: WordPackage) -> None:
        for part in package.parts_of_kind("styles"):
            root = package.part(part)
            for style in root if root is not None else []:
                if name(style) != "style":
                    continue
                identity = attribute(style, "styleId") or ""
                self._styles[identity] = style
                if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                    self._default = identity

    def _read_numbering(self, package: WordPackage) -> None:
        for part in package.parts_of_kind("numbering"):
            root = package.part(part)
            children = list(root) if root is not None else []
            abstract = {
                attribute(element, "abstractNumId"): element
                for element in children
                if name(element) == "abstractNum"
            }
            for element in children:
                if name(element) == "num":
                    source = abstract.get(value(element, "abstractNumId"))
                    self._read_levels(attribute(element, "numId") or "", source)

    def _read_levels(self, number_id: str, abstract: Element | None) -> None:
        for level in abstract if abstract is not None else []:
            if name(level) == "lvl":
                position = number(attribute(level, "ilvl")) or 0
                self._levels[number_id, position] = level
                style = value(level, "pStyle")
                if style:
                    self._style_levels[number_id, style] = position

    def of(self, paragraph: Element) -> ParagraphStyle:
        """Return the effective style of a paragraph."""
        properties = child(paragraph, "pPr")
        own = value(properties, "pStyle") or self._default
        chain = self._chain(own)
        names = [value(style, "name") or attribute(style, "styleId") or "" for style in chain]
        sources = [properties, *(child(style, "pPr") for style in chain)]
        number_id, level = self._list_of(sources, chain)
        named = next((match for n in names if (match := _LIST.fullmatch(n.strip()))), None)
        heading = self._heading_of(sources, names)
        if heading is not None:
            number_id = None
        left, first = self._indent(sources, number_id, level)
        return ParagraphStyle(
            heading=heading,
            is_contents=any(_CONTENTS.fullmatch(style_name) for style_name in names),
            number_id=number_id,
            list_level=level,
            named_list=named is not None and number_id is None,
            left=left,
            first=first,
            bold=any_switch(chain, "b"),
        )

    def _chain(self, identity: str) -> list[Element]:
        chain: list[Element] = []
        while identity in self._styles and len(chain) < MAX_CHAIN:
            style = self._styles[identity]
            chain.append(style)
            identity = value(style, "basedOn") or ""
        return chain

    def _heading_of(self, sources: list[Element | None], names: list[str]) -> int | None:
        outlines = (number(value(source, "outlineLvl")) for source in sources)
        outline = next((level for level in outlines if level is not None), None)
        if outline is not None:
            return outline + 1 if 0 <= outline < 9 else None
        for style_name in names:
            plain = style_name.strip()
            if match := _HEADING.match(plain):
                return max(1, int(match[1]))
            if _TITLE.fullmatch(plain):
                return 1
        return None

    def _list_of(
        self, sources: list[Element | None], chain: list[Element]
    ) -> tuple[str | None, int]:
        """Return (numbering id, level); the id is None if the paragraph is no list item."""
        number_id: str | None = None
        level: int | None = None
        for position, source in enumerate(sources):
            numbering = child(source, "numPr")
            if numbering is None:
                continue
            if level is None:
                level = number(value(numbering, "ilvl"))
            found = value(numbering, "numId")
            if found is not None:
                number_id = found
                style = attribute(chain[position - 1], "styleId") if position else None
                if level is None and style:
                    level = self._style_levels.get((found, style))
                break
        return (None if number_id in (None, "0") else number_id), level or 0

    def _indent(
        self, sources: list[Element | None], number_id: str | None, level: int
    ) -> tuple[int, int]:
        numbered = self._levels.get((number_id or "", level))
        own, *styles = sources
        # Direct indents come before those of the numbering, these before those of the style.
        order = [own, child(numbered, "pPr"), *styles]
        left = _first_number(order, "left", "start")
        hanging = _first_number(order, "hanging")
        first_line = _first_number(order, "firstLine")
        first = left - hanging if hanging else left + first_line
        return left // TWIPS_PER_COLUMN, max(0, first) // TWIPS_PER_COLUMN

    def is_ordered(self, style: ParagraphStyle) -> bool:
        """Tell whether a list item has a number or letter instead of a bullet."""
        level = self._levels.get((style.number_id or "", style.list_level))
        return level is not None and value(level, "numFmt") not in ("bullet", "none", None)

    def run_is_bold(self, identity: str | None) -> bool | None:
        """Return what a character style says about bold."""
        found = [switch(child(style, "rPr"), "b") for style in self._chain(identity or "")]
        return next((bold for bold in found if bold is not None), None)


def any_switch(chain: list[Element], key: str) -> bool:
    """Return the first setting of a run property in a chain of styles."""
    found = [switch(child(style, "rPr"), key) for style in chain]
    return next((bool(on) for on in found if on is not None), False)


def _first_number(sources: list[Element | None], *keys: str) -> int:
    for source in sources:
        for key in keys:
            found = number(attribute(child(source, "ind"), key))
            if found is not None:
                return found
    return 0
