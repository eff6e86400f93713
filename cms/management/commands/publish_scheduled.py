"""Wagtail's ``publish_scheduled``, all or nothing.

Stands in for Wagtail's because ``cms`` comes first in INSTALLED_APPS.
"""

from django.db import transaction
from wagtail.management.commands import publish_scheduled


class Command(publish_scheduled.Command):
    help = "Veröffentlicht und beendet, was einen Termin hat, der erreicht ist."

    def handle(self, *args, **options) -> None:
        # Wagtail sets the page live first; without its history row nothing may stay so.
        with transaction.atomic():
            super().handle(*args, **options)
