"""What stands beside the text of a Word file: headers, footers, notes, comments, diagrams."""

from collections.abc import Iterator

from cms.domain.minutes import Note, Place
from cms.formats.blocks import Document, one_line
from cms.formats.word_package import Element, WordPackage
from cms.formats.word_runs import Inline, RunReader
from cms.formats.word_styles import Styles
from cms.formats.word_xml import attribute, name

START = Place(1, "paragraph")


def note_changes(inline: Inline, place: Place, document: Document) -> None:
    """List what a paragraph holds beside its text: changes, hidden text, pictures."""
    for change in inline.changes:
        text = one_line(change.text)
        document.tracked_changes.append(Note(place, text, change.reason, change.author))
    beside = ((inline.hidden, "Verborgener Text"), (inline.placeholder, "Platzhalter"))
    for text, reason in beside:
        if text.strip():
            document.structure.append(Note(place, one_line(text), reason))
    for picture in inline.pictures:
        document.losses.append(Note(place, picture, "Bild oder Objekt, nicht übernommen"))


def read_margins(package: WordPackage, styles: Styles, document: Document) -> None:
    """List headers and footers as structure, each text once."""
    for kind, reason in (("header", "Kopfzeile"), ("footer", "Fußzeile")):
        seen = set()
        for part in package.parts_of_kind(kind):
            runs = RunReader(styles, package.relations(part))
            for paragraph in _all(package.part(part), "p"):
                inline = runs.read(paragraph, bold=False)
                note_changes(inline, START, document)
                text = one_line(inline.text)
                if text and text not in seen:
                    seen.add(text)
                    document.structure.append(Note(START, text, reason))


def read_diagrams(package: WordPackage, document: Document) -> None:
    """List the words of diagrams (SmartArt) and charts as losses: they are no text of the file."""
    for kind in ("diagramData", "chart"):
        for part in package.parts_of_kind(kind):
            words = [str(e.text) for e in _all(package.part(part), "t") if e.text]
            if words:
                text = one_line(" ".join(words))
                document.losses.append(Note(START, text, "Text in einem Schaubild"))


def read_notes(package: WordPackage, kind: str) -> dict[str, Element]:
    """Return the footnotes or endnotes ("footnotes", "endnotes") by their id."""
    found = {}
    for part in package.parts_of_kind(kind):
        root = package.part(part)
        for element in root if root is not None else []:
            if attribute(element, "type") in (None, "normal"):
                found[attribute(element, "id") or ""] = element
    return found


def note_text(element: Element, runs: RunReader, place: Place, document: Document) -> str:
    """Return the text of a footnote or comment, in one line."""
    texts = []
    for paragraph in _all(element, "p"):
        inline = runs.read(paragraph, bold=False)
        note_changes(inline, place, document)
        texts.append(one_line(inline.text))
    return " ".join(text for text in texts if text)


def read_comments(
    package: WordPackage, styles: Styles, places: dict[str, Place], document: Document
) -> None:
    """List the comments with their authors where they stand."""
    for part in package.parts_of_kind("comments"):
        runs = RunReader(styles, package.relations(part))
        root = package.part(part)
        for element in root if root is not None else []:
            place = places.get(attribute(element, "id") or "", START)
            text = note_text(element, runs, place, document)
            author = attribute(element, "author") or ""
            document.comments.append(Note(place, text, "Kommentar", author))


def _all(root: Element | None, kind: str) -> Iterator[Element]:
    """Return all elements of a kind, whatever they stand in."""
    elements = root.iter() if root is not None else []
    return (element for element in elements if name(element) == kind)
