"""A line of the office's list of synonyms and abbreviations, as search reads it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Synonym:
    """Who looks for ``term`` also finds ``meanings``; and the other way round if ``both_ways``.

    Words or phrases, as the office wrote them.
    """

    term: str
    meanings: tuple[str, ...]
    both_ways: bool = True
