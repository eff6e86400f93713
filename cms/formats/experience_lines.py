"""JSON Lines -> experiences as plain data; a line that cannot be read says why, in German."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

from cms.domain.circles import Circle
from cms.domain.kinds import Kind
from cms.domain.plain import to_rich_text

#: No experience is as long as this; a file without line ends would not fit into the memory.
LONGEST_LINE = 1_000_000
LONGEST_TITLE = 255
LONGEST_SOURCE_ID = 255
YEARS = range(1900, 2101)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: PostgreSQL takes neither NUL nor half a surrogate pair, and JSON can write both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Choice = TypeVar("Choice", bound=StrEnum)


class BadLine(Exception):
    """A line that can't be loaded; ``str()`` says why, in German."""


@dataclass(frozen=True)
class Line:
    """One checked line. ``project`` is the id of the project."""

    number: int
    source_id: str
    project: int
    kind: Kind
    title: str
    body: str
    topics: tuple[str, ...]
    date: date | None
    circle: Circle

    @property
    def digest(self) -> str:
        """The same for the same content, wherever in the file it stands."""
        content = {**asdict(self), "number": None}
        text = json.dumps(content, default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def lines_of(file: BinaryIO) -> Iterator[str | BadLine]:
    """The lines of a file, one after the other, never more of it in the memory than one.

    A line that is too long or not in UTF-8 is an exception, not raised but handed on.
    """
    is_first = True
    while data := file.readline(LONGEST_LINE):
        if not data.endswith(b"\n") and len(data) == LONGEST_LINE:
            _skip_line(file)
            yield BadLine(f"Die Zeile ist länger als {LONGEST_LINE // 1_000_000} MB.")
        else:
            yield _decoded(data.removeprefix(_BYTE_ORDER_MARK) if is_first else data)
        is_first = False


def _skip_line(file: BinaryIO) -> None:
    while (data := file.readline(LONGEST_LINE)) and not data.endswith(b"\n"):
        pass


def _decoded(data: bytes) -> str | BadLine:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BadLine("Die Zeile ist nicht in UTF-8 geschrieben.")


def batches(lines: Iterable[str | BadLine], size: int) -> Iterator[list[tuple[int, str | BadLine]]]:
    """Numbered lines, from 1, without blank ones, in batches."""
    batch: list[tuple[int, str | BadLine]] = []
    for number, line in enumerate(lines, start=1):
        if isinstance(line, BadLine) or line.strip():
            batch.append((number, line))
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def read_line(number: int, line: str | BadLine, projects: Mapping[str, int]) -> Line:
    """One line, checked. ``projects`` are the ids by slug. Raises BadLine."""
    if isinstance(line, BadLine):
        raise line
    row = _object(line)
    source_id = _text(row, "source_id").strip()
    if not source_id or len(source_id) > LONGEST_SOURCE_ID:
        raise BadLine("„source_id“ fehlt oder ist zu lang.")
    title = " ".join(_text(row, "title").split())
    if not title:
        raise BadLine("„title“ fehlt.")
    project = _text(row, "project")
    if project not in projects:
        raise BadLine(f"Das Projekt „{project[:100]}“ gibt es nicht.")
    body = _text(row, "body").replace("\r\n", "\n")
    if len(title) > LONGEST_TITLE:
        body = f"{title}\n\n{body}"
        title = title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return Line(
        number,
        source_id,
        projects[project],
        _choice(row, "kind", Kind.GOOD),
        title,
        to_rich_text(body.split("\n\n")),
        _topics(row),
        _date(row),
        _choice(row, "visibility", Circle.PUBLIC),
    )


def _object(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLine("Das ist kein JSON.") from error
    if not isinstance(row, dict):
        raise BadLine("Das ist kein JSON-Objekt.")
    return row


def _text(row: Mapping[str, Any], name: str) -> str:
    """A field's text, "" if it is missing; a number is taken as it is written."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadLine(f"„{name}“ muss ein Text sein.")
    text = str(value)
    if _UNSTORABLE.search(text):
        raise BadLine(f"„{name}“ enthält ein ungültiges Zeichen.")
    return text


def _choice(row: Mapping[str, Any], name: str, default: Choice) -> Choice:
    choices = type(default)
    try:
        return choices(_text(row, name) or default)
    except ValueError as error:
        allowed = ", ".join(choices)
        raise BadLine(f"„{name}“ muss eines davon sein: {allowed}.") from error


def _date(row: Mapping[str, Any]) -> date | None:
    text = _text(row, "date").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadLine("„date“ muss ein Tag sein, zum Beispiel 2024-05-31.") from error
    if day and day.year not in YEARS:
        raise BadLine(f"„date“ muss zwischen {YEARS[0]} und {YEARS[-1]} liegen.")
    return day


def _topics(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = row.get("topics")
    if names is None:
        return ()
    if not isinstance(names, list):
        raise BadLine("„topics“ muss eine Liste sein.")
    texts = (" ".join(_text({"topics": name}, "topics").split()) for name in names)
    return tuple(dict.fromkeys(text[:255] for text in texts if text))
