"""Bytes of a text file to text, or a sentence that says what is wrong with them."""

import codecs
import re

from cms.domain.minutes import MinutesError

# The marks of UTF-32 begin like those of UTF-16, so they come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_NOT_TEXT = (
    "Das ist keine Textdatei; bitte laden Sie das Protokoll als Word-Datei (.docx) oder als "
    "Markdown-Text (.md) hoch."
)
_NOT_UTF8 = (
    "Die Textdatei ist nicht in UTF-8 gespeichert, Umlaute wären falsch; bitte speichern Sie sie "
    "mit der Kodierung UTF-8 und laden Sie sie noch einmal hoch."
)


def decode(data: bytes) -> str:
    """Return the text of ``data`` with "\\n" as the only line end.

    UTF-8 with or without a byte order mark, UTF-16 and UTF-32 with one. Raises MinutesError
    for any other encoding and for what is no text.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise MinutesError(_NOT_UTF8 if _looks_like_text(data) else _NOT_TEXT) from None
    if _CONTROLS.search(text):
        raise MinutesError(_NOT_TEXT)
    return re.sub("\r\n|[\r\u2028\u2029\x0b\x0c\x85]", "\n", text)


def _looks_like_text(data: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", data)
