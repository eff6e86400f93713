"""The words of an uploaded document, for the search. Run as a program of its own: see read_file.

A file from outside can be anything. What takes too much time or memory, or crashes the
library that reads it, ends only the child process.
"""

import io
import os
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from cms.domain.document_text import DocumentTextError, TextProblem

MOST_BYTES = 25 * 1024 * 1024  # of a file
MOST_UNPACKED = 100 * 1024 * 1024  # of the XML in it
MOST_CHARACTERS = 200_000  # of its words; about 100 pages
SECONDS = 20
MEMORY = 1024**3
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_ENDINGS = ("txt", "md", "csv")

#: Of each kind of package the parts that hold words, in their order, and the elements that are
#: a paragraph there.
_PACKAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "docx": (r"word/(document|footnotes|endnotes)\.xml", ("p",)),
    "pptx": (r"ppt/(slides/slide|notesSlides/notesSlide)\d+\.xml", ("p",)),
    "xlsx": (r"xl/(sharedStrings|worksheets/sheet\d+)\.xml", ("si", "is")),
    "odt": (r"content\.xml", ("p", "h")),
    "ods": (r"content\.xml", ("p", "h")),
    "odp": (r"content\.xml", ("p", "h")),
}
ENDINGS = ("pdf", *TEXT_ENDINGS, *_PACKAGES)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    PyPdfError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    NotImplementedError,
    AssertionError,
)
#: How the child tells what it could not read.
_EXIT_CODES = {problem: code for code, problem in enumerate(TextProblem, 10)}


def read_file(file: BinaryIO, name: str, seconds: float = SECONDS) -> str:
    """The first MOST_CHARACTERS of a file's words, read by a process of its own.

    :param file: open, at its beginning
    :param name: its name; the ending tells its kind
    :raises DocumentTextError: the reason why there are none
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise DocumentTextError(TextProblem.OTHER_KIND)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DocumentTextError(TextProblem.TOO_BIG)
    command = [sys.executable, "-m", "cms.formats.document_text", ending]
    # Of the environment the child gets nothing else: no passwords.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the ending is one of ours)
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise DocumentTextError(TextProblem.TOO_SLOW) from None
    for problem, code in _EXIT_CODES.items():
        if done.returncode == code:
            raise DocumentTextError(problem)
    if done.returncode:
        raise DocumentTextError(TextProblem.BROKEN)
    return done.stdout.decode("utf-8")


def words_of(data: bytes, ending: str) -> str:
    """The words in these bytes, a line for each paragraph. Raises DocumentTextError."""
    try:
        lines = _reader_of(ending)(data)
        text = _first_characters(lines)
    except _BROKEN as error:
        raise DocumentTextError(TextProblem.BROKEN) from error
    except MemoryError:
        raise DocumentTextError(TextProblem.TOO_BIG) from None
    if not re.search(r"\w", text):
        raise DocumentTextError(TextProblem.NO_WORDS)
    return text


def _reader_of(ending: str) -> Callable[[bytes], Iterator[str]]:
    if ending == "pdf":
        return _pdf
    if ending in TEXT_ENDINGS:
        return _plain
    return lambda data: _package(data, *_PACKAGES[ending])


def _first_characters(lines: Iterator[str]) -> str:
    kept: list[str] = []
    length = 0
    for line in lines:
        # What no database keeps: NUL, and half characters.
        line = " ".join(line.replace("\x00", " ").encode("utf-8", "replace").decode().split())
        if line:
            kept.append(line)
            length += len(line) + 1
        if length > MOST_CHARACTERS:
            break
    return "\n".join(kept)[:MOST_CHARACTERS]


def _plain(data: bytes) -> Iterator[str]:
    try:
        yield from data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        yield from data.decode("cp1252", errors="replace").splitlines()


def _pdf(data: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(data))
    try:
        # Many a file is only locked against changes: its password for reading is empty.
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentTextError(TextProblem.ENCRYPTED)
        for page in reader.pages:
            yield from page.extract_text().splitlines()
    except (DependencyError, FileNotDecryptedError):
        raise DocumentTextError(TextProblem.ENCRYPTED) from None


def _package(data: bytes, parts: str, paragraphs: tuple[str, ...]) -> Iterator[str]:
    if data.startswith(OLE):  # so Word and Excel wrap what has a password
        raise DocumentTextError(TextProblem.ENCRYPTED)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if _is_encrypted(package):
            raise DocumentTextError(TextProblem.ENCRYPTED)
        wanted = [info for info in package.infolist() if re.fullmatch(parts, info.filename)]
        if sum(info.file_size for info in wanted) > MOST_UNPACKED:
            raise DocumentTextError(TextProblem.TOO_BIG)
        for info in sorted(wanted, key=lambda info: _natural(info.filename)):
            with package.open(info) as part:
                yield from _paragraphs(part, paragraphs)


def _is_encrypted(package: zipfile.ZipFile) -> bool:
    """OpenDocument says it in its manifest, an old ZIP in the flags of its files."""
    if any(info.flag_bits & 1 for info in package.infolist()):
        return True
    manifest = "META-INF/manifest.xml"
    return manifest in package.namelist() and b"encryption-data" in package.read(manifest)


def _natural(name: str) -> list[tuple[int, str]]:
    """So that slide10 comes after slide9, and the document before its notes."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _paragraphs(part: Any, names: tuple[str, ...]) -> Iterator[str]:
    """The text of each paragraph; each is forgotten when it is read."""
    tags = [f"{{*}}{name}" for name in names]
    for _event, element in etree.iterparse(
        part, tag=tags, resolve_entities=False, no_network=True, remove_comments=True
    ):
        yield "".join(_pieces(element))
        element.clear()


def _pieces(element: Any) -> Iterator[str]:
    """The words below an element: tabs and breaks are spaces, fields and deletions no words."""
    if element.text:
        yield element.text
    for inner in element:
        tag = inner.tag.rpartition("}")[2] if isinstance(inner.tag, str) else "instrText"
        if tag in ("tab", "br", "cr", "s", "line-break"):
            yield " "
        elif tag not in ("instrText", "delText", "rPh"):
            yield from _pieces(inner)
        if inner.tail:
            yield inner.tail


def main() -> int:
    """Reads a file from standard input, its ending from the arguments; prints its words."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    try:
        text = words_of(sys.stdin.buffer.read(), sys.argv[1])
    except DocumentTextError as error:
        return _EXIT_CODES[error.problem]
    sys.stdout.buffer.write(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
