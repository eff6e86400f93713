"""The command publishes with the history, or not at all."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.utils import timezone

from cms.models import ExchangeEventPage, NewsPage, Publication
from tests.factories.guide import event_page, news_page

pytestmark = pytest.mark.django_db


def schedule(page) -> None:
    """Approves the page for a time that has come by now."""
    page.go_live_at = timezone.now() + timedelta(hours=1)
    revision = page.save_revision()
    revision.publish()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()


@pytest.fixture
def due():
    pages = [news_page("Termin", live=False), event_page("Treffen", live=False)]
    for page in pages:
        schedule(page)
    return pages


def test_what_is_due_is_live_and_in_the_history(due):
    call_command("publish_scheduled")
    for page in due:
        page.refresh_from_db()
        assert page.live
        assert Publication.objects.of(page).get().withdrawn_at is None


def test_without_history_nothing_is_live(due):
    def refuse(sender, instance, **kwargs):
        if instance.title == due[-1].title:
            raise IntegrityError("no history")

    pre_save.connect(refuse, sender=Publication)
    try:
        with pytest.raises(IntegrityError):
            call_command("publish_scheduled")
    finally:
        pre_save.disconnect(refuse, sender=Publication)
    assert not NewsPage.objects.live().exists()
    assert not ExchangeEventPage.objects.live().exists()
    assert not Publication.objects.exists()
