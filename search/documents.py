"""The Elasticsearch document for one version of one entry."""

from functools import lru_cache
from typing import Any

from elasticsearch.dsl import Date, Document, Keyword, Long, Text

from cms.domain.indexing import SearchEntry
from search.analysis.compounds import CompoundSplitter
from search.analysis.german import clean, normalise
from search.analysis.word_pairs import pair_tokens

#: Letters of a text.
LONGEST_KEPT = 20_000


class EntryDocument(Document):
    """The fields of an index; the analysers are those of ``analysis/chains.py``.

    ``text`` holds title, lesson and body, as the measured queries expect; ``split`` adds
    the parts of the compounds; ``pairs`` holds words that belong together, written as one
    or apart; ``title`` and ``lesson`` alone let their words weigh more; ``title_order`` is
    only sorted by.
    """

    title = Text(
        analyzer="stem",
        fields={
            "exact": Text(analyzer="exact"),
            "prefix": Text(analyzer="prefix", search_analyzer="exact"),
        },
    )
    lesson = Text(analyzer="stem")
    text = Text(
        analyzer="stem",
        fields={
            "exact": Text(analyzer="exact"),
            "prefix": Text(analyzer="prefix", search_analyzer="exact"),
            "suffix": Text(analyzer="suffix", search_analyzer="exact"),
        },
    )
    split = Text(analyzer="stem")
    pairs = Text(analyzer="made")
    type = Keyword()
    object_id = Long()
    version = Keyword()
    circle = Keyword()
    project_id = Long()
    reader_project_ids = Long()
    kind = Keyword()
    topic_ids = Long()
    institution_ids = Long()
    target_group_ids = Long()
    event_ids = Long()
    table_ids = Long()
    year = Long()
    date = Date(format="strict_date")
    published_at = Date()
    modified_at = Date()
    title_order = Keyword()
    source_id = Keyword(ignore_above=1_000)
    verdicts = Keyword()
    proven = Long()
    is_open = Keyword()
    checksum = Keyword(index=False)
    revision = Long()  # the external version, which Elasticsearch itself cannot sum up


def mapping() -> dict[str, Any]:
    """The mapping of an index; a field that is not in it is an error, not a new field."""
    return {**EntryDocument._doc_type.mapping.to_dict(), "dynamic": "strict"}


def to_document(entry: SearchEntry, splitter: CompoundSplitter) -> dict[str, Any]:
    """The entry as a document, without what it does not have; not to be changed."""
    return _kept(entry, splitter) if is_short(entry) else _document(entry, splitter)


def is_short(entry: SearchEntry) -> bool:
    """May what is made of the entry be kept? Of a file of 100 pages it is a megabyte or two."""
    return len(entry.text) <= LONGEST_KEPT


def _document(entry: SearchEntry, splitter: CompoundSplitter) -> dict[str, Any]:
    title, lesson, body = clean(entry.title), clean(entry.lesson), clean(entry.text)
    texts = [text for text in (title, lesson, body) if text]
    parts = [part for text in texts for part in splitter.related_of_text(text)]
    document = {
        "title": title,
        "lesson": lesson,
        "text": texts,
        "split": [*texts, " ".join(parts)] if parts else texts,
        "pairs": " ".join(pair for text in texts for pair in pair_tokens(text, splitter)),
        "type": entry.type.value,
        "object_id": entry.id,
        "version": entry.version.value,
        "circle": entry.circle.value,
        "project_id": entry.project_id,
        "reader_project_ids": list(entry.readers),
        "kind": entry.kind,
        "topic_ids": list(entry.topic_ids),
        "institution_ids": list(entry.institution_ids),
        "target_group_ids": list(entry.target_group_ids),
        "event_ids": list(entry.event_ids),
        "table_ids": list(entry.table_ids),
        "year": entry.date.year if entry.date else None,
        "date": entry.date.isoformat() if entry.date else None,
        "published_at": entry.published_at.isoformat() if entry.published_at else None,
        "modified_at": entry.modified_at.isoformat() if entry.modified_at else None,
        "title_order": normalise(entry.sort_title or entry.title),
        "source_id": entry.source_id,
        "verdicts": list(entry.verdicts),
        "proven": entry.proven or None,
        "is_open": "true" if entry.is_open else None,
        "checksum": entry.checksum,
    }
    return {name: value for name, value in document.items() if value not in (None, "", [])}


# Both indices take the same document, a few batches apart.
_kept = lru_cache(maxsize=2_000)(_document)
