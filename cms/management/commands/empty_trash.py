"""Deletes for good what has lain in the trash long enough. Runs daily."""

from django.core.management.base import BaseCommand

from cms.services.trash import KEPT_DAYS, empty_trash


class Command(BaseCommand):
    help = f"Löscht endgültig, was seit mehr als {KEPT_DAYS} Tagen im Papierkorb liegt."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{empty_trash()} Einträge endgültig gelöscht.")
