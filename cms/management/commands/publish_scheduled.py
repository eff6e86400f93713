"""Wagtail's ``publish_scheduled``, each object all or nothing.

Stands in for Wagtail's because ``cms`` comes first in INSTALLED_APPS.
"""

from django.core.management.base import CommandError
from wagtail.management.commands import publish_scheduled as wagtails

from cms.services.publish_scheduled import publish_scheduled


class Command(wagtails.Command):
    help = "Veröffentlicht und beendet, was einen Termin hat, der erreicht ist."

    def handle(self, *args, **options) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
        elif failed := publish_scheduled():
            raise CommandError(f"{failed} Einträge oder Seiten sind nicht gelungen, siehe Log.")
