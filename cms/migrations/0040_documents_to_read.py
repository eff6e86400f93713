"""Has the documents that are there already read for the search."""

from django.db import migrations
from django.utils import timezone

BATCH = 1000


def wait_for_all(apps, schema_editor):
    Document = apps.get_model("wagtaildocs", "Document")
    DocumentText = apps.get_model("cms", "DocumentText")
    ids, now = [], timezone.now()
    for pk in Document.objects.order_by("pk").values_list("pk", flat=True).iterator():
        ids.append(pk)
        if len(ids) == BATCH:
            _wait_for(DocumentText, ids, now)
            ids = []
    _wait_for(DocumentText, ids, now)


def _wait_for(DocumentText, ids, now):
    rows = [DocumentText(document_id=pk, next_try_at=now) for pk in ids]
    DocumentText.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0039_document_text'),
    ]

    operations = [migrations.RunPython(wait_for_all, migrations.RunPython.noop)]
