"""Points in time as clients write them."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

#: What lies far outside can't be told in every timezone, and is a slip.
FIRST_YEAR, LAST_YEAR = 1900, 2200

#: For the OpenAPI document; empty is none. Without a timezone it is good too: no format says so.
MOMENT: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
        {"const": ""},
    ]
}


def as_moment(schema: dict[str, Any]) -> None:
    """For a field of a body that is a moment, or null."""
    schema["anyOf"] = [*MOMENT["anyOf"], {"type": "null"}]


def moment_of(text: str) -> datetime.datetime | None:
    """What ``text`` (ISO 8601) says; None if that is no moment, or of years that nobody means.

    Without a timezone it is the site's, without a time the day's beginning.
    """
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)):
            found = datetime.datetime.combine(day, datetime.time.min)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)
