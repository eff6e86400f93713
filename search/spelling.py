"""„Meinten Sie“: a query's misspelt words, corrected by words of the public index.

Nothing is kept: for the words that are neither in the dictionary nor in what was found, the public
index is asked once for similar ones, and the corrections are read from the texts of those hits
as everybody may read them now. So a word of a draft, of an inner circle or of what was withdrawn
can't be among them, a correction always finds something, and it stands as people write it.
Compared with suggesters and vocabularies in docs/decisions/0053.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.db.models import Model
from rapidfuzz.distance import OSA

from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import ANONYMOUS, Reader
from cms.published.hits import title_of, visible
from search import queries, service
from search.analysis.german import (
    clean,
    compose,
    is_stop_word,
    normalise,
    stem,
    word_matches,
    words,
)
from search.analysis.known_words import known_words
from search.learnt_words import current_splitter
from search.presentation import text_of
from search.queries import SearchRequest
from search.service import Found
from search.text_query import JSON, MAX_TEXT, match

#: Shorter words resemble too many others.
SHORTEST = 4
#: One typo from 4 letters on, two from 7: more than the search itself forgives.
FUZZINESS = (4, 7)
#: A question with more strange words is not German, or no question.
MOST_SUSPECTS = 4
#: So many texts are read: one query, and a few milliseconds.
SAMPLE = 20
#: Of a document only the beginning is at hand, and who reads it is decided one by one.
READ_TYPES = [kind for kind in ObjectType if kind is not ObjectType.DOCUMENT]
#: Where so few texts hold a word, it is a misspelling there, too, perhaps.
LITTLE = 3
#: A word of the index gives way to one that so many times as many texts hold.
RARER = 4
_TAGGED = re.compile(r"[-+\w]*:\S*|(?<!\S)-\S+")


@dataclass
class _Candidate:
    """A word of the public index: in how many of the texts it stands, and how it is written."""

    texts: int = 0
    forms: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Answer:
    """What is shown for a query.

    ``did_you_mean`` is offered beside what was found. ``instead_of`` is what was asked, if it
    found nothing and ``found`` answers the corrected ``text``.
    """

    text: str
    found: Found
    did_you_mean: str = ""
    instead_of: str = ""


def search(
    request: SearchRequest, reader: Reader, *, exactly: bool = False, with_topics: bool = False
) -> Answer:
    """Searches; on the first page a misspelt query is helped along.

    Where nothing was found the corrected query answers at once, unless the person insists
    (``exactly``).
    """
    found = service.search(request, reader, with_topics=with_topics)
    text = request.text
    better = "" if found.degraded or request.offset else correct(text, found)
    if not better:
        return Answer(text, found)
    if not found.total and not exactly:
        corrected = service.search(replace(request, text=better), reader, with_topics=with_topics)
        if corrected.total:
            return Answer(better, corrected, instead_of=text)
    return Answer(text, found, did_you_mean=better)


def correct(text: str, found: Found) -> str:
    """The query as it was meant, or an empty text if nothing better is known.

    ``found`` is the first page of what the query found for the reader. Asks the engine and the
    database once at most, and not at all if every word is known or usual in what was found.
    """
    suspects = _suspects(text[:MAX_TEXT], found)
    if not suspects or len(suspects) > MOST_SUSPECTS:
        return ""
    candidates = _candidates(suspects)
    if not candidates:
        return ""
    better = {word: _best(word, candidates) for word in suspects}
    return _replaced(text, {word: form for word, form in better.items() if form})


def _suspects(text: str, found: Found) -> list[str]:
    """The normalised words that may be misspelt: unknown and rare, or all if none is found."""
    asked = dict.fromkeys(
        normalise(word)
        for word in words(clean(_TAGGED.sub(" ", text)))
        if len(word) >= SHORTEST and word.isalpha() and not is_stop_word(word)
    )
    # What the office keeps as a synonym is a word of the field.
    asked = [word for word in asked if not service.synonyms_of(word)]
    strange = [word for word in asked if word not in known_words()]
    if not strange and found.total > LITTLE:
        return []
    texts = [normalise(_text(hit.type, obj)) for hit, obj in found.objects]
    holding = {word: _texts_with(word, texts) for word in asked}
    if found.total <= LITTLE and not any(holding.values()):
        return asked
    return [word for word in strange if holding[word] <= LITTLE]


def _texts_with(word: str, texts: list[str]) -> int:
    """How many of these normalised texts hold the word, inflected or in a compound, too."""
    forms = (word, stem(word))
    return sum(any(form in text for form in forms) for text in texts)


def _candidates(suspects: Iterable[str]) -> dict[str, _Candidate]:
    """The words of public texts that hold something similar."""
    hits = service.hits(similar_words(suspects), ANONYMOUS) or ()
    readable = visible(((hit.type, hit.id) for hit in hits), ANONYMOUS)
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    for (object_type, _pk), obj in readable.items():
        forms = Counter(words(_text(object_type, obj)))
        normal = {form: _normalised(form) for form in forms}
        for form, times in forms.items():
            found[normal[form]].forms[form] += times
        for word in set(normal.values()):
            found[word].texts += 1
    return found


#: The same words stand in many texts.
_normalised = lru_cache(maxsize=50_000)(normalise)


def similar_words(suspects: Iterable[str]) -> JSON:
    """The body that finds texts with words like these in the public index, the nearest first."""
    clauses = [
        # Few people miss the first letter and another one; looking for that takes longest.
        match(
            "text.exact",
            word,
            boost,
            fuzziness=distance,
            prefix_length=distance - 1,
            max_expansions=20,
        )
        for word in suspects
        for distance, boost in ((1, 3.0), (2, 1.0))
        if len(word) >= FUZZINESS[distance - 1]
    ]
    only = [
        queries.visible(ANONYMOUS, frozenset({Version.LIVE})),
        {"terms": {"type": [kind.value for kind in READ_TYPES]}},
    ]
    query = {"filter": only, "should": clauses, "minimum_should_match": 1}
    return {"from": 0, "size": SAMPLE, "_source": False, "query": {"bool": query}}


def _best(word: str, candidates: dict[str, _Candidate]) -> str:
    """The word that was meant, as it is mostly written; empty if ``word`` is right."""
    here = candidates[word].texts if word in candidates else 0
    compound = word not in known_words() and bool(current_splitter().parts(word))
    # What can be cut into words is most likely right: only a slip of one letter is seen in it.
    farthest = 1 if compound else sum(len(word) >= least for least in FUZZINESS)
    usual: Counter[str] = Counter()  # in whatever form
    for other, candidate in candidates.items():
        usual[stem(other)] += candidate.texts
    ranked = []
    for other, candidate in candidates.items():
        distance = OSA.distance(word, other, score_cutoff=farthest)
        inflected = stem(other) == stem(word)
        if not 0 < distance <= farthest or inflected or candidate.texts < RARER * here:
            continue
        other_start = other[0] != word[0]
        if compound and (other_start or usual[stem(other)] < 2):
            continue
        ranked.append((distance, not is_known(other), other_start, -candidate.texts, other))
    return candidates[min(ranked)[-1]].forms.most_common(1)[0][0] if ranked else ""


def is_known(word: str) -> bool:
    """Is this normalised word in the dictionary, or a compound of its words and learnt ones?"""
    return word in known_words() or bool(current_splitter().parts(word))


def _replaced(text: str, better: dict[str, str]) -> str:
    """The query with these words in place of others; the rest stays as it was typed."""
    if not better:
        return ""
    whole = compose(text[:MAX_TEXT])
    pieces, end = [], 0
    for found in word_matches(whole):
        pieces.append(whole[end : found.start()])
        pieces.append(better.get(normalise(found.group()), found.group()))
        end = found.end()
    return "".join([*pieces, whole[end:]]).strip()


def _text(object_type: ObjectType, obj: Model) -> str:
    return f"{title_of(obj)} {text_of(obj)}"
