"""Suggestions while somebody types: topics, projects, places and entries.

Topics, projects and places are few: their names are kept in memory for a moment and compared
here. Entries come from the engine, or from the database while it is away. What a reader may not
see is left out at the end, by published.py, for each answer anew.
"""

import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from rapidfuzz.distance import OSA

from cms import published
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import Reader
from cms.published.hits import title_of, visible
from search import fallback, presentation, queries, service
from search.analysis.german import clean, exact_tokens, is_stop_word, normalise, stem
from search.learnt_words import current_splitter
from search.text_query import (
    FUZZINESS,
    JSON,
    PREFIX_CUT,
    SHORTEST_BEGINNING,
    QueryText,
    match,
)

#: So many rows are offered in all, and of topics, projects and places each.
ROWS, ROWS_OF_NAMES = 10, 2
MOST_WORDS, MOST_LETTERS = 12, 200
#: Shorter parts of a word say too little.
SHORTEST_NEAR = 4
#: The names of topics, projects and places are read anew after so many seconds.
CATALOGUE_SECONDS = 30

TOPICS, PROJECTS, PLACES, ENTRIES = "Themen", "Projekte", "Orte", "Einträge"
PLACE = "Ort"
#: What is compared here, has no title of its own, or is nothing for everybody.
_LEFT_OUT = {ObjectType.TOPIC, ObjectType.PROJECT, ObjectType.SUPPLEMENT, ObjectType.COMMENT}
ENTRY_TYPES = [kind for kind in ObjectType if kind not in _LEFT_OUT]


@dataclass(frozen=True)
class Suggestion:
    """One row: where it leads, what it is, and under which heading it stands."""

    text: str
    url: str
    type: str
    group: str
    note: str = ""


@dataclass(frozen=True)
class Typed:
    """What was typed so far: finished words, and the beginning of the next one."""

    whole: tuple[str, ...]
    beginning: str

    @classmethod
    def read(cls, text: str) -> "Typed":
        """Read any text; stop words count only where nothing else was typed."""
        found = QueryText.read(text).words[:MOST_WORDS]
        # As the engines see words: in small letters, umlauts in either spelling.
        last_is_whole = text[-1:].isspace() or not found
        whole = found if last_is_whole else found[:-1]
        beginning = "" if last_is_whole else normalise(found[-1])[:PREFIX_CUT]
        # One letter has only begun to say something.
        beginning = beginning if len(beginning) >= SHORTEST_BEGINNING else ""
        telling = [normalise(word) for word in whole if len(word) >= SHORTEST_BEGINNING]
        content = tuple(word for word in telling if not is_stop_word(word))
        return cls(content or (() if beginning else tuple(telling)), beginning)

    @property
    def is_empty(self) -> bool:
        return not self.whole and not self.beginning


def suggest(text: str, reader: Reader) -> list[Suggestion]:
    """What begins like this and this reader may see, by groups; nothing twice."""
    typed = Typed.read(text[:MOST_LETTERS])
    if typed.is_empty:
        return []
    unique: dict[tuple[str, str], Suggestion] = {}
    for row in (*_names(typed, reader), *_entries(text, typed, reader)):
        unique.setdefault((row.group, row.text), row)
    return list(unique.values())[:ROWS]


# --- topics, projects, places: compared here ------------------------------------------------


@dataclass(frozen=True)
class Name:
    """A topic, project or place under its name; who may see a topic is asked in published.py."""

    suggestion: Suggestion
    words: tuple[str, ...]
    topic_id: int | None = None


@dataclass
class Catalogue:
    """Names, to be found by the beginnings of their words and of the parts of these."""

    names: list[Name]
    words: list[str] = field(init=False)
    _holders: dict[str, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._holders = defaultdict(set)
        splitter = current_splitter()
        for number, name in enumerate(self.names):
            for word in name.words:
                for part in (word, *splitter.parts(word)):
                    self._holders[part].add(number)
        self.words = sorted(self._holders)

    def find(self, typed: Typed) -> list[Name]:
        """The names that hold all that was typed; the further in front it stands the better.

        The places of a project stand behind its title, parts of a word and near ones behind all.
        """
        wanted = [*typed.whole, *filter(None, [typed.beginning])]
        numbers = set.intersection(*(self._holding(word) for word in wanted))

        def rank(number: int) -> tuple[list[int], int, int]:
            words = self.names[number].words
            return [_position(word, words) for word in wanted], len(words), number

        return [self.names[number] for number in sorted(numbers, key=rank)]

    def near(self, words: Iterable[str]) -> list[Name]:
        """The names that hold any of these words, or part of one; those with most first."""
        splitter = current_splitter()
        wanted = {stem(part) for word in words for part in (word, *splitter.parts(word))}
        counted = Counter(
            number
            for part in wanted
            if len(part) >= SHORTEST_NEAR
            for number in self._holding(part)
        )
        return [self.names[number] for number, _count in counted.most_common()]

    def _holding(self, word: str) -> set[int]:
        start = bisect_left(self.words, word)
        end = bisect_left(self.words, word + "\U0010ffff")
        found = self.words[start:end] or self._similar(word)
        return set().union(*(self._holders[one] for one in found))

    def _similar(self, word: str) -> list[str]:
        """Words that differ by a typo, as the engine forgives it."""
        edits = sum(len(word) >= least for least in FUZZINESS)
        if not edits:
            return []
        return [one for one in self.words if OSA.distance(word, one, score_cutoff=edits) <= edits]


def _position(beginning: str, words: tuple[str, ...]) -> int:
    """Of the first word that begins like this; behind the last one if none does."""
    return next((at for at, word in enumerate(words) if word.startswith(beginning)), len(words))


class _Kept:
    """The catalogue of this process, and when it was read."""

    catalogue: Catalogue | None = None
    read_at = 0.0


def catalogue() -> Catalogue:
    """The names as of a moment ago (setting SEARCH_CATALOGUE_SECONDS)."""
    seconds = getattr(settings, "SEARCH_CATALOGUE_SECONDS", CATALOGUE_SECONDS)
    if _Kept.catalogue is None or time.monotonic() - _Kept.read_at >= seconds:
        _Kept.catalogue = Catalogue([*_topics(), *_projects(), *_places()])
        _Kept.read_at = time.monotonic()
    return _Kept.catalogue


def _topics() -> Iterator[Name]:
    for pk, node in published.topic_nodes(published.topic_tree()).items():
        above = " › ".join(one.topic.title for one in node.above())
        url = reverse("cms:topic", args=[node.path])
        row = Suggestion(node.topic.title, url, "Thema", TOPICS, above)
        yield Name(row, _words(node.topic.title), pk)


def _projects() -> Iterator[Name]:
    for project in published.projects():
        row = Suggestion(project.title, project.get_absolute_url(), "Projekt", PROJECTS)
        yield Name(row, _words(project.title, *project.place_names))


def _places() -> Iterator[Name]:
    """The cities, which lead to their offices, and the offices that have a name of their own."""
    postcodes: dict[str, set[str]] = defaultdict(set)
    for place in published.locations():
        postcodes[place.city].add(place.postcode)
        if place.name:
            note = ", ".join(dict.fromkeys((place.city, place.project.title)))
            row = Suggestion(place.name, place.project.get_absolute_url(), PLACE, PLACES, note)
            yield Name(row, _words(place.name, place.city))
    for city, codes in postcodes.items():
        url = f"/?{urlencode({'ort': city})}#buero"
        yield Name(Suggestion(city, url, PLACE, PLACES, "Büros dort"), _words(city, *codes))


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(exact_tokens(clean(" ".join(texts)))) or ("",)


def _names(typed: Typed, reader: Reader) -> Iterator[Suggestion]:
    found = by_group(catalogue().find(typed), reader)
    for group in (TOPICS, PROJECTS, PLACES):
        yield from found[group][:ROWS_OF_NAMES]


def by_group(names: Iterable[Name], reader: Reader) -> dict[str, list[Suggestion]]:
    """Those of the names that this reader may see, by their heading."""
    names = list(names)
    topics = published.topic_ids(reader) if any(name.topic_id for name in names) else set()
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for name in names:
        if name.topic_id is None or name.topic_id in topics:
            found[name.suggestion.group].append(name.suggestion)
    return found


# --- entries: from the engine, or the database ----------------------------------------------


def _entries(text: str, typed: Typed, reader: Reader) -> Iterator[Suggestion]:
    hits = service.hits(build_suggest(typed, reader, ROWS), reader)
    if hits is None:
        hits = fallback.suggest(text, reader, ROWS, ENTRY_TYPES)
    seen = visible(((hit.type, hit.id) for hit in hits), reader, only_titles=True)
    for hit in hits:
        if obj := seen.get((hit.type, hit.id)):
            label = presentation.TYPE_TITLES[hit.type]
            # What most of them are needs no word.
            note = "" if hit.type is ObjectType.EXPERIENCE else label
            yield Suggestion(title_of(obj), presentation.url_of(obj), label, ENTRIES, note)


def build_suggest(typed: Typed, reader: Reader, size: int) -> JSON:
    """The body for search-as-you-type: all words in any order, the last as far as it is typed.

    An AND of ``exact`` with a prefix beats the long query here (measured: .98). A finished word
    may be inflected, part of a compound or misspelt, too; titles come before bodies.
    """
    must = [_finished(word) for word in typed.whole]
    titles = [match("title.exact", word) for word in typed.whole]
    if typed.beginning:
        must.append(_any(match("text.prefix", typed.beginning), _fuzzy(typed.beginning)))
        titles.append(match("title.prefix", typed.beginning))
    only = [
        queries.visible(reader, frozenset({Version.LIVE})),
        {"terms": {"type": [kind.value for kind in ENTRY_TYPES]}},
    ]
    in_title = [{"bool": {"must": titles, "boost": 10.0}}] if titles else []
    query = {"filter": only, "must": must or [{"match_none": {}}], "should": in_title}
    return {"from": 0, "size": max(0, size), "_source": False, "query": {"bool": query}}


def _finished(word: str) -> JSON:
    return _any(match("text.exact", word), match("split", word, 0.5), _fuzzy(word))


def _fuzzy(word: str) -> JSON:
    return match(
        "text.exact", word, 0.1, fuzziness="AUTO:{},{}".format(*FUZZINESS), prefix_length=1
    )


def _any(*clauses: JSON) -> JSON:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}
