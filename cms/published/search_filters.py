"""The filters in addresses of /suche/ whose values are looked up: do they still name something?"""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.http import QueryDict

from cms import published
from cms.domain.reader import Reader

#: Parameter -> the kind of term that its values name, see published.terms_by_slug.
LOOKED_UP = {
    "thema": "topic",
    "projekt": "project",
    "institution": "institution",
    "zielgruppe": "target_group",
    "tisch": "table",
}
SLUG = re.compile(r"[\w-]+(/[\w-]+)?")


def lost_filters(queries: Iterable[QueryDict], reader: Reader) -> list[dict[str, str]]:
    """For each search the filters, with a value, of which no value names anything for this reader.

    Left out, they would make the search wider than it was meant. A constant number of queries.
    """
    queries = list(queries)
    slugs: dict[str, set[str]] = defaultdict(set)
    for query in queries:
        for name, kind in LOOKED_UP.items():
            slugs[kind].update(filter(SLUG.fullmatch, query.getlist(name)))
    found = published.terms_by_slug(slugs, reader)
    known = {kind: {term.slug for term in terms.values()} for kind, terms in found.items()}
    return [
        {
            name: query[name]
            for name, kind in LOOKED_UP.items()
            if any(query.getlist(name)) and known.get(kind, set()).isdisjoint(query.getlist(name))
        }
        for query in queries
    ]
