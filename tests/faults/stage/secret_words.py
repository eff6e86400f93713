"""Looks for a word in the indices themselves, past everything that the guide would filter."""

from pathlib import Path

import tantivy
from django.conf import settings
from elasticsearch import Elasticsearch

from search.embedded_documents import field_name

FIELDS = ("text.exact", "title.exact")


class Indices:
    """Every concrete index: the current one, the one being built, and the one kept."""

    def __init__(self) -> None:
        url = settings.ELASTICSEARCH_URL
        self._elastic = Elasticsearch(url) if url else None

    def holding(self, word: str, name: str) -> int:
        """How many documents of all indices of this name hold a word, as a reader would see it."""
        if self._elastic is None:
            folders = settings.SEARCH_FOLDER.glob(f"{name}-*")
            return sum(_in_folder(folder, word) for folder in folders)
        found = self._elastic.options(ignore_status=404).count(
            index=f"{settings.SEARCH_INDEX_PREFIX}-{name}-*",
            query={"multi_match": {"query": word, "fields": list(FIELDS)}},
            ignore_unavailable=True,
        )
        return int(found.get("count", 0))


def _in_folder(folder: Path, word: str) -> int:
    try:
        index = tantivy.Index.open(str(folder))
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, field_name(name), word))
            for name in FIELDS
        ]
        found = index.searcher().search(tantivy.Query.boolean_query(terms), 1)
        return int(found.count)
    except (OSError, ValueError):
        return 0  # it was removed while it was opened
