"""Sends the minutes of an event round for correction, until a date."""

from datetime import date

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.domain.occasions import Occasion
from cms.models import (
    ExchangeEventPage,
    ExperienceSource,
    MinutesRecipient,
    MinutesRound,
    Outcome,
    Project,
    TablePage,
)
from cms.permissions import policies, roles
from cms.services.access import require
from cms.services.audit import record
from cms.services.concerned import holders
from cms.services.notify import notify


def projects_that_took_part(event: ExchangeEventPage) -> QuerySet[Project]:
    """Projects of which something stands in the minutes, the host among them; not the office."""
    tables = TablePage.objects.child_of(event).values("pk")
    said = ExperienceSource.objects.filter(Q(event=event.pk) | Q(table__in=tables))
    agreed = Outcome.objects.filter(Q(event=event.pk) | Q(table__in=tables))
    took_part = (
        Q(pk__in=said.values("experience__project_id"))
        | Q(pk__in=agreed.values("project_id"))
        | Q(pk__in=[pk for pk in (event.host_project_id, event.project_id) if pk])
    )
    return Project.objects.filter(took_part, is_office=False).order_by("title")


def running_projects() -> QuerySet[Project]:
    """All projects that have not ended; not the office."""
    runs = Q(end=None) | Q(end__gte=timezone.localdate())
    return Project.objects.filter(runs, is_office=False).order_by("title")


def people_of(projects: QuerySet[Project]) -> QuerySet:
    """Who writes for these projects, and has an address."""
    ids = projects.order_by().values("pk")
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    return people.filter(holders(roles.WRITE_ENTRIES, pk__in=ids)).distinct()


@transaction.atomic
def send_minutes_round(
    event: ExchangeEventPage, user, *, projects: QuerySet[Project], until: date, message: str = ""
) -> MinutesRound:
    """Opens the minutes to the projects until the end of ``until``, and tells their people.

    Raises NotAllowedError for everybody but the office, RuleError if the day is over or there
    is nobody to tell.
    """
    require(user, policies.OFFICE)
    if until < timezone.localdate():
        raise RuleError(_("Der letzte Tag liegt in der Vergangenheit."))
    people = [person for person in people_of(projects) if person.pk != user.pk]
    if not people:
        raise RuleError(
            _("In diesen Projekten gibt es niemanden mit einer E-Mail-Adresse, der schreiben darf.")
        )
    minutes_round = MinutesRound.objects.create(
        event=event, until=until, message=message.strip(), sent_by=user
    )
    MinutesRecipient.objects.bulk_create(
        [MinutesRecipient(round=minutes_round, user=person) for person in people]
    )
    record("minutes.sent_round", by=user, obj=event, data={"people": len(people)})
    notify(
        Occasion.MINUTES_FOR_CORRECTION,
        minutes_round,
        by=user,
        reason=minutes_round.message,
        to=people,
    )
    return minutes_round
