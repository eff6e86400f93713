"""Keeps what a reader reports about a barrier, and tells the office."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from cms.models import BarrierReport

logger = logging.getLogger(__name__)


def report_barrier(text: str, *, address: str = "", contact: str = "", mail_to: str = "") -> None:
    """Stores a report; with ``mail_to`` the office gets it by mail.

    A mail that can't be sent is logged: the report is kept, and the reader is thanked.
    """
    report = BarrierReport.objects.create(text=text, address=address, contact=contact)
    if not mail_to:
        return
    body = _("Was nicht geht:\n{text}\n\nSeite: {address}\nErreichbar: {contact}\n").format(
        text=report.text, address=report.address or "–", contact=report.contact or "–"
    )
    mail = EmailMessage(_("Eine Barriere wurde gemeldet"), body, to=[mail_to])
    try:
        mail.send()
    except (SMTPException, OSError):
        logger.exception("The mail about barrier report %s could not be sent", report.pk)
