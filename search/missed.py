"""Tells the office of searches that found nothing."""

from cms.services.missed_searches import count_missed
from search.analysis.german import exact_tokens, stem_tokens
from search.parameters import Parameters
from search.queries import QueryText
from search.service import Found


def note(asked: Parameters, found: Found) -> None:
    """Counts the search if nothing was found; not if it was narrowed or the engine is away."""
    narrowed = asked.page > 1 or asked.chosen or asked.unknown
    if found.total or found.degraded or narrowed:
        return
    text = QueryText.read(asked.request.text).text
    # The same words in another form are the same search.
    same = stem_tokens(text) or exact_tokens(text)
    count_missed(asked.request.text, " ".join(same))
