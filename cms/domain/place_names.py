"""Names of places and projects inside a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SHORT = 3  # "EFN" is an abbreviation: it has no forms


@dataclass(frozen=True)
class NamedProject:
    """A project and the names that point to it."""

    id: int
    title: str
    slug: str
    names: tuple[str, ...]


def find_name(text: str, names: Iterable[str]) -> str | None:
    """The first of ``names`` that stands in ``text`` as a word of its own.

    "Weimar" is also found in "Weimars" and "Weimarer"; case counts, because places are
    written with a capital letter and many of them are ordinary words without it.
    """
    for name in names:
        forms = "" if len(name) <= _SHORT else "(?:s|er|ern|erinnen)?"
        if re.search(rf"(?<![\w]){re.escape(name)}{forms}(?!\w)", text):
            return name
    return None


def projects_named(text: str, projects: Iterable[NamedProject]) -> list[tuple[NamedProject, str]]:
    """The projects named in ``text``, each with the name that stands there."""
    found = []
    for project in projects:
        name = find_name(text, project.names)
        if name is not None:
            found.append((project, name))
    return found
