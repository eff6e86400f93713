"""Nothing was found: what is near, so that no page ends there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db.models import Model

from cms import published
from cms.domain.reader import Reader
from search import presentation, service, suggest
from search.analysis.german import is_stop_word, normalise
from search.presentation import ResultRow
from search.queries import SearchRequest
from search.suggest import PLACES, PROJECTS, TOPICS, Suggestion
from search.text_query import QueryText

ENTRIES, NAMES, CHAPTERS, SHORTER = 5, 5, 12, 3


@dataclass(frozen=True)
class Near:
    """``rows`` are what the search for ``text``, without filters, would have found.

    ``shorter``: texts to be tried, where nothing was tried for the person.
    """

    text: str = ""
    total: int = 0
    rows: list[ResultRow] = field(default_factory=list)
    shorter: list[str] = field(default_factory=list)
    topics: list[Suggestion] = field(default_factory=list)
    projects: list[Suggestion] = field(default_factory=list)
    chapters: list[published.TopicNode] = field(default_factory=list)
    #: The coordination office, which is a project with a page of its own.
    office: Model | None = None


def find(text: str, reader: Reader, *, narrowed: bool, degraded: bool) -> Near:
    """What a search that found nothing is near to: less narrow, less words; topics, projects.

    ``degraded``: the database answered. It is asked for no further texts: nobody shall wait.
    """
    words = [word for word in QueryText.read(text).words if not is_stop_word(word)]
    names = suggest.by_group(suggest.catalogue().near(map(normalise, words)), reader)
    topics = names[TOPICS][:NAMES]
    near = Near(
        topics=topics,
        projects=[*names[PROJECTS], *names[PLACES]][:NAMES],
        chapters=[] if topics else published.topic_tree(reader)[:CHAPTERS],
        office=published.projects().filter(is_office=True).first(),
    )
    if degraded:
        # The database wants every word; the longest ones say most.
        longest = sorted(dict.fromkeys(words), key=len, reverse=True)
        return replace(near, shorter=longest[:SHORTER] if len(words) > 1 else [])
    for easier in _easier(text, " ".join(words), narrowed):
        found = service.search(SearchRequest(text=easier, size=ENTRIES), reader)
        if found.total:
            rows = presentation.result_rows(found.objects, easier)
            return replace(near, text=easier, total=found.total, rows=rows)
    return near


def _easier(text: str, plain: str, narrowed: bool) -> Iterator[str]:
    """Texts that find more, the nearest first: quotes and signs ask for more than words do."""
    if narrowed and text.strip():
        yield text
    if plain and plain != text.strip():
        yield plain
