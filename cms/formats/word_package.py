"""A .docx as a ZIP of XML parts, opened with bounds: nothing is unpacked before it is measured."""

import io
import posixpath
import zipfile
import zlib
from typing import Any

from lxml import etree

from cms.domain.minutes import MinutesError

MAX_FILES = 3_000  # files in the ZIP
MAX_UNPACKED = 200 * 1024 * 1024  # bytes of all files together, pictures included
MAX_PART = 40 * 1024 * 1024  # bytes of one XML part
MAX_TAGS = 400_000  # of one XML part; an element takes far more memory than its text
MAX_RATIO = 300  # unpacked to packed; real Word files stay below 50
RATIO_COUNTS_FROM = 5 * 1024 * 1024  # bytes
NOT_WORD = (
    "Das ist keine Word-Datei; bitte laden Sie das Protokoll als Word-Datei (.docx) oder als "
    "Markdown-Text (.md) hoch."
)
DAMAGED = (
    "Die Word-Datei ist beschädigt oder nicht vollständig übertragen; bitte öffnen Sie sie in "
    "Word, speichern Sie sie neu und laden Sie sie noch einmal hoch."
)
PROTECTED = (
    "Die Word-Datei ist mit einem Kennwort geschützt; bitte entfernen Sie den Schutz in Word und "
    "laden Sie die Datei noch einmal hoch."
)
OLD_WORD = (
    "Das ist eine Datei im alten Word-Format (.doc); bitte speichern Sie sie in Word als „.docx“ "
    "und laden Sie diese hoch."
)
OPEN_DOCUMENT = (
    "Das ist eine OpenDocument-Datei (.odt); bitte speichern Sie sie als Word-Datei (.docx) und "
    "laden Sie diese hoch."
)
TOO_BIG_INSIDE = (
    "Die Word-Datei ist entpackt viel zu groß für ein Protokoll und wurde deshalb nicht geöffnet; "
    "bitte prüfen Sie, ob es die richtige Datei ist."
)
FORBIDDEN_XML = (
    "Die Word-Datei enthält XML, das in Word-Dateien nicht vorkommt, und wurde deshalb nicht "
    "gelesen; bitte speichern Sie sie in Word neu."
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)

Element = Any  # lxml has no types


def refuse_ole(data: bytes) -> None:
    """Raise MinutesError for an OLE file: a protected .docx, an old .doc, or something else."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise MinutesError(PROTECTED)
    raise MinutesError(OLD_WORD if "WordDocument".encode("utf-16-le") in data else NOT_WORD)


class WordPackage:
    """The parts of a .docx and their relationships."""

    def __init__(self, data: bytes) -> None:
        """Open and measure. Raises MinutesError with the reason if it can't be a .docx."""
        if data.startswith(OLE):
            refuse_ole(data)
        if not data.startswith(b"PK"):
            raise MinutesError(NOT_WORD)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._names = {info.filename: info for info in self._zip.infolist()}
        except _BROKEN:
            raise MinutesError(DAMAGED) from None
        self._measure()
        self.main = self._main_part()

    def _measure(self) -> None:
        files = self._zip.infolist()
        unpacked = sum(info.file_size for info in files)
        packed = sum(info.compress_size for info in files)
        bomb = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1)
        if len(files) > MAX_FILES or unpacked > MAX_UNPACKED or bomb:
            raise MinutesError(TOO_BIG_INSIDE)
        if any(info.flag_bits & 0x1 for info in files):
            raise MinutesError(PROTECTED)

    def _main_part(self) -> str:
        relations = self.relations("").values()
        targets = [target for kind, target in relations if kind == "officeDocument"]
        for main in [*targets, "word/document.xml"]:
            if main in self._names and not main.startswith(("xl/", "ppt/", "visio/")):
                return main
        if any(name.startswith("word/") for name in self._names):
            raise MinutesError(DAMAGED)
        if self._text("mimetype").startswith("application/vnd.oasis.opendocument"):
            raise MinutesError(OPEN_DOCUMENT)
        raise MinutesError(NOT_WORD)

    def _text(self, name: str) -> str:
        return self._read(name)[:200].decode("latin-1") if name in self._names else ""

    def _read(self, name: str) -> bytes:
        info = self._names[name]
        if info.file_size > MAX_PART:
            raise MinutesError(TOO_BIG_INSIDE)
        try:
            return self._zip.read(info)
        except RuntimeError:
            raise MinutesError(PROTECTED) from None
        except _BROKEN:
            raise MinutesError(DAMAGED) from None

    def part(self, name: str) -> Element | None:
        """Return the root element of an XML part, or None if there is no such part."""
        if name not in self._names:
            return None
        data = self._read(name)
        if data.count(b"<") > MAX_TAGS:
            raise MinutesError(TOO_BIG_INSIDE)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            raise MinutesError(DAMAGED) from None
        if root.getroottree().docinfo.doctype:
            raise MinutesError(FORBIDDEN_XML)
        return root

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the relationships of a part: id -> (last word of the type, target)."""
        folder, file = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for element in root if root is not None else []:
            target = str(element.get("Target", ""))
            if element.get("TargetMode") != "External":
                joined = target if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(joined).lstrip("/")
            kind = str(element.get("Type", "")).rpartition("/")[2]
            found[str(element.get("Id"))] = (kind, target)
        return found

    def parts_of_kind(self, kind: str) -> list[str]:
        """Return the names of the main part's related parts of a kind ("header", "comments")."""
        relations = self.relations(self.main).values()
        return sorted({target for related, target in relations if related == kind})
