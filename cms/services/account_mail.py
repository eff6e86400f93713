"""Mails about somebody's own account, in plain text and HTML."""

import logging
import threading
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def send(name: str, user, *, to: str = "", **context) -> None:
    """Sends the mail ``name`` (see templates/cms/mail/account) to ``user``, after the commit.

    ``to``: another address than the account's. Nobody waits for the mail server: an answer
    that took longer would tell that there is such an account. A mail that can't be sent is
    logged, and its link can be asked for again. Without an address all but the sending is done:
    that tells nothing, either.
    """
    address = to or user.email
    context = {
        "name": user.get_full_name() or user.get_username(),
        "user_name": user.get_username(),
        "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        "site_name": settings.WAGTAIL_SITE_NAME,
        **context,
    }
    template = f"cms/mail/account/{name}"
    subject = render_to_string(f"{template}_subject.txt", context).strip()
    mail = EmailMultiAlternatives(
        subject, render_to_string(f"{template}.txt", context), to=[address] if address else []
    )
    mail.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    transaction.on_commit(lambda: threading.Thread(target=_send, args=[mail]).start())


def _send(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except (SMTPException, OSError):
        logger.exception("A mail about an account could not be sent")
