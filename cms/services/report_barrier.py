"""Keeps what a reader reports about a barrier, and tells the office."""

from django.db import transaction
from django.utils.translation import gettext as _

from cms.domain.occasions import Occasion
from cms.models import BarrierReport
from cms.services.notify import notify


@transaction.atomic
def report_barrier(text: str, *, address: str = "", contact: str = "", mail_to: str = "") -> None:
    """Stores a report; the office gets it by mail, at ``mail_to`` if it gave that address."""
    report = BarrierReport.objects.create(text=text, address=address, contact=contact)
    told = _("{text}\n\nSeite: {address}\nErreichbar: {contact}").format(
        text=report.text, address=report.address or "–", contact=report.contact or "–"
    )
    notify(Occasion.BARRIER_REPORTED, report, reason=told, to=[mail_to] if mail_to else None)
