"""Markdown as people type it, made ready for a parser: line for line, no word changed."""

import re

from cms.domain.minutes import Note, Place
from cms.formats.markers import DASHES, typed_item

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_NATIVE_ITEM = re.compile(r"[-*+]\s|\d{1,9}[.)]\s")
_GLUED_HEADING = re.compile(r"(#{1,6})(?=[^\s#])")
_FENCE = re.compile(r"\s*(?:```|~~~)")


def take_comments(text: str) -> tuple[str, list[Note]]:
    """Take the HTML comments out of ``text``, whose line numbers stay as they are."""
    comments = []
    for match in _COMMENT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        comments.append(Note(Place(line), " ".join(match[1].split()), "Kommentar im Text"))
    return _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text), comments


def take_front_matter(text: str) -> tuple[str, list[str]]:
    """Take the lines between two "---" at the very start out of ``text``: (rest, lines)."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0 or any(":" not in line for line in lines[1 : ends[1]]):
        return text, []
    matter = lines[1 : ends[1]]
    return "\n".join([*[""] * (ends[1] + 1), *lines[ends[1] + 1 :]]), matter


def with_real_lists(text: str) -> str:
    """Return ``text`` with bullets, dashes and tabs that were typed as lists as "- " lists.

    A line that starts with a dash may also be a hard-wrapped sentence; it is an item only at the
    start of a paragraph, behind a colon or another item, or if the paragraph has two such lines.
    """
    lines = text.split("\n")
    start = 0
    for end in [*[n for n, line in enumerate(lines) if not line.strip()], len(lines)]:
        in_list = start > 1 and _is_item(lines[start - 2])
        lines[start:end] = _paragraph_with_lists(lines[start:end], in_list)
        start = end + 1
    return "\n".join(lines)


def _is_item(line: str) -> bool:
    return _NATIVE_ITEM.match(line.lstrip(" \t>")) is not None


def _paragraph_with_lists(lines: list[str], in_list: bool) -> list[str]:
    typed = [typed_item(line) for line in lines]
    dashes = sum(item is not None and item[1] in DASHES for item in typed)
    result: list[str] = []
    for line, item in zip(lines, typed, strict=True):
        before = result[-1].strip() if result else ""
        opens = not before or before.endswith(":") or before.startswith("#") or _is_item(before)
        if item is not None and not _is_item(line):
            if item[1] not in DASHES or opens or dashes > 1:
                line = _as_item(line, item[2])
        elif line.startswith("\t") and not in_list and opens and not _is_item(line):
            line = _as_item(line, line.lstrip())
        elif line.startswith("#"):
            line = _GLUED_HEADING.sub(r"\1 ", line, count=1)
        result.append(line)
    return [_FENCE.sub("", line) for line in result]


def _as_item(line: str, rest: str) -> str:
    return f"{line[: len(line) - len(line.lstrip())]}- {rest}"
