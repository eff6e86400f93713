"""Finds a picture by its file at once: every request of one asks (see cms/views/files.py)."""

from django.db import migrations


def _index(table: str) -> migrations.RunSQL:
    name = f"cms_{table}_file"
    return migrations.RunSQL(f"CREATE INDEX {name} ON {table} (file)", f"DROP INDEX {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0037_notification_occasions'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [_index("wagtailimages_image"), _index("wagtailimages_rendition")]
