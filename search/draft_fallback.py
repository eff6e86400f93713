"""Drafts from the database, for the time in which the engine is away: the newest first."""

import time
from collections.abc import Iterator

from cms.domain.indexing import SearchEntry
from cms.domain.reader import Reader
from cms.published import drafts
from cms.published.drafts import Draft
from search.fitting import fits
from search.queries import WINDOW, SearchRequest

#: So many are read with all their words at once.
CHUNK = 200


def matching(
    request: SearchRequest, reader: Reader, words: list[str], excluded: list[str], end: float
) -> Iterator[Draft]:
    """Drafts with every word that answer the conditions, until the time is over.

    Their words and conditions stand in revisions: the first ones are always looked at.
    """
    if words:
        found = drafts.drafts_with_words(words, reader, WINDOW)
    else:
        found = drafts.newest_drafts(reader, WINDOW)
    of_entries = [
        draft
        for draft in found
        if draft.ref[0] in drafts.ENTRY_TYPES and draft.review_state in request.states
    ]
    for start in range(0, len(of_entries), CHUNK):
        if start and time.monotonic() >= end:
            return
        part = of_entries[start : start + CHUNK]
        entries = drafts.entries_of(draft.ref for draft in part)
        for draft in part:
            entry = entries.get(draft.ref)
            if entry and fits(entry, request) and not _holds_any(entry, excluded):
                yield draft


def _holds_any(entry: SearchEntry, words: list[str]) -> bool:
    text = f"{entry.title}\n{entry.text}\n{entry.lesson}".casefold()
    return any(word.casefold() in text for word in words)
