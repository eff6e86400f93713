"""The inside of a Word paragraph: runs, fields, links, tracked changes, marks of comments."""

import re
from dataclasses import dataclass, field

from cms.formats.word_package import Element
from cms.formats.word_styles import Styles
from cms.formats.word_xml import attribute, child, name, switch, value

_LINK_FIELD = re.compile(r'HYPERLINK\s+(?:\\l\s+)?"([^"]+)"')
# Characters of Symbol and Wingdings that stand for ordinary ones; the others are bullets.
_SYMBOLS = {0xF0E0: "→", 0xF0E8: "→", 0xF0D8: "➢", 0xF0FC: "✓", 0xF02D: "-"}
_LITERAL = {
    "tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-",
    "softHyphen": "\u00ad",
}  # fmt: skip
_SKIPPED = frozenset(
    ["pPr", "rPr", "instrText", "delInstrText", "sdtPr", "sdtEndPr", "rt", "tblPr", "fldData"]
)
DELETED = "gelöscht"
MOVED = "von hier verschoben"
INSERTED = "eingefügt"


@dataclass
class Change:
    """A tracked change: its text, who made it, what it did."""

    text: str
    author: str
    reason: str


@dataclass
class Inline:
    """What one paragraph holds."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)  # text, bold
    changes: list[Change] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)  # ids
    footnotes: list[tuple[str, str]] = field(default_factory=list)  # kind, id
    boxes: list[Element] = field(default_factory=list)  # contents of text boxes
    pictures: list[str] = field(default_factory=list)  # what is said about a picture
    hidden: str = ""
    placeholder: str = ""

    @property
    def text(self) -> str:
        """The visible text, as if all changes were accepted."""
        return "".join(text for text, _ in self.pieces)

    def lines(self) -> list[tuple[str, bool]]:
        """Return the lines of the paragraph, each with whether it is bold as a whole."""
        lines: list[tuple[list[str], bool | None]] = [([], None)]
        for text, bold in self.pieces:
            for position, part in enumerate(text.split("\n")):
                if position:
                    lines.append(([], None))
                parts, so_far = lines[-1]
                parts.append(part)
                if re.search(r"\w", part):
                    lines[-1] = (parts, so_far is not False and bold)
        return [("".join(parts), bool(bold)) for parts, bold in lines]


@dataclass
class _Field:
    """An open field: what it computes, whether its result has come, and what it shows."""

    code: str = ""
    has_result: bool = False
    shown: str = ""


class RunReader:
    """Reads the inline content of paragraphs of one part."""

    def __init__(self, styles: Styles, relations: dict[str, tuple[str, str]]) -> None:
        self._styles = styles
        self._relations = relations
        self._fields: list[_Field] = []  # the open ones, one in the other

    def read(self, paragraph: Element, *, bold: bool) -> Inline:
        """Return what ``paragraph`` holds; ``bold`` is what its style says."""
        inline = Inline()
        self._children(paragraph, inline, bold, None)
        return inline

    def _children(self, parent: Element, inline: Inline, bold: bool, change: Change | None) -> None:
        for element in parent:
            self._element(element, inline, bold, change)

    def _element(self, element: Element, inline: Inline, bold: bool, change: Change | None) -> None:
        kind = name(element)
        if kind in _SKIPPED or not kind:
            return
        if kind == "r":
            self._run(element, inline, bold, change)
        elif kind in ("drawing", "pict", "object"):
            self._drawing(element, inline)
        elif kind in ("del", "moveFrom", "ins"):
            self._changed(element, kind, inline, bold, change)
        elif kind == "hyperlink":
            self._link(element, inline, bold, change)
        elif kind == "AlternateContent":
            # Choice and Fallback say the same twice.
            chosen = child(element, "Choice")
            chosen = chosen if chosen is not None else child(element, "Fallback")
            if chosen is not None:
                self._children(chosen, inline, bold, change)
        elif kind == "sdt":
            self._control(element, inline, bold, change)
        elif kind in ("commentReference", "commentRangeStart"):
            identity = attribute(element, "id") or ""
            if identity not in inline.comments:
                inline.comments.append(identity)
        else:
            self._children(element, inline, bold, change)

    def _run(self, run: Element, inline: Inline, bold: bool, change: Change | None) -> None:
        properties = child(run, "rPr")
        own = switch(properties, "b")
        if own is None:
            own = self._styles.run_is_bold(value(properties, "rStyle"))
        bold = bold if own is None else own
        hidden = bool(switch(properties, "vanish"))
        for element in run:
            kind = name(element)
            if kind in ("t", "delText"):
                self._add(str(element.text or ""), inline, bold, change, hidden)
            elif kind in _LITERAL:
                page = attribute(element, "type") in ("page", "column")
                self._add("\n" if page else _LITERAL[kind], inline, bold, change, hidden)
            elif kind == "sym":
                self._add(_symbol(element), inline, bold, change, hidden)
            elif kind in ("footnoteReference", "endnoteReference"):
                inline.footnotes.append((kind[:-9], attribute(element, "id") or ""))
            elif kind in ("fldChar", "instrText"):
                self._field(element, kind, inline, bold)
            else:
                self._element(element, inline, bold, change)

    def _add(
        self, text: str, inline: Inline, bold: bool, change: Change | None, hidden: bool
    ) -> None:
        if change is not None:
            change.text += text
            if change.reason != INSERTED:
                return
        if hidden:
            inline.hidden += text
        elif not self._fields or self._fields[-1].has_result:
            inline.pieces.append((text, bold))
            if self._fields:
                self._fields[-1].shown += text

    def _changed(
        self, element: Element, kind: str, inline: Inline, bold: bool, outer: Change | None
    ) -> None:
        reasons = {"del": DELETED, "moveFrom": MOVED, "ins": INSERTED}
        change = Change("", attribute(element, "author") or "", reasons[kind])
        if outer is not None and outer.reason != INSERTED:
            change = outer
        self._children(element, inline, bold, change)
        if change is not outer and change.text.strip():
            inline.changes.append(change)

    def _link(self, element: Element, inline: Inline, bold: bool, change: Change | None) -> None:
        start = len(inline.pieces)
        self._children(element, inline, bold, change)
        kind, target = self._relations.get(attribute(element, "id") or "", ("", ""))
        if kind == "hyperlink":
            shown = "".join(text for text, _ in inline.pieces[start:])
            self._address(target, shown, inline, bold)

    def _address(self, target: str, shown: str, inline: Inline, bold: bool) -> None:
        address = target.removeprefix("mailto:").removeprefix("tel:")
        if address and shown.strip() and address.rstrip("/") not in shown:
            inline.pieces.append((f" ({address})", bold))

    def _field(self, element: Element, kind: str, inline: Inline, bold: bool) -> None:
        """Follow a field: its code is no text, its result is."""
        if kind == "instrText":
            if self._fields:
                self._fields[-1].code += str(element.text or "")
            return
        step = attribute(element, "fldCharType")
        if step == "begin":
            self._fields.append(_Field())
        elif step == "separate" and self._fields:
            self._fields[-1].has_result = True
        elif step == "end" and self._fields:
            ended = self._fields.pop()
            link = _LINK_FIELD.search(ended.code)
            if link and "\\l" not in ended.code:
                self._address(link[1], ended.shown, inline, bold)

    def _drawing(self, element: Element, inline: Inline) -> None:
        """Take the text boxes of a drawing, or note the picture."""
        boxes: list[Element] = []
        _find_boxes(element, boxes)
        inline.boxes.extend(boxes)
        if boxes or (name(element) == "pict" and not _has(element, "imagedata")):
            return
        said = next((e for e in element.iter() if name(e) in ("docPr", "imagedata")), None)
        words = [attribute(said, key) for key in ("descr", "title", "name")]
        inline.pictures.append(next((word for word in words if word), "Bild"))

    def _control(self, element: Element, inline: Inline, bold: bool, change: Change | None) -> None:
        content = child(element, "sdtContent")
        if content is None:
            return
        if child(element, "sdtPr", "showingPlcHdr") is None:
            self._children(content, inline, bold, change)
            return
        placeholder = Inline()
        self._children(content, placeholder, bold, change)
        inline.placeholder += placeholder.text


def _symbol(element: Element) -> str:
    code = int(attribute(element, "char") or "2022", 16)
    return _SYMBOLS.get(code, "•" if 0xF000 <= code <= 0xF0FF else chr(code))


def _find_boxes(element: Element, boxes: list[Element]) -> None:
    for inner in element:
        kind = name(inner)
        if kind == "txbxContent":
            boxes.append(inner)
        elif kind == "AlternateContent":
            chosen = child(inner, "Choice")
            chosen = chosen if chosen is not None else child(inner, "Fallback")
            if chosen is not None:
                _find_boxes(chosen, boxes)
        elif kind:
            _find_boxes(inner, boxes)


def _has(element: Element, kind: str) -> bool:
    return any(name(inner) == kind for inner in element.iter())
