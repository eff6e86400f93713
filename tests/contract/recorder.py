"""Keeps requests and answers as files, and says when an answer is not the recorded one.

A recording is a pair of files, ``http/<room>/<name>.req`` and ``.resp``. It is made by a test of
``test_recorded_<room>.py`` through the fixture ``exchange``, and shown by a document: docs/api.md
or one of docs/api/, in a block between ``<!-- recorded: <room>/<name> -->`` and ``<!-- end -->``.

With ``THINKA_RECORD=1`` (``make record``) the files are written, and the blocks with them.
"""

import ast
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from tests.described import operation_of

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "http"
DOCUMENTS = [ROOT / "docs" / "api.md", *sorted((ROOT / "docs" / "api").glob("*.md"))]
#: What the OpenAPI document shows as examples.
EXAMPLES = ROOT / "cms" / "api" / "examples.json"
RECORDING = os.environ.get("THINKA_RECORD") == "1"

HOST = "leitfaden.example.org"
#: The headers of an answer that are shown.
HEADERS = (
    *("Content-Type", "Location", "Allow", "WWW-Authenticate", "Retry-After", "Deprecation"),
    *("Sunset", "ETag", "Last-Modified", "Cache-Control", "Vary"),
)
#: What is another text in each run, and what stands for it. Add a line for what your room has.
SETTLED = {
    r"http://testserver": f"https://{HOST}",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)": "2026-03-02T09:00:00+00:00",
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+": "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
    r'(?<=")[^"\s]*[0-9a-f]{16,}(?="$)': "5d41402abc4b2a76b9719d91",  # an ETag, in a header
    r"(?<=Retry-After: )\d+": "30",
    r"\.?(eJ|W)[\w-]{20,}:[\w-]{6}:[\w-]+": ".eJyrVko:1tQfZ2:c2lnbmF0dXJl",  # of a preview
    r"leitfaden_[\w-]{43}": "leitfaden_Wq3vZ0aXnD1c2VrT5yB8mKf7LgHs4PjU6eRi9OoQxYw",
    r'leitfaden_[\w-]{4}(?=")': "leitfaden_Wq3v",
    r'(?<="expires": ")\d{4}-\d\d-\d\d(?=")': "2026-12-31",
    r'(?<="time": )\d+(\.\d+)?': "1772442000.0",  # of a lock
    r'(?<="token": ")[\w-]{22}(?=")': "kYp3Qn0bT1mZc8Xw5VdLsA",
    r"tag:testserver,\d{4}-\d\d-\d\d": f"tag:{HOST},2026-03-02",
    r"whsec_[\w+/=]{44}": "whsec_bGliZW5kaWdlci1sZWl0ZmFkZW4tYmVpc3BpZWwtMTIzNA==",
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "6e0c1f6e-2b1d-4c53-9a55-0d6f3a1f7c11",
    r'(?<="size": )\d+': "185",  # of a file that is written anew: each zlib has its own
    r"(?<=spätestens um )\d\d:\d\d": "10:05",
}
#: Numbers that the database gives. Within an exchange they count from 1, in their order.
NUMBERED = (
    r"[#/]beschluss-(\d+)",
    r"[\"#/]ergaenzung-(\d+)",
    r"@comments/(\d+)",
    r'"comment_id": "(\d+)"',
    r'"in_reply_to": "(\d+)"',
    r":experience/(\d+)",
    r"experience-(\d+)",
    r"/e/(\d+)",
    r"/bilder/(\d+)",
    r"@webhooks/(\d+)",
    r"@import/(\d+)",
)
_BLOCK = re.compile(r"(<!-- recorded: ([a-z0-9/-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


# --- what goes over the wire -----------------------------------------------------------------


def exchange_texts(
    method: str, path: str, headers: Mapping[str, str], data: Any, response: HttpResponse
) -> tuple[str, str]:
    """Request and answer as they go over the wire, JSON with indents; what changes is settled."""
    separator = "\n\f\n"
    both = request_text(method, path, headers, data) + separator + response_text(response)
    request, answer = _with_small_numbers(both).split(separator)
    return request, answer


def request_text(method: str, path: str, headers: Mapping[str, str], data: Any) -> str:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if data is None:
        return _message(lines, "")
    return _message([*lines, "Content-Type: application/json"], _indented(data))


def response_text(response: HttpResponse) -> str:
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {response[name]}" for name in HEADERS if name in response]
    if not response.content:
        return _message(lines, "")
    if "json" not in response["Content-Type"]:
        return _message(lines, response.content.decode().rstrip("\n"))
    data = json.loads(response.content)
    return _message(lines, _indented(_with_numbered_ids(data, {})))


def _message(lines: list[str], body: str) -> str:
    head = "\n".join(_settled(line) for line in lines)
    return f"{head}\n\n{_settled(body)}\n" if body else f"{head}\n"


def _indented(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _settled(text: str) -> str:
    for pattern, settled in SETTLED.items():
        text = re.sub(pattern, settled, text)
    return text


def _with_numbered_ids(data, numbers: dict[str, int]):
    """UIDs count from 1 in the order in which they appear."""
    if isinstance(data, list):
        return [_with_numbered_ids(item, numbers) for item in data]
    if not isinstance(data, dict):
        return data
    settled = {}
    for key, value in data.items():
        if key == "UID" and isinstance(value, str) and value.rpartition("-")[2].isdigit():
            number = numbers.setdefault(value, len(numbers) + 1)
            value = f"{value.rpartition('-')[0]}-{number}"
        settled[key] = _with_numbered_ids(value, numbers)
    return settled


def _with_small_numbers(text: str) -> str:
    for pattern in NUMBERED:
        found = sorted({int(match[1]) for match in re.finditer(pattern, text)})
        text = re.sub(pattern, lambda match, found=found: _renumbered(match, found), text)
    return text


def _renumbered(match: re.Match[str], found: list[int]) -> str:
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}{found.index(int(match[1])) + 1}{match[0][end:]}"


# --- recordings and what shows them ----------------------------------------------------------


def check(name: str, text: str) -> None:
    """Compares ``text`` with the file ``name``, or writes it. Raises AssertionError."""
    file = FOLDER / name
    if RECORDING:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    recorded = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == recorded, f"{name} has changed. If that is meant: make record"


def recordings() -> set[str]:
    """The names of all recordings: ``<room>/<name>``."""
    files = (file for file in FOLDER.rglob("*.*") if file.is_file())
    return {str(file.relative_to(FOLDER).with_suffix("")) for file in files}


@cache
def _texts_in_tests(room: str) -> frozenset[str]:
    test = Path(__file__).parent / f"test_recorded_{room}.py"
    tree = ast.parse(test.read_text(encoding="utf-8")) if test.exists() else ast.Module([], [])
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


def is_made(recording: str) -> bool:
    """Whether the tests of its room name it."""
    room, _slash, name = recording.partition("/")
    return name in _texts_in_tests(room)


def examples() -> dict[str, dict[str, Any]]:
    """By the operation's name: the body of a request, and of an answer by status, as recorded.

    Of several recordings of an operation the first one that has such a body. Errors are left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(recordings()):
        request = (FOLDER / f"{name}.req").read_text(encoding="utf-8")
        answer = (FOLDER / f"{name}.resp").read_text(encoding="utf-8")
        method, path = request.split(" ", 2)[:2]
        status = answer.split(" ", 2)[1]
        operation = operation_of(method, path.partition("?")[0])
        if operation is None or status >= "300":
            continue
        shown = found.setdefault(operation["operationId"], {"responses": {}})
        if body := _json_body(request):
            shown.setdefault("request", body)
        if body := _json_body(answer):
            shown["responses"].setdefault(status, body)
    return {name: shown for name, shown in sorted(found.items()) if shown != {"responses": {}}}


def examples_text() -> str:
    """The file of examples, as it must be."""
    return json.dumps(examples(), ensure_ascii=False, indent=1) + "\n"


def _json_body(message: str) -> Any:
    head, _line, body = message.partition("\n\n")
    return json.loads(body) if body and re.search(r"Content-Type: \S*json", head) else None


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
