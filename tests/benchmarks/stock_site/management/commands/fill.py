"""Fills the empty site with lines of ``texts.experiences``, published, each with its revision."""

import json
from datetime import date
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand
from django.utils import timezone
from stock_site.models import Experience
from wagtail.models import APIToken, Revision


class Command(BaseCommand):
    """Prints an API token that may do everything."""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        user = get_user_model().objects.create_superuser("root")
        lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        entries = Experience.objects.bulk_create(map(_entry, lines), batch_size=500)
        content_type = ContentType.objects.get_for_model(Experience)
        revisions = Revision.objects.bulk_create(
            (
                Revision(
                    content_type=content_type,
                    base_content_type=content_type,
                    object_id=str(entry.pk),
                    created_at=timezone.now(),
                    user=user,
                    object_str=entry.title,
                    content=entry.serializable_data(),
                )
                for entry in entries
            ),
            batch_size=500,
        )
        for entry, revision in zip(entries, revisions, strict=True):
            entry.live_revision = entry.latest_revision = revision
        Experience.objects.bulk_update(
            entries, ["live_revision", "latest_revision"], batch_size=500
        )
        _token, text = APIToken.create_token(user=user, name="bench")
        self.stdout.write(text)


def _entry(line: dict) -> Experience:
    return Experience(
        title=line["title"],
        kind=line["kind"],
        body=f"<p>{line['body']}</p>",
        date=date.fromisoformat(line["date"]),
        visibility=line["visibility"],
        source_id=line["source_id"],
    )
