"""The history of an entry in sentences: who did what when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from cms.domain.circles import Circle
from cms.domain.people import name_of
from cms.models import Publication
from cms.models.choices import CircleChoices
from cms.models.entry import Entry
from cms.models.publishing import APPROVAL_ACTION, DEPUTY_ACTION
from cms.services.hand_over import HAND_OVER_ACTION
from cms.services.withdraw import WITHDRAW_ACTION

#: Wagtail's and our own acts, as the end of a sentence that begins with a name.
ACTS = {
    "wagtail.workflow.start": gettext_lazy("hat zur Prüfung eingereicht"),
    "wagtail.workflow.resume": gettext_lazy("hat noch einmal eingereicht"),
    "wagtail.workflow.approve": gettext_lazy("hat freigegeben"),
    "wagtail.workflow.reject": gettext_lazy("hat zurückgegeben"),
    "wagtail.workflow.cancel": gettext_lazy("hat aus der Prüfung zurückgeholt"),
    APPROVAL_ACTION: gettext_lazy("hat freigegeben"),
    DEPUTY_ACTION: gettext_lazy("hat ohne zweite Person freigegeben"),
    WITHDRAW_ACTION: gettext_lazy("hat zurückgezogen"),
    HAND_OVER_ACTION: gettext_lazy("hat an ein anderes Projekt übergeben"),
}


@dataclass(frozen=True)
class Step:
    """One act: „Erika Beispiel hat zurückgegeben“, with what was said."""

    when: datetime
    sentence: str
    words: str = ""


def history(entry: Entry) -> list[Step]:
    """All steps of an entry, the newest first. Three queries."""
    steps = [*_versions(entry), *_acts(entry), *_publications(entry)]
    return sorted(steps, key=lambda step: step.when, reverse=True)


def _versions(entry: Entry) -> Iterator[Step]:
    """The draft, and who wrote on: one step for all that a person saves in a row on one day."""
    before = None
    for number, revision in enumerate(
        entry.revisions.select_related("user").order_by("created_at", "pk")
    ):
        who_and_day = (revision.user_id, timezone.localdate(revision.created_at))
        if number == 0:
            written = (
                _("%(name)s hat den Entwurf angelegt") % {"name": name_of(revision.user)}
                if revision.user_id
                else _("Eingelesen aus einem Protokoll oder einer Datei")
            )
            yield Step(revision.created_at, written)
        elif who_and_day != before and revision.user_id:
            sentence = _("%(name)s hat weitergeschrieben") % {"name": name_of(revision.user)}
            yield Step(revision.created_at, sentence)
        before = who_and_day


def _acts(entry: Entry) -> Iterator[Step]:
    ours = Q(action__in=ACTS) | Q(action__startswith="cms.")
    entries = ModelLogEntry.objects.for_instance(entry).filter(ours)
    for logged in entries.select_related("user"):
        words = logged.data.get("comment") or logged.data.get("reason") or ""
        act = ACTS.get(logged.action) or f"– {registry.get_action_label(logged.action)}"
        yield Step(logged.timestamp, f"{name_of(logged.user)} {act}", words)


def _publications(entry: Entry) -> Iterator[Step]:
    for publication in Publication.objects.of(entry):
        circle = CircleChoices(Circle(publication.circle).value).label
        yield Step(
            publication.published_at,
            _("Veröffentlicht. Wer das sieht: %(circle)s") % {"circle": circle},
        )
