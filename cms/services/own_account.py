"""What a person changes about their own account."""

from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.services.account_mail import send
from cms.services.audit import record

EMAIL_LINK_SECONDS = 24 * 60 * 60
_EMAIL = "cms.new_email"


def change_name(user, first_name: str, last_name: str) -> None:
    """Sets the name that others see. Raises ValidationError by field if one is too long."""
    names = {"first_name": first_name.strip(), "last_name": last_name.strip()}
    _check(names)
    user.first_name, user.last_name = names.values()
    user.save(update_fields=["first_name", "last_name"])


def change_full_name(user, name: str) -> None:
    """The same from one text, whose last word is the last name. Raises ValidationError, too, if
    there is only one.
    """
    first_name, _blank, last_name = " ".join(name.split()).rpartition(" ")
    if not first_name:
        raise ValidationError({"last_name": _("Bitte Vornamen und Nachnamen angeben.")})
    change_name(user, first_name, last_name)


def ask_for_email(user, email: str) -> None:
    """Mails a link to the new address: it counts once somebody who reads it says so.

    Raises ValidationError if it is no address.
    """
    if not email:
        raise ValidationError({"email": _("Bitte eine E-Mail-Adresse angeben.")})
    _check({"email": email})
    # The old address is part of it: the link is used up, and an older one ends with it.
    note = signing.dumps([user.pk, user.email, email], salt=_EMAIL)
    send("email_confirm", user, to=email, path=reverse("cms:confirm_email", args=[note]))


def new_email(user, note: str) -> str:
    """The address in the link's note. Raises RuleError if it is old, used or somebody else's."""
    try:
        pk, old, new = signing.loads(note, salt=_EMAIL, max_age=EMAIL_LINK_SECONDS)
    except signing.BadSignature:
        pk = old = new = None
    if (pk, old) != (user.pk, user.email):
        raise RuleError(_("Dieser Link gilt nicht mehr. Bitte ändern Sie die Adresse noch einmal."))
    return new


@transaction.atomic
def confirm_email(user, note: str) -> None:
    """Sets the address in the note, and tells the old one. Raises RuleError as new_email."""
    old, user.email = user.email, new_email(user, note)
    user.save(update_fields=["email"])
    record("account.email_changed", by=user, obj=user)
    send("email_changed", user, to=old)


def _check(values: dict[str, str]) -> None:
    """Raises ValidationError by field for what can't stand in an account."""
    row = get_user_model()(**values)
    row.clean_fields(exclude={field.name for field in row._meta.fields} - values.keys())
