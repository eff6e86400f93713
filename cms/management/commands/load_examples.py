"""python manage.py load_examples [--folder FOLDER]"""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from cms.domain.errors import RuleError
from cms.domain.minutes import MinutesError
from cms.management.sentences import SentenceCommand, failure
from cms.permissions import policies
from cms.services.example_content import (
    load_news,
    load_projects,
    load_settings,
    load_topics,
    load_vocabulary,
)
from cms.services.example_entries import load_drafts, load_minutes, load_supplements

PUBLISHER = "koordination"


class Command(SentenceCommand):
    help = "Lädt Beispielinhalte; ein zweiter Lauf ändert nichts. Vorher: create_demo_accounts."

    def add_arguments(self, parser):
        folder = Path(settings.BASE_DIR) / "examples"
        parser.add_argument("--folder", type=Path, default=folder, help="Ordner mit den Beispielen")

    def handle(self, *args, **options):
        folder = options["folder"]
        user = get_user_model().objects.filter(username=PUBLISHER).first()
        if not policies.can(user, policies.OFFICE):
            raise failure(
                f"Das Konto „{PUBLISHER}“ fehlt; bitte zuerst create_demo_accounts ausführen."
            )
        try:
            with transaction.atomic():
                projects = load_projects(folder)
                load_topics(folder)
                words = load_vocabulary(folder)
                load_settings()
                load_news(folder, projects, user)
                created = load_minutes(folder, projects, words, user)
                created += load_drafts(folder, projects, user)
                created += load_supplements(folder, projects, user)
        except (RuleError, MinutesError) as error:
            raise failure(str(error)) from None
        self.stdout.write(f"Beispiele geladen: {created} neue Einträge.")
