"""Word lists that take seconds to make, kept in a file of the data folder."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

LISTS = 3

logger = logging.getLogger(__name__)

WordLists = tuple[frozenset[str], ...]


def kept(folder: Path, version: str, make: Callable[[], WordLists]) -> WordLists:
    """The word lists of this version: from their file, or made and then kept in it.

    A folder that cannot be written to costs time, nothing else.
    """
    file = folder / f"words-{version}.txt"
    try:
        return _read(file)
    except (OSError, ValueError):
        lists = make()
    try:
        _write(file, lists)
    except OSError as error:
        logger.warning("the word lists are not kept: %s", error)
    return lists


def _read(file: Path) -> WordLists:
    """Raises OSError, or ValueError for a file that is not ours."""
    lists = file.read_text(encoding="utf-8").split("\n\n")
    if len(lists) != LISTS:
        raise ValueError(f"{file} holds {len(lists)} lists")
    return tuple(frozenset(one.split("\n")) for one in lists)


def _write(file: Path, lists: WordLists) -> None:
    """Replaces the file at once: whoever reads meanwhile sees a whole one or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.new")
    text = "\n\n".join("\n".join(sorted(words)) for words in lists)
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    for other in file.parent.glob("words-*.txt"):
        if other != file:
            other.unlink(missing_ok=True)
