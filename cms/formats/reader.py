"""A file of minutes, whatever its format, to minutes."""

import math

from cms.domain.minutes import Minutes, MinutesError
from cms.formats import markdown, word
from cms.formats.event_facts import find_date
from cms.formats.minutes import interpret
from cms.formats.word_package import NOT_WORD, OLE, OPEN_DOCUMENT

MAX_BYTES = 20 * 1024 * 1024
MAX_TEXT_BYTES = 2 * 1024 * 1024  # a thousand pages of plain text
#: Each paragraph is looked at beside others, and each entry is compared with all before it: so
#: many take some seconds. The longest minutes that we know have some 300 entries.
MAX_BLOCKS = 5_000
MAX_ENTRIES = 1_500
_EMPTY = "Die Datei ist leer; bitte wählen Sie das Protokoll noch einmal aus."
_TOO_BIG = (
    "Die Datei ist mit {size} MB zu groß, erlaubt sind {limit} MB; bitte laden Sie nur das "
    "Protokoll hoch, ohne große Bilder."
)
_TOO_LONG = (
    "Das Protokoll hat mehr als {most} {what}; bitte laden Sie es in mehreren Teilen hoch, etwa "
    "Tisch für Tisch."
)
_NO_TABLE = (
    "In der Datei wurde kein Tisch gefunden; bitte geben Sie jedem Tisch eine Überschrift wie "
    "„Tisch 1: Öffentlichkeitsarbeit“, darunter Abschnitte wie „Gute Erfahrungen“ und „Schlechte "
    "Erfahrungen“."
)
_NOTHING = (
    "Die Datei enthält keinen Text; bitte prüfen Sie, ob es die richtige Datei ist und ob das "
    "Protokoll nicht nur als Bild darin steht."
)
_OTHER_FORMAT = (
    "Das ist eine {name}-Datei; bitte laden Sie das Protokoll als Word-Datei (.docx) oder als "
    "Markdown-Text (.md) hoch."
)
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "Bild"),
    (b"\xff\xd8\xff", "Bild"),
    (b"GIF8", "Bild"),
)
_WORD_NAMES = (".docx", ".docm", ".dotx", ".dotm", ".doc")
_HTML = (b"<!doctype html", b"<html")


def read_minutes(data: bytes, filename: str) -> Minutes:
    """Read the bytes of a file of minutes. Its content decides about the format, then its name.

    Raises MinutesError, one German sentence, if the file is empty, too big, damaged, of another
    format, or no minutes: without a table ("Tisch").
    """
    _check_size(data, MAX_BYTES)
    _refuse_other_formats(data, filename)
    is_word = data.startswith((b"PK", OLE))
    _check_size(data, MAX_BYTES if is_word else MAX_TEXT_BYTES)
    document = word.read_blocks(data) if is_word else markdown.read_blocks(data)
    if not document.blocks:
        raise MinutesError(_NOTHING)
    _check_length(len(document.blocks), MAX_BLOCKS, "Absätze")
    minutes = interpret(document)
    entries = sum(len(table.entries) for table in minutes.tables)
    _check_length(entries, MAX_ENTRIES, "Erfahrungen und Beschlüsse")
    if not minutes.tables:
        raise MinutesError(_NO_TABLE)
    minutes.date = minutes.date or find_date(filename)
    return minutes


def _check_size(data: bytes, most: int) -> None:
    if len(data) > most:
        size, limit = (math.ceil(amount / (1024 * 1024)) for amount in (len(data), most))
        raise MinutesError(_TOO_BIG.format(size=size, limit=limit))
    if not data.strip(b"\x00 \t\r\n"):
        raise MinutesError(_EMPTY)


def _check_length(found: int, most: int, what: str) -> None:
    if found > most:
        raise MinutesError(_TOO_LONG.format(most=most, what=what))


def _refuse_other_formats(data: bytes, filename: str) -> None:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise MinutesError(_OTHER_FORMAT.format(name=name))
    if data[:100].lstrip().lower().startswith(_HTML):
        raise MinutesError(_OTHER_FORMAT.format(name="HTML"))
    lower = filename.lower()
    if lower.endswith(_WORD_NAMES) and not data.startswith((b"PK", OLE)):
        raise MinutesError(NOT_WORD)
    if lower.endswith(".odt") and not data.startswith(b"PK"):
        raise MinutesError(OPEN_DOCUMENT)
