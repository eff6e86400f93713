"""The database keeps the audit log: no deletions, no changes (see cms/models/audit_guard.py)."""

from django.db import migrations

from cms.models import audit_guard


def install(apps, schema_editor):
    audit_guard.remove(schema_editor.connection)
    audit_guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    audit_guard.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0035_accounts'),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
