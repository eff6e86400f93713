"""Keeps requests and answers as files, and says when an answer is not the recorded one.

With ``THINKA_RECORD=1`` the files are written instead, and the blocks of docs/api.md between
``<!-- recorded: NAME -->`` and ``<!-- end -->`` with them.
"""

import json
import os
import re
from http import HTTPStatus
from pathlib import Path

from django.http import HttpResponse

FOLDER = Path(__file__).parent / "http"
DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"
RECORDING = os.environ.get("THINKA_RECORD") == "1"

HOST = "leitfaden.example.org"
HEADERS = ("Content-Type", "Location", "Allow", "ETag", "Cache-Control", "Vary")
MOMENT = "2026-03-02T09:00:00+00:00"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_TAG = re.compile(r'"[\d.]+-[0-9a-f]{24}"')
_PLACE = re.compile(r"([#/])(beschluss|ergaenzung)-\d+")
_BLOCK = re.compile(r"(<!-- recorded: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def request_text(method: str, path: str, headers: dict[str, str]) -> str:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept: application/json"]
    lines += [f"{name}: {_settled(value)}" for name, value in headers.items()]
    return "\n".join(lines) + "\n"


def response_text(response: HttpResponse) -> str:
    """An answer as it comes over the wire, its JSON with indents; what changes is settled."""
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {_settled(response[name])}" for name in HEADERS if name in response]
    text = "\n".join(lines) + "\n"
    if not response.content:
        return text
    data = _with_numbered_ids(json.loads(response.content), {})
    return f"{text}\n{_settled(json.dumps(data, indent=2, ensure_ascii=False))}\n"


def _settled(text: str) -> str:
    text = text.replace("http://testserver", f"https://{HOST}")
    text = _PLACE.sub(r"\1\2-1", _MOMENT.sub(MOMENT, text))
    return _TAG.sub('"5d41402abc4b2a76b9719d91"', text)


def _with_numbered_ids(data, numbers: dict[str, int]):
    """UIDs count from 1 in the order in which they appear."""
    if isinstance(data, list):
        return [_with_numbered_ids(item, numbers) for item in data]
    if not isinstance(data, dict):
        return data
    settled = {}
    for key, value in data.items():
        if key == "UID" and value.rpartition("-")[2].isdigit():
            number = numbers.setdefault(value, len(numbers) + 1)
            value = f"{value.rpartition('-')[0]}-{number}"
        settled[key] = _with_numbered_ids(value, numbers)
    return settled


def check(name: str, text: str) -> None:
    """Compares ``text`` with the file ``name``, or writes it. Raises AssertionError."""
    file = FOLDER / name
    if RECORDING:
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    recorded = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == recorded, f"{name} has changed. If that is meant: THINKA_RECORD=1 make test"


def document_with_recordings(document: str) -> str:
    """The document, its blocks filled with the recordings that they name."""

    def fill(block: re.Match[str]) -> str:
        start, name, _old, end = block.groups()
        request = (FOLDER / f"{name}.req").read_text(encoding="utf-8")
        answer = (FOLDER / f"{name}.resp").read_text(encoding="utf-8")
        return f"{start}```http\n{request}```\n```http\n{answer}```\n{end}"

    return _BLOCK.sub(fill, document)


def names_in(document: str) -> set[str]:
    """The names of the recordings that a document shows."""
    return {match[2] for match in _BLOCK.finditer(document)}
