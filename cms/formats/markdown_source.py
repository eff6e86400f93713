"""Markdown as people type it, made ready for a parser: line for line, no word changed."""

import re

from cms.domain.minutes import Note, Place
from cms.formats.markers import Outline, columns, typed_item

_GLUED_HEADING = re.compile(r"^(#{1,6})(?=[^\s#])")
_QUOTE = re.compile(r"^(?:\s*>)+ ?")
MAX_DEPTH = 8  # of lists; a parser leaves out what is nested deeper than some twenty levels
_NUMBER = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_RULER = re.compile(r"\s*(?:[-*_]\s*){3,}")
_FENCE = re.compile(r"\s*(?:```|~~~)")


def take_comments(text: str) -> tuple[str, list[Note]]:
    """Take the HTML comments out of ``text``, whose line numbers stay as they are."""
    comments: list[Note] = []
    kept: list[str] = []
    start = 0
    while (opening := text.find("<!--", start)) >= 0:
        closing = text.find("-->", opening)
        if closing < 0:
            break
        line = text.count("\n", 0, opening) + 1
        comment = text[opening + 4 : closing]
        comments.append(Note(Place(line), " ".join(comment.split()), "Kommentar im Text"))
        kept += [text[start:opening], "\n" * comment.count("\n")]
        start = closing + 3
    return "".join([*kept, text[start:]]), comments


def take_front_matter(text: str) -> tuple[str, list[str]]:
    """Take the lines between two "---" at the very start out of ``text``: (rest, lines)."""
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0 or any(":" not in line for line in lines[1 : ends[1]]):
        return text, []
    matter = lines[1 : ends[1]]
    return "\n".join([*[""] * (ends[1] + 1), *lines[ends[1] + 1 :]]), matter


def with_real_lists(text: str) -> str:
    """Return ``text`` with all lists in one shape: "- ", two columns deeper for each level.

    So bullets, dashes, numbers and tabs that were typed as lists count as lists, and an indent
    counts as a reader sees it, not by the rules of Markdown. A line that starts with a dash may
    also be a hard-wrapped sentence; it is an item only at the start of a paragraph, behind a
    colon or another item, or if the paragraph has two such lines.
    """
    lines = [_QUOTE.sub("", line) for line in text.split("\n")]
    outline = Outline()
    start = 0
    in_list = False
    for end in [*[n for n, line in enumerate(lines) if not line.strip()], len(lines)]:
        if start < end:
            lines[start:end], in_list = _paragraph_with_lists(lines[start:end], in_list, outline)
        start = end + 1
    return "\n".join(lines)


def _paragraph_with_lists(
    lines: list[str], in_list: bool, outline: Outline
) -> tuple[list[str], bool]:
    """Return the lines of a paragraph, and whether it ends in a list."""
    typed = [None if _RULER.fullmatch(line) else typed_item(line) for line in lines]
    dashes = sum(item is not None and item[1] in ("–", "—") for item in typed)
    indented = lines[0][:1].isspace()
    if not indented and typed[0] is None:
        outline.reset()
    listed = in_list and indented
    result: list[str] = []
    for line, item in zip(lines, typed, strict=True):
        before = lines[len(result) - 1].strip() if result else ""
        opens = not before or before.endswith(":") or before.startswith("#") or listed
        if item is not None and _is_item(item[1], opens=opens, several=dashes > 1):
            line, listed = _as_item(item[0], item[2], outline), True
        elif line.startswith("\t") and not in_list and opens and item is None:
            line, listed = _as_item(columns(_indent(line)), line.strip(), outline), True
        else:
            line = _no_number(_GLUED_HEADING.sub(r"\1 ", line, count=1))
            if line.startswith("#"):
                outline.reset()
                listed = False
        result.append(_FENCE.sub("", line))
    return result, listed


def _is_item(marker: str, *, opens: bool, several: bool) -> bool:
    """Tell whether a line that looks like an item is one and not a wrapped sentence."""
    if marker in ("–", "—"):
        return opens or several
    if marker[0].isdigit():
        return opens or marker[:-1] == "1"
    return True


def _as_item(column: int, rest: str, outline: Outline) -> str:
    depth = min(outline.depth(column), MAX_DEPTH)
    return f"{'  ' * (depth - 1)}- {_no_number(rest)}"


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _no_number(line: str) -> str:
    """Return a line whose first number is a day or a year, marked as no list number."""
    return _NUMBER.sub(r"\1\\\2", line, count=1)
