"""The words of an uploaded file, to look for something in them."""

import io
import re
import zipfile
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_TEXT = ("txt", "md", "csv", "tsv", "html", "htm", "xml", "json", "rtf")
_OFFICE = ("docx", "odt", "xlsx", "ods", "pptx", "odp")
_MOST = 60 * 1024 * 1024  # of an unpacked file: more than any minutes have
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    PyPdfError,
)


def text_of_file(name: str, data: bytes) -> str | None:
    """Its words, markup included; None if they can't be read (a picture, a scan, a password)."""
    ending = name.rsplit(".", 1)[-1].lower()
    try:
        if ending in _TEXT:
            return data.decode("utf-8", errors="replace")
        if ending in _OFFICE:
            return _text_of_package(data)
        if ending == "pdf":
            return _text_of_pdf(data)
    except _BROKEN:
        return None
    return None


def _text_of_package(data: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [info for info in package.infolist() if info.filename.endswith(".xml")]
        if sum(info.file_size for info in parts) > _MOST:
            return None
        return "\n".join(package.read(part).decode("utf-8", errors="replace") for part in parts)


def _text_of_pdf(data: bytes) -> str | None:
    reader = PdfReader(io.BytesIO(data))
    text = "\n".join(page.extract_text() for page in reader.pages)
    text += "\n" + "\n".join(str(value) for value in (reader.metadata or {}).values())
    return text if re.search(r"\w", text) else None
