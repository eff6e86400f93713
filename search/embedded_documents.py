"""What the embedded engine stores: a tantivy schema with the fields of ``documents.py``.

tantivy's own German analysis misses what ours does, so texts are analysed here and handed
over as words with spaces between them.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import tantivy

from cms.domain.indexing import SearchEntry
from search.analysis.compounds import CompoundSplitter
from search.analysis.german import exact_tokens, prefix_tokens, stem_tokens, suffix_tokens
from search.documents import is_short, to_document

Analyser = Callable[[str], list[str]]

# Each text field: the document field it comes from, its chain in the index and in a query.
TEXT_FIELDS: dict[str, tuple[str, Analyser, Analyser]] = {
    "split": ("split", stem_tokens, stem_tokens),
    "text": ("text", stem_tokens, stem_tokens),
    "text.exact": ("text", exact_tokens, exact_tokens),
    "text.prefix": ("text", prefix_tokens, exact_tokens),
    "text.suffix": ("text", suffix_tokens, exact_tokens),
    "pairs": ("pairs", str.split, str.split),
    "title": ("title", stem_tokens, stem_tokens),
    "title.exact": ("title", exact_tokens, exact_tokens),
    "title.prefix": ("title", prefix_tokens, exact_tokens),
    "lesson": ("lesson", stem_tokens, stem_tokens),
}
PHRASE_FIELDS = ("text.exact",)
KEYWORD_FIELDS = ("type", "version", "circle", "kind", "source_id", "verdicts", "is_open")
NUMBER_FIELDS = (
    "project_id",
    "reader_project_ids",
    "topic_ids",
    "institution_ids",
    "target_group_ids",
    "event_ids",
    "table_ids",
    "year",
    "proven",
)
_BIGGEST = 2**63 - 1
_NO_DATE = date.min
_DAY_BITS = 41  # below the day: the time of publication, and the id


def field_name(name: str) -> str:
    """tantivy's name for a field: a point would mean a path in JSON."""
    return name.replace(".", "_")


def build_schema() -> tantivy.Schema:
    """The schema; ``revision`` is the external version, ``deleted_at`` marks a tombstone."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("revision", stored=True, fast=True)
    builder.add_text_field("checksum", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("deleted_at", indexed=True)
    builder.add_integer_field("newest", indexed=True, fast=True)
    builder.add_integer_field("oldest", fast=True)
    builder.add_integer_field("latest", fast=True)
    builder.add_integer_field("earliest", fast=True)
    builder.add_integer_field("published", indexed=True)
    builder.add_integer_field("modified", indexed=True, fast=True)
    builder.add_text_field("title_order", fast=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        option = "position" if name in PHRASE_FIELDS else "freq"
        builder.add_text_field(field_name(name), tokenizer_name="whitespace", index_option=option)
    for name in KEYWORD_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def to_tantivy(entry: SearchEntry, revision: int, splitter: CompoundSplitter) -> tantivy.Document:
    """The entry as a tantivy document, not to be changed."""
    make = _kept if is_short(entry) else _document
    return make(entry, revision, splitter)


def _document(entry: SearchEntry, revision: int, splitter: CompoundSplitter) -> tantivy.Document:
    source = to_document(entry, splitter)
    document = tantivy.Document()
    document.add_text("key", entry.key)
    document.add_integer("revision", revision)
    document.add_text("checksum", entry.checksum)
    for name, (origin, analyse, _) in TEXT_FIELDS.items():
        for text in _listed(source.get(origin)):
            document.add_text(field_name(name), " ".join(analyse(text)))
    for name in KEYWORD_FIELDS:
        for value in _listed(source.get(name)):
            document.add_text(name, value)
    for name in NUMBER_FIELDS:
        for number in _listed(source.get(name)):
            document.add_integer(name, number)
    newest = _recency(entry)
    document.add_integer("newest", newest)
    document.add_integer("oldest", _BIGGEST - newest if entry.date else 0)
    latest = _publication(entry)
    document.add_integer("latest", latest)
    document.add_integer("earliest", _BIGGEST - latest if entry.published_at else 0)
    if entry.published_at:
        document.add_integer("published", int(entry.published_at.timestamp()))
    if entry.modified_at:
        document.add_integer("modified", int(entry.modified_at.timestamp()))
    if "title_order" in source:
        # What is equal keeps one order, from batch to batch.
        document.add_text("title_order", f"{source['title_order']}\t{entry.id:019d}")
    return document


# Both indices take the same document, one batch after the other.
_kept = lru_cache(maxsize=1_000)(_document)


def tombstone(key: str, revision: int, now: int) -> tantivy.Document:
    """What stays of a deleted document for a while: that it was deleted, at which version."""
    document = tantivy.Document()
    document.add_text("key", key)
    document.add_integer("revision", revision)
    document.add_integer("deleted_at", now)
    return document


def numbers_of_days(bounds: dict[str, str]) -> tuple[int, int]:
    """Those that "newest" has for dates within ``bounds``; what has no date is beyond them."""
    first = date.fromisoformat(bounds["gte"]).toordinal() if "gte" in bounds else 0
    last = date.fromisoformat(bounds.get("lte", date.max.isoformat())).toordinal()
    return max(first, _NO_DATE.toordinal() + 1) << _DAY_BITS, (last + 1 << _DAY_BITS) - 1


def numbers_of_moments(bounds: dict[str, str]) -> tuple[int, int]:
    """Those that such a field has from one moment on and before another."""
    first = int(datetime.fromisoformat(bounds["gte"]).timestamp()) if "gte" in bounds else 0
    end = int(datetime.fromisoformat(bounds["lt"]).timestamp()) if "lt" in bounds else _BIGGEST
    return max(first, 0), max(end - 1, 0)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _recency(entry: SearchEntry) -> int:
    """Date, then time of publication, then id, as one number that sorts like them."""
    days = (entry.date or _NO_DATE).toordinal()
    return days << _DAY_BITS | _publication(entry)


def _publication(entry: SearchEntry) -> int:
    """Time of publication, then id, as one number that sorts like them."""
    seconds = int(entry.published_at.timestamp()) if entry.published_at else 0
    return max(0, seconds) % 2**32 << 9 | entry.id % 512
