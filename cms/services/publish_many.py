"""Publishes many objects at once, with a result for each."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import Page

from cms.models import ExchangeEventPage, Outcome
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import require
from cms.services.one_by_one import Result, one_by_one
from cms.services.review import approve, publish_outcome, publish_pages

#: An entry's draft as a person saw it: the revision and when that was saved, see approve().
Seen = tuple[int | None, datetime | None]


def publish_many(
    objects: Iterable,
    user,
    *,
    circle: str | None = None,
    note: str = "",
    publish_source: bool = False,
    seen: dict[int, Seen] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Publishes events, tables, entries and outcomes; one that fails stops no other.

    Pages come first, events before tables, so that entries find their source published.
    ``seen`` are the drafts that the person has seen, by entry. Who reads more than before is
    confirmed one by one: such entries fail here.
    """

    def publish(obj) -> None:
        if isinstance(obj, Page):
            require(user, policies.OFFICE)
            with LogContext(user=user):
                publish_pages([obj], user)
        elif isinstance(obj, Outcome):
            publish_outcome(obj, user, circle=circle)
        elif isinstance(obj, Entry):
            revision_id, seen_at = (seen or {}).get(obj.pk, (None, None))
            approve(
                obj,
                user,
                circle=circle,
                note=note,
                publish_source=publish_source,
                revision_id=revision_id,
                seen_at=seen_at,
            )
        else:
            raise TypeError(f"{type(obj).__name__} can't be published")

    return one_by_one(sorted(objects, key=_rank), publish, _("veröffentlicht"), on_progress)


def _rank(obj) -> int:
    if isinstance(obj, ExchangeEventPage):
        return 0
    return 1 if isinstance(obj, Page) else 2
