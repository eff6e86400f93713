"""Gives somebody a role, or invites them if they have no account."""

import datetime

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.models import Invitation, Project
from cms.permissions import policies
from cms.services.access import require
from cms.services.grant_role import grant_role
from cms.services.invite import invite


def give_access(
    who: str, project: Project, role: str, *, until: datetime.date | None = None, by
) -> Invitation | None:
    """Gives ``role`` to the account with exactly this user name or e-mail address.

    An address that no account has is invited: the invitation is returned. Nothing but an exact
    match is looked for, so that nobody can search all accounts here.

    Raises NotAllowedError, and RuleError with what to do if there is no such user name.
    """
    require(by, policies.GRANT, project)
    user = account_of(who.strip())
    if user is not None:
        grant_role(user, project, role, until=until, by=by)
        return None
    try:
        validate_email(who.strip())
    except ValidationError as error:
        raise RuleError(
            _(
                "Diesen Benutzernamen gibt es nicht. Schreiben Sie die E-Mail-Adresse, dann "
                "laden wir die Person ein."
            )
        ) from error
    return invite(who, project, role, until=until, by=by)


def account_of(who: str):
    """The account with exactly this user name or address, or None.

    Raises RuleError if several have the address, or if the account is closed.
    """
    accounts = get_user_model().objects
    found = accounts.filter(username=who).first()
    if found is None and "@" in who:
        with_address = list(accounts.filter(email__iexact=who).order_by("-is_active")[:2])
        if len(with_address) > 1 and with_address[1].is_active:
            raise RuleError(
                _("Diese Adresse haben mehrere Zugänge. Schreiben Sie den Benutzernamen.")
            )
        found = with_address[0] if with_address else None
    if found is not None and not found.is_active:
        raise RuleError(
            _("Dieser Zugang ist stillgelegt. Die Koordinierungsstelle kann das ändern.")
        )
    return found
