"""The query bodies of ``queries.py`` as tantivy queries.

Both engines are asked the same: this translates the few kinds of clause that
``queries.py`` builds, and nothing else.
"""

from typing import Any

import tantivy

from search.analysis.german import normalise
from search.embedded_documents import (
    TEXT_FIELDS,
    field_name,
    numbers_of_days,
    numbers_of_moments,
)
from search.queries import BIGGEST_NUMBER
from search.text_query import FUZZINESS, JSON

# tantivy gives every fuzzy hit the same score, where Elasticsearch gives BM25; this is
# about what a word of middling rarity scores.
FUZZY_SCORE = 5.0
#: What stands in the index as numbers: the field there, and the numbers within bounds.
_TIMES = {
    "date": ("newest", numbers_of_days),
    "published_at": ("published", numbers_of_moments),
    "modified_at": ("modified", numbers_of_moments),
}
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def translate(clause: JSON, schema: tantivy.Schema) -> tantivy.Query:
    """One clause of a query body as a tantivy query; raises KeyError for another kind."""
    ((kind, body),) = clause.items()
    return _KINDS[kind](body, schema)


def all_of(clauses: list[JSON], schema: tantivy.Schema) -> tantivy.Query:
    """What meets all of these clauses, without a score."""
    return _bool({"filter": clauses}, schema)


def _bool(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    parts = [
        (MUST, tantivy.Query.const_score_query(translate(clause, schema), 0.0))
        for clause in body.get("filter", ())
    ]
    parts += [(MUST, translate(clause, schema)) for clause in body.get("must", ())]
    forbidden = [
        (tantivy.Occur.MustNot, translate(clause, schema)) for clause in body.get("must_not", ())
    ]
    if forbidden:
        parts += [(MUST, tantivy.Query.all_query()), *forbidden]
    optional = [(SHOULD, translate(clause, schema)) for clause in body.get("should", ())]
    if optional and body.get("minimum_should_match"):
        parts.append((MUST, tantivy.Query.boolean_query(optional)))
    else:
        parts += optional
    return _boosted(tantivy.Query.boolean_query(parts), body.get("boost", 1.0))


def _match(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    ((name, options),) = body.items()
    field = field_name(name)
    if "fuzziness" in options:
        return _fuzzy(field, options, schema)
    _, _, analyse = TEXT_FIELDS[name]
    occur = MUST if options.get("operator") == "and" else SHOULD
    terms = [
        (occur, tantivy.Query.term_query(schema, field, token, "freq"))
        for token in analyse(options["query"])
    ]
    return _boosted(tantivy.Query.boolean_query(terms), options["boost"])


def _fuzzy(field: str, options: JSON, schema: tantivy.Schema) -> tantivy.Query:
    """Words that differ by a typo; shorter words must be as they are."""
    similar = [
        (SHOULD, tantivy.Query.fuzzy_term_query(schema, field, token, distance))
        for token in normalise(options["query"]).split()
        if (distance := _edits(options["fuzziness"], token))
    ]
    return _boosted(tantivy.Query.boolean_query(similar), options["boost"] * FUZZY_SCORE)


def _edits(fuzziness: str | int, token: str) -> int:
    """How many typos are forgiven: so many as told, or by the word's length."""
    if isinstance(fuzziness, int):
        return fuzziness
    return sum(len(token) >= least for least in FUZZINESS)


def _phrase(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    """Words that follow one another."""
    ((name, options),) = body.items()
    field, (_, _, analyse) = field_name(name), TEXT_FIELDS[name]
    tokens: list[str | tuple[int, str]] = [*analyse(options["query"])]
    if len(tokens) > 1:
        return tantivy.Query.phrase_query(schema, field, tokens)
    return _match({name: {"query": options["query"], "boost": 1.0}}, schema)


def _constant(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.const_score_query(translate(body["filter"], schema), body["boost"])


def _term(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    ((field, value),) = body.items()
    return tantivy.Query.term_query(schema, field, value, "basic")


def _terms(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    ((field, values),) = body.items()
    return tantivy.Query.term_set_query(schema, field, values)


def _range(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    ((field, bounds),) = body.items()
    if field in _TIMES:
        field, numbers_of = _TIMES[field]
        low, high = numbers_of(bounds)
    else:
        low, high = bounds.get("gte", 0), bounds.get("lte", BIGGEST_NUMBER)
    integer = tantivy.FieldType.Integer
    return tantivy.Query.range_query(schema, field, integer, low, high)


def _ids(body: JSON, schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema, "key", body["values"])


def _boosted(query: tantivy.Query, boost: float) -> tantivy.Query:
    return query if boost == 1.0 else tantivy.Query.boost_query(query, boost)


def _everything(_body: Any, _schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.all_query()


def _nothing(_body: Any, _schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.empty_query()


_KINDS = {
    "bool": _bool,
    "constant_score": _constant,
    "ids": _ids,
    "match": _match,
    "match_phrase": _phrase,
    "match_all": _everything,
    "match_none": _nothing,
    "range": _range,
    "term": _term,
    "terms": _terms,
}
