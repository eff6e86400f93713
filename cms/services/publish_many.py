"""Publishes many objects at once, with a result for each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext
from wagtail.models import Page

from cms.domain.errors import RuleError
from cms.models import ExchangeEventPage, Experience, Outcome
from cms.permissions import policies
from cms.services.access import require
from cms.services.review import approve, publish_outcome, publish_pages


@dataclass(frozen=True)
class Result:
    """What became of one object: published, or why not (a German sentence)."""

    object: object
    ok: bool
    message: str


def publish_many(
    objects: Iterable,
    user,
    *,
    circle: str | None = None,
    note: str = "",
    publish_source: bool = False,
    revision_ids: dict[int, int | None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Publishes events, tables, experiences and outcomes; one that fails stops no other.

    Pages come first, events before tables, so that entries find their source published.
    ``revision_ids`` are the drafts that the person has seen, by experience (see approve).
    ``on_progress(done, total)`` is called after each.
    """
    ordered = sorted(objects, key=_rank)
    results = []
    for number, obj in enumerate(ordered, start=1):
        try:
            with transaction.atomic():
                _publish(
                    obj,
                    user,
                    circle=circle,
                    note=note,
                    publish_source=publish_source,
                    revision_id=(revision_ids or {}).get(obj.pk),
                )
            results.append(Result(obj, True, _("veröffentlicht")))
        except (RuleError, ValidationError, PermissionDenied) as error:
            message = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            results.append(Result(obj, False, message or _("Dazu fehlt Ihnen das Recht.")))
        if on_progress:
            on_progress(number, len(ordered))
    return results


def _rank(obj) -> int:
    if isinstance(obj, ExchangeEventPage):
        return 0
    return 1 if isinstance(obj, Page) else 2


def _publish(obj, user, *, circle, note, publish_source, revision_id) -> None:
    if isinstance(obj, Page):
        require(user, policies.OFFICE)
        with LogContext(user=user):
            publish_pages([obj], user)
    elif isinstance(obj, Outcome):
        publish_outcome(obj, user, circle=circle)
    elif isinstance(obj, Experience):
        approve(
            obj,
            user,
            circle=circle,
            note=note,
            publish_source=publish_source,
            revision_id=revision_id,
        )
    else:
        raise TypeError(f"{type(obj).__name__} can't be published")
