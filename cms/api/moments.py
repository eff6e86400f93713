"""Days and times that a request names."""

import datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def moment_of(text: str) -> datetime.datetime | None:
    """What ``text`` (ISO 8601) says; None if that is no moment.

    Without a timezone it is the site's, without a time the day's beginning.
    """
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)):
            found = datetime.datetime.combine(day, datetime.time.min)
    except ValueError:
        found = None
    return found if found is None or timezone.is_aware(found) else timezone.make_aware(found)
