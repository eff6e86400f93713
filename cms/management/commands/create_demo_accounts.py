"""python manage.py create_demo_accounts: accounts to try the guide with, never in production."""

import os
from pathlib import Path
from secrets import token_urlsafe

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from cms.management.sentences import SentenceCommand, failure
from cms.models import Project
from cms.permissions import roles
from cms.services.grant_role import grant_role

PASSWORD_VARIABLE = "THINKA_DEMO_PASSWORD"  # noqa: S105 the variable's name, not a password
PASSWORD_FILE = "demo_password"  # noqa: S105
OFFICE = ("koordination", "pruefung")
PARTNER = "partner"
EDITORS = ("weimar", "jena", "schmalkalden")


class Command(SentenceCommand):
    help = "Legt die Konten zum Ausprobieren an; ein zweiter Lauf ändert nur das Passwort."

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise failure("Demo-Konten gibt es nur bei DEBUG; hier wird nichts angelegt.")
        password = demo_password(Path(settings.DATA_DIR))
        with transaction.atomic():
            office = Project.objects.office()
            for name in OFFICE:
                grant_role(_account(name, password), office, roles.OFFICE)
            grant_role(_account(PARTNER, password), office, roles.PARTNER)
            for name in EDITORS:
                project, _created = Project.objects.get_or_create(
                    slug=name, defaults={"title": f"ThINKA {name.capitalize()}"}
                )
                grant_role(_account(name, password), project, roles.EDITOR)
        names = ", ".join((*OFFICE, *EDITORS, PARTNER))
        self.stdout.write(f"Konten: {names}\nPasswort: {password}")


def demo_password(data_folder: Path) -> str:
    """The password of all demo accounts: from the environment, else kept in the data folder."""
    file = data_folder / PASSWORD_FILE
    password = os.environ.get(PASSWORD_VARIABLE, "").strip()
    if not password and file.exists():
        password = file.read_text(encoding="utf-8").strip()
    password = password or token_urlsafe(9)
    file.touch(mode=0o600)
    file.write_text(password, encoding="utf-8")
    return password


def _account(name: str, password: str):
    # With an address, so that mails can be tried; nobody reads them there.
    user, _created = get_user_model().objects.get_or_create(
        username=name, defaults={"email": f"{name}@example.org"}
    )
    # A new hash for the same password would end the person's sessions.
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    return user
