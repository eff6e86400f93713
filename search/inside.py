"""Search among drafts and comments: the index ranks, the database decides.

Every hit is asked of ``cms.published.drafts`` before anything is counted: what a person may not
see (any more) is in no list, no count and no page number, however old the index is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cms.domain.indexing import Version
from cms.domain.reader import Reader
from cms.published import drafts
from cms.published.drafts import Draft, Ref
from search import service
from search.engine import EngineUnavailable
from search.just_written import just_written
from search.queries import MAX_SIZE, WINDOW, SearchRequest
from search.text_query import QueryText

#: What the database looks for word by word.
MOST_WORDS = 8


@dataclass(frozen=True)
class FoundDrafts:
    """Everything that was found, best first (without a text: newest first).

    ``is_cut``: there is more than can be listed. ``degraded``: the database answered.
    """

    drafts: list[Draft]
    is_cut: bool = False
    degraded: bool = False


def find(text: str, reader: Reader) -> FoundDrafts:
    """Drafts and comments that this reader may see; all of them without a text."""
    if not drafts.sees_drafts(reader):
        return FoundDrafts([])
    if not text.strip():
        found = drafts.newest_drafts(reader, WINDOW + 1)
        return FoundDrafts(found[:WINDOW], is_cut=len(found) > WINDOW)
    try:
        refs = list(_hits(text, reader))
    except EngineUnavailable:
        words = QueryText.read(text).words[:MOST_WORDS]
        found = drafts.drafts_with_words(words, reader, WINDOW) if words else []
        return FoundDrafts(found, degraded=True)
    visible = drafts.visible_drafts(refs, reader)
    found = [visible[ref] for ref in refs if ref in visible]
    fresh = just_written(text, service.synonyms_of(text), reader, visible)
    return FoundDrafts(fresh + found, is_cut=len(refs) >= WINDOW)


def _hits(text: str, reader: Reader) -> Iterator[Ref]:
    """What the index finds, best first, in batches: nearly always it is one.

    Raises EngineUnavailable.
    """
    request = SearchRequest(
        text=text,
        types=drafts.TYPES,
        versions=frozenset({Version.DRAFT}),
        size=MAX_SIZE,
        synonyms=service.synonyms_of(text),
    )
    for offset in range(0, WINDOW, MAX_SIZE):
        part = replace(request, offset=offset)
        results = service.ask(lambda engine, part=part: engine.search(part, reader))
        yield from (hit.ref for hit in results.hits)
        if offset + MAX_SIZE >= results.total:
            return
