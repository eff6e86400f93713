"""The command publishes each object with its history, or not at all."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from cms.domain.occasions import Occasion
from cms.models import (
    AuditEvent,
    ExchangeEventPage,
    Experience,
    NewsPage,
    Notification,
    Publication,
    Supplement,
)
from cms.permissions import roles
from tests.factories.guide import (
    ExperienceFactory,
    event_page,
    news_page,
    published_experience,
)
from tests.functional.test_notifications import somebody

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


def test_without_history_a_page_is_not_live_and_holds_up_no_other(due):
    def refuse(sender, instance, **kwargs):
        if instance.title == due[0].title:
            raise IntegrityError("no history")

    pre_save.connect(refuse, sender=Publication)
    try:
        with pytest.raises(CommandError, match="1 Eintr"):
            call_command("publish_scheduled")
    finally:
        pre_save.disconnect(refuse, sender=Publication)
    assert not NewsPage.objects.live().exists()
    assert not Publication.objects.of(due[0]).exists()
    assert ExchangeEventPage.objects.live().exists()
    call_command("publish_scheduled")  # what failed comes again
    assert NewsPage.objects.live().exists()


def test_the_clock_is_in_the_audit_log_and_the_author_hears_of_it_once(project):
    editor = somebody(roles.EDITOR, project)
    page = news_page("Termin", live=False)
    schedule(page)
    entry = ExperienceFactory(project=project, revision=editor)
    supplement = Supplement.objects.create(
        experience=published_experience(), project=project, text="<p>Auch.</p>"
    )
    for one in (entry, supplement):
        schedule(one)
    assert not Notification.objects.exists()
    for _again in range(2):
        call_command("publish_scheduled")
    for one, action in (
        (page, "page.published_on_schedule"),
        (entry, "entry.published_on_schedule"),
        (supplement, "entry.published_on_schedule"),
    ):
        event = AuditEvent.objects.get(action=action, object_type=one._meta.model_name)
        assert (event.object_id, event.actor_id) == (one.pk, None)
        assert event.project_id == (None if one is page else project.pk)
    told = Notification.objects.get(recipient=editor, occasion=Occasion.PUBLISHED)
    assert told.object_id == entry.pk
    Experience.objects.filter(pk=entry.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")
    entry.refresh_from_db()
    assert not entry.live
    assert AuditEvent.objects.filter(action="entry.ended_on_schedule", object_id=entry.pk).exists()


def test_what_wagtails_own_screens_do_to_an_entry_is_in_the_audit_log(project, client):
    entry = ExperienceFactory(project=project, revision=somebody(roles.EDITOR, project))
    schedule(entry)
    client.force_login(somebody(roles.OFFICE))
    revision = entry.scheduled_revision
    for name, args in (
        ("revisions_unschedule", [entry.pk, revision.pk]),
        ("lock", [entry.pk]),
        ("unlock", [entry.pk]),
    ):
        client.post(reverse(f"guide_experiences:{name}", args=args))
    actions = AuditEvent.objects.filter(object_id=entry.pk, object_type="experience")
    assert {"entry.unscheduled", "entry.locked", "entry.unlocked"} <= set(
        actions.values_list("action", flat=True)
    )
