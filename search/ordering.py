"""Hits in an order by columns that no index has: the database knows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cms.domain.indexing import ObjectType, Version
from cms.published import draft_hits
from cms.published import hits as published_hits
from search.analysis.german import normalise
from search.engine import Hit
from search.queries import Column, ColumnName

Key = tuple[ObjectType, int, Version]


def in_order(hits: Sequence[Hit], columns: Sequence[Column]) -> list[Hit]:
    """The hits sorted by these columns, the first one most; what has no value comes last.

    Equal ones stay as they are. A query for each type of object.
    """
    names = [column.name.value for column in columns if column.name is not ColumnName.TYPE]
    values = _values(hits, names)
    ordered = list(hits)
    # Sorting is stable: by the last column first.
    for column in reversed(columns):
        read = _reader(column, names, values)
        having = [hit for hit in ordered if read(hit) is not None]
        lacking = [hit for hit in ordered if read(hit) is None]
        ordered = [*sorted(having, key=read, reverse=column.descending), *lacking]
    return ordered


def _values(hits: Sequence[Hit], names: list[str]) -> dict[Key, tuple]:
    """Of what is published and of drafts, each as it is now."""
    ids: dict[Version, dict[ObjectType, list[int]]] = defaultdict(lambda: defaultdict(list))
    for hit in hits:
        ids[hit.version][hit.type].append(hit.id)
    read = {Version.LIVE: published_hits.sort_values, Version.DRAFT: draft_hits.sort_values}
    return {
        (*ref, version): values
        for version, of_version in ids.items()
        for ref, values in read[version](of_version, names).items()
    }


def _reader(column: Column, names: list[str], values: dict[Key, tuple]) -> Any:
    if column.name is ColumnName.TYPE:
        return lambda hit: hit.type.value
    place = names.index(column.name.value)
    nothing = (None,) * len(names)

    def read(hit: Hit) -> Any:
        value = values.get((*hit.ref, hit.version), nothing)[place]
        return normalise(value) if isinstance(value, str) else value

    return read
