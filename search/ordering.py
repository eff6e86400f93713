"""Hits in an order by columns that no index has: the database knows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cms.domain.indexing import ObjectType
from cms.published.hits import sort_values
from search.analysis.german import normalise
from search.engine import Hit
from search.queries import Column, ColumnName

Key = tuple[ObjectType, int]


def in_order(hits: Sequence[Hit], columns: Sequence[Column]) -> list[Hit]:
    """The hits sorted by these columns, the first one most; what has no value comes last.

    Equal ones stay as they are. A query for each type of object.
    """
    ids: dict[ObjectType, list[int]] = defaultdict(list)
    for hit in hits:
        ids[hit.type].append(hit.id)
    names = [column.name.value for column in columns if column.name is not ColumnName.TYPE]
    values = sort_values(ids, names)
    ordered = list(hits)
    # Sorting is stable: by the last column first.
    for column in reversed(columns):
        read = _reader(column, names, values)
        having = [hit for hit in ordered if read(hit) is not None]
        lacking = [hit for hit in ordered if read(hit) is None]
        ordered = [*sorted(having, key=read, reverse=column.descending), *lacking]
    return ordered


def _reader(column: Column, names: list[str], values: dict[Key, tuple]) -> Any:
    if column.name is ColumnName.TYPE:
        return lambda hit: hit.type.value
    place = names.index(column.name.value)
    nothing = (None,) * len(names)

    def read(hit: Hit) -> Any:
        value = values.get((hit.type, hit.id), nothing)[place]
        return normalise(value) if isinstance(value, str) else value

    return read
