"""python manage.py forget_personal_audit: old events of the audit log lose their names."""

from cms.management.sentences import SentenceCommand
from cms.services.audit import forget_old_names


class Command(SentenceCommand):
    help = (
        "Löscht Namen und Adressen aus Ereignissen, die älter sind als in den Einstellungen "
        "gesagt. Was geschehen ist, bleibt."
    )

    def handle(self, *args, **options):
        count, months = forget_old_names()
        self.stdout.write(
            f"{count} Ereignisse von vor über {months} Monaten nennen niemanden mehr."
        )
