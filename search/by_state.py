"""Drafts among the hits of a search: the index finds and ranks, the database decides.

An index holds a draft beside the published version, but not where it stands in its review, and
may be a moment late. So of each draft the database is asked whether this person may see it now,
and in which state it is (decision 0102).
"""

from collections.abc import Iterable
from dataclasses import replace

from cms.domain.indexing import ObjectType, Version
from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.published import drafts
from cms.published.drafts import Ref
from search.engine import Hit
from search.fitting import fits
from search.just_written import just_written
from search.ordering import in_order
from search.portal_types import key_of_draft
from search.queries import COLUMN_OF, WINDOW, SearchRequest, Sort

_ALL_BUT_COMMENTS = tuple(kind for kind in ObjectType if kind is not ObjectType.COMMENT)


def asks_for_drafts(request: SearchRequest) -> bool:
    """Is any state asked for that only drafts have?"""
    return any(state != State.PUBLISHED for state in request.states)


def for_the_engine(request: SearchRequest) -> SearchRequest:
    """Everything among which :func:`decided` chooses. Without words the newest change is first."""
    versions = {Version.DRAFT}
    if State.PUBLISHED in request.states:
        versions.add(Version.LIVE)
    is_free = request.sort is Sort.BEST and request.order is not Sort.BEST
    return replace(
        request,
        versions=frozenset(versions),
        types=request.types or _ALL_BUT_COMMENTS,
        keys=(*request.keys, *map(key_of_draft, request.keys)),
        sort=Sort.JUST_CHANGED if is_free else request.sort,
        offset=0,
        size=WINDOW,
    )


def decided(hits: Iterable[Hit], asked: SearchRequest, reader: Reader) -> list[Hit]:
    """The hits in the states asked for, and drafts that the index does not hold yet.

    :param asked: what :func:`for_the_engine` made of the request
    """
    hits = list(hits)
    refs = [hit.ref for hit in hits if hit.version is Version.DRAFT]
    states = drafts.review_states(refs, reader)
    kept = [
        hit for hit in hits if hit.version is Version.LIVE or states.get(hit.ref) in asked.states
    ]
    fresh = [Hit(*ref, 0.0, Version.DRAFT) for ref in _fresh(refs, asked, reader)]
    if fresh and asked.sort in COLUMN_OF and asked.sort is not Sort.JUST_CHANGED:
        return in_order([*fresh, *kept], [COLUMN_OF[asked.sort]])
    return [*fresh, *kept]


def _fresh(known: list[Ref], asked: SearchRequest, reader: Reader) -> list[Ref]:
    found = just_written(asked.text, asked.synonyms, reader, known)
    refs = [
        draft.ref
        for draft in found
        if draft.ref[0] in drafts.ENTRY_TYPES and draft.review_state in asked.states
    ]
    entries = drafts.entries_of(refs) if refs else {}
    return [ref for ref in refs if ref in entries and fits(entries[ref], asked)]
