"""Keeps what a reader reports about an entry, and has the office told."""

from django.db import transaction

from cms.domain.occasions import Occasion
from cms.models import Experience, ProblemReport
from cms.services.notify import notify


@transaction.atomic
def report_problem(entry: Experience, text: str, *, contact: str = "") -> ProblemReport:
    """Stores the report. Who may read ``entry`` may report: the caller has asked.

    Nothing tells who it was, but for what they write into ``contact``.
    """
    report = ProblemReport.objects.create(entry=entry, text=text, contact=contact)
    notify(Occasion.PROBLEM_REPORTED, entry)
    return report
