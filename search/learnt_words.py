"""The list of compound parts grows with the guide: words that its own public texts use.

Every public text that the feed brings is looked through. What is written like a noun in three of
them and stands in no dictionary is learnt, and forgotten when they are withdrawn. Running
processes see it within seconds, and the outbox has the compounds with it split anew.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Sum

from cms.domain.circles import Circle
from cms.domain.indexing import Version
from cms.domain.reader import Reader
from cms.models.publications import IndexJob
from search.analysis.compounds import CompoundSplitter, default_splitter, nouns
from search.engine import Engine, Hit, IndexName, Operation, Write
from search.models import LearntWord, WordSighting
from search.queries import MAX_SIZE, WINDOW, SearchRequest, Sort

LEAST_TEXTS = 3
#: What so many texts use needs no further proof.
ENOUGH_TEXTS = 20
#: A word that was learnt holds in every process after this time at the latest.
FRESH_SECONDS = 1.5
#: The reason of the index jobs.
REASON = "words"

_SEES_ALL = Reader(circle=Circle.PROJECTS, is_office=True)


def learn(operations: Iterable[Operation]) -> bool:
    """Looks through what is about to be written; was anything learnt or forgotten?

    A text that is not public, or no longer, counts for nothing. As often as you like.
    """
    used = {one.key: _words(one) for one in operations if one.key.endswith(f":{Version.LIVE}")}
    with transaction.atomic():
        known = {
            (word, key): pk
            for pk, word, key in WordSighting.objects.filter(key__in=used).values_list(
                "pk", "word", "key"
            )
        }
        now = {(word, key) for key, words in used.items() for word in words}
        gone, new = known.keys() - now, now - known.keys()
        if not gone and not new:
            return False
        WordSighting.objects.filter(pk__in=[known[one] for one in gone]).delete()
        return _settle({word for word, _key in gone | new}, new)


def _words(operation: Operation) -> set[str]:
    if not isinstance(operation, Write) or not operation.entry.is_public:
        return set()
    entry = operation.entry
    found = nouns(entry.text) | nouns(entry.lesson) | nouns(entry.title)
    return {word for word in found if not default_splitter().is_in_dictionary(word)}


def _settle(words: set[str], new: set[tuple[str, str]]) -> bool:
    """Adds the new sightings, and learns or forgets what they are about."""
    sightings = WordSighting.objects.filter(word__in=words)
    counts = Counter(dict(sightings.values_list("word").annotate(Count("pk"))))
    # In one order: two workers never wait for one another.
    added = sorted((word, key) for word, key in new if counts[word] < ENOUGH_TEXTS)
    WordSighting.objects.bulk_create(
        [WordSighting(word=word, key=key) for word, key in added], ignore_conflicts=True
    )
    counts.update(word for word, _key in added)
    wanted = {word for word in words if counts[word] >= LEAST_TEXTS}
    rows = LearntWord.objects.filter(word__in=words)
    learnt = set(rows.filter(is_used=True).values_list("word", flat=True))
    if learnt == wanted:
        return False
    LearntWord.objects.bulk_create(
        [LearntWord(word=word) for word in sorted(wanted - learnt)], ignore_conflicts=True
    )
    rows.filter(word__in=wanted - learnt).update(is_used=True, is_due=True)
    rows.filter(word__in=learnt - wanted).update(is_used=False, is_due=True)
    return True


def split_anew(engine: Engine) -> None:
    """Has every text looked at again whose words begin or end with a word learnt or forgotten.

    Raises EngineUnavailable; it is due until it was done: not before the index that is being
    built answers, the first one above all, for the texts are found by searching it.
    """
    due = dict(LearntWord.objects.filter(is_due=True).values_list("pk", "word"))
    if not due or not _is_settled(engine):
        return
    engine.refresh(IndexName.INTERNAL)
    hits = {(hit.type, hit.id) for word in due.values() for hit in _texts_with(word, engine)}
    with transaction.atomic():
        for object_type, pk in sorted(hits):
            IndexJob.objects.enqueue(object_type, [pk], REASON)
        rows = LearntWord.objects.filter(pk__in=due)
        rows.filter(is_used=False).delete()
        rows.update(is_due=False)


def _is_settled(engine: Engine) -> bool:
    """Whether no index is being built that will take the place of the one that answers, if any."""
    return all(
        role != "building" for name, role, _ in engine.layout() if name == IndexName.INTERNAL
    )


def _texts_with(word: str, engine: Engine) -> list[Hit]:
    """As many as a search can page through."""
    hits: list[Hit] = []
    for offset in range(0, WINDOW, MAX_SIZE):
        request = SearchRequest(
            part=word, versions=frozenset(Version), offset=offset, size=MAX_SIZE, sort=Sort.NEWEST
        )
        page = engine.search(request, _SEES_ALL).hits
        hits += page
        if len(page) < MAX_SIZE:
            break
    return hits


class _Kept:
    """The splitter of this process, and the list that it knows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """As if this process had just begun."""
        self._splitter: CompoundSplitter | None = None
        self._state: object = None
        self._read_at = -math.inf

    def get(self) -> CompoundSplitter:
        """As `refresh` left it; asks no database, so that any thread may call it."""
        return self._splitter or default_splitter()

    def refresh(self, *, at_once: bool = False) -> None:
        """Reads a changed list; one query if the last look is older than FRESH_SECONDS."""
        if not at_once and time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        used = LearntWord.objects.filter(is_used=True)
        state = used.aggregate(Count("pk"), Sum("pk"))
        with self._lock:
            if state != self._state:
                words = used.values_list("word", flat=True)
                self._splitter = default_splitter().extended(words)
                self._state = state
            self._read_at = time.monotonic()


_kept = _Kept()
current_splitter = _kept.get
refresh = _kept.refresh
forget = _kept.forget
