"""Points in time as clients write them."""

import datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

#: What lies far outside can't be told in every timezone, and is a slip.
FIRST_YEAR, LAST_YEAR = 1900, 2200


def read_moment(text: str) -> datetime.datetime:
    """A date and time; without a timezone it is the site's, without a time the day's beginning.

    Raises ValueError for anything else, and for years that nobody means.
    """
    found = parse_datetime(text)
    if found is None and (day := parse_date(text)):
        found = datetime.datetime.combine(day, datetime.time.min)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
