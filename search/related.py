"""What is like something: beside an experience that is read, and while one is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import cache
from django.db.models import Model

from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from cms.published import drafts
from cms.published.drafts import ShownDraft
from cms.published.hits import readable, visible
from search import queries, service
from search.analysis.german import clean, stem_tokens
from search.engine import Hit
from search.learnt_words import current_splitter
from search.presentation import text_of
from search.text_query import JSON, match

RELATED = WARNED = 5
CANDIDATES = 15
#: Long texts say no more than their beginning what they are about.
MOST_WORDS = 60
#: So much of the words (of a title: while somebody writes) must stand in the other text.
SIMILAR, SIMILAR_WHILE_WRITING = 0.3, 0.6
#: One word in common is chance.
LEAST_WORDS = 2
#: The order of what is related is kept so long; who may read it is asked each time.
KEPT_SECONDS = 300


@dataclass(frozen=True)
class Related:
    """An experience that is like another one, and why."""

    entry: Model
    reason: str


def related(pk: int, reader: Reader) -> tuple[Model | None, list[Related]]:
    """The experience, if this reader may see it, and those that are like it.

    None of them while the engine is away.
    """
    entry = readable(ObjectType.EXPERIENCE, reader).prefetch_related("topics").filter(pk=pk).first()
    if entry is None:
        return None, []
    ids = _related_ids(entry, reader)
    seen = visible(((ObjectType.EXPERIENCE, one) for one in ids), reader, with_topics=True)
    found = [seen[ref] for one in ids if (ref := (ObjectType.EXPERIENCE, one)) in seen]
    words = _stems(f"{entry.title} {entry.lesson}")
    explained = [Related(other, why) for other in found if (why := _reason(entry, other, words))]
    return entry, explained[:RELATED]


def _related_ids(entry: Model, reader: Reader) -> list[int]:
    """Of this version, for readers who see as much: asked once, and kept for minutes."""
    scope = ",".join((*reader.circles, *map(str, sorted(reader.project_ids))))
    version = f"{entry.last_published_at} {scope}"
    key = f"related-{entry.pk}-{blake2b(version.encode(), digest_size=16).hexdigest()}"
    ids = cache.get(key)
    if ids is None:
        topics = [topic.pk for topic in entry.topics.all()]
        text = f"{entry.title} {entry.lesson}"
        body = build_similar(text, topics, reader, frozenset({Version.LIVE}))
        hits = service.hits(body, reader)
        if hits is None:
            return []
        ids = [hit.id for hit in hits if hit.id != entry.pk]
        cache.set(key, ids, KEPT_SECONDS)
    return ids


def _reason(entry: Model, other: Model, words: set[str]) -> str:
    """Why the two are alike; empty if they hardly are."""
    shared = {topic.pk for topic in entry.topics.all()}
    titles = [topic.title for topic in other.topics.all() if topic.pk in shared]
    reasons = []
    if titles:
        reasons.append(f"gleiches Thema: {', '.join(titles[:2])}")
    if _is_similar(words, f"{other.title} {text_of(other)}", SIMILAR):
        reasons.append("ähnlicher Text")
    return ", ".join(reasons)


# --- while somebody writes ------------------------------------------------------------------


@dataclass(frozen=True)
class Existing:
    """Something like what is being written: published (``entry``), or a draft."""

    entry: Model
    title: str
    draft: ShownDraft | None = None


def existing(title: str, text: str, reader: Reader, without: int | None = None) -> list[Existing]:
    """Experiences with much of this title, that this reader may see: published ones and drafts.

    ``without`` is the one that is being written. Nothing while the engine is away.
    """
    if len(stem_tokens(clean(title))) < LEAST_WORDS:
        return []
    words = _stems(title)
    body = build_similar(f"{title} {text}", [], reader, frozenset(Version))
    hits = [hit for hit in service.hits(body, reader) or () if hit.id != without]
    # Of what has both, readers know the published version.
    found = _drafts(hits, reader) | _published(hits, reader)
    alike = (
        one
        for pk in dict.fromkeys(hit.id for hit in hits)
        if (one := found.get(pk)) and _is_similar(words, one.title, SIMILAR_WHILE_WRITING)
    )
    return list(alike)[:WARNED]


def _published(hits: list[Hit], reader: Reader) -> dict[int, Existing]:
    refs = ((hit.type, hit.id) for hit in hits if hit.version is Version.LIVE)
    seen = visible(refs, reader)
    return {pk: Existing(entry, entry.title) for (_type, pk), entry in seen.items()}


def _drafts(hits: list[Hit], reader: Reader) -> dict[int, Existing]:
    refs = ((hit.type, hit.id) for hit in hits if hit.version is Version.DRAFT)
    shown = drafts.shown_drafts(drafts.visible_drafts(refs, reader).values())
    return {one.entry.pk: Existing(one.entry, one.title, one) for one in shown}


# --- both -------------------------------------------------------------------------------------


def build_similar(
    text: str, topic_ids: list[int], reader: Reader, versions: Iterable[Version]
) -> JSON:
    """The body that finds experiences with these words, titles first, or with these topics."""
    words = " ".join(clean(text).split()[:MOST_WORDS])
    should = [match("split", words), match("title", words), match("text.exact", words, 0.3)]
    if parts := current_splitter().parts_of_text(words):
        should.append(match("split", " ".join(parts), 0.3))
    if topic_ids:
        should.append({"terms": {"topic_ids": topic_ids}})
    only = [
        queries.visible(reader, versions),
        {"terms": {"type": [ObjectType.EXPERIENCE.value]}},
    ]
    query = {"filter": only, "should": should, "minimum_should_match": 1}
    return {"from": 0, "size": CANDIDATES, "_source": False, "query": {"bool": query}}


def _is_similar(words: set[str], text: str, least: float) -> bool:
    shared = words & _stems(text)
    return len(shared) >= min(LEAST_WORDS, len(words)) and len(shared) >= least * len(words)


def _stems(text: str) -> set[str]:
    """What a text is about: its stems and those of the parts of its compounds."""
    cleaned = clean(text)
    parts = current_splitter().parts_of_text(cleaned)
    return {*stem_tokens(cleaned), *stem_tokens(" ".join(parts))}
