"""python manage.py forget_personal_audit: old events of the audit log lose their names."""

import datetime

from django.db.models import Min
from django.utils import timezone

from cms.management.sentences import SentenceCommand
from cms.models import GuideSettings
from cms.services.audit import forget_personal

MONTHS = GuideSettings._meta.get_field("audit_months").default
DAYS_OF_A_MONTH = 30


class Command(SentenceCommand):
    help = (
        "Löscht Namen und Adressen aus Ereignissen, die älter sind als in den Einstellungen "
        "gesagt. Was geschehen ist, bleibt."
    )

    def handle(self, *args, **options):
        months = GuideSettings.objects.aggregate(Min("audit_months"))["audit_months__min"] or MONTHS
        before = timezone.now() - datetime.timedelta(days=months * DAYS_OF_A_MONTH)
        count = forget_personal(before)
        self.stdout.write(
            f"{count} Ereignisse von vor über {months} Monaten nennen niemanden mehr."
        )
