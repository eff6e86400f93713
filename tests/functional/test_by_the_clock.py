"""The worker does what otherwise somebody would have to call every day."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.db.models.signals import pre_delete
from django.utils import timezone

from cms.models import (
    ApiSession,
    ApiToken,
    AuditEvent,
    Experience,
    MissedSearch,
    Project,
    Webhook,
    WebhookDelivery,
)
from cms.permissions import roles
from cms.services.audit import record
from cms.services.by_the_clock import TASKS, Clock
from cms.services.create_experience import create_experience
from cms.services.end_project import announce_end, to_announce
from cms.services.trash import trash
from tests.factories.guide import ExperienceFactory, ProjectFactory, news_page, person
from tests.functional.test_publish_scheduled import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    """Something for each task."""
    page = news_page("Termin", live=False)
    schedule(page)
    project = ProjectFactory()
    editor = person(roles.EDITOR, project)
    thrown_away = create_experience(editor, project, "Weg")
    trash(thrown_away, editor)
    Experience.with_trash.update(trashed_at=timezone.now() - timedelta(days=31))
    ending = ProjectFactory(end=timezone.localdate() - timedelta(days=1))
    ExperienceFactory(project=ending)
    record("sign_in.done", by=editor)
    AuditEvent.objects.filter(action="sign_in.done").update(
        at=timezone.now() - timedelta(days=30 * 13)
    )
    session = SessionStore()
    session.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    long_ago = timezone.localdate() - timedelta(days=31)
    ApiSession.objects.create(user=editor, ends_at=timezone.now())
    ApiToken.objects.create(user=editor, expires=long_ago)
    MissedSearch.objects.create(key="0", first_day=long_ago, last_day=long_ago)
    WebhookDelivery.objects.create(
        webhook=Webhook.objects.create(title="Portal", events=[]),
        event="published",
        object_type="experience",
        object_id=ending.pk,
        status=WebhookDelivery.Status.SENT,
        occurred_at=timezone.now() - timedelta(days=400),
    )
    return page, thrown_away, ending


def done(waiting) -> list[bool]:
    page, thrown_away, ending = waiting
    page.refresh_from_db()
    return [
        page.live,
        not Experience.with_trash.filter(pk=thrown_away.pk).exists(),
        Project.objects.get(pk=ending.pk).announced_end is not None,
        AuditEvent.objects.get(action="sign_in.done").personal == {},
        not Session.objects.exists(),
        not ApiSession.objects.exists(),
        not ApiToken.objects.exists(),
        not MissedSearch.objects.exists(),
        not WebhookDelivery.objects.exists(),
    ]


def test_the_worker_does_each_thing_that_is_due(waiting):
    assert not any(done(waiting))
    Clock().tick()
    assert all(done(waiting)) and len(done(waiting)) == len(TASKS)


def test_one_that_fails_is_logged_stops_no_other_and_is_tried_again(waiting, caplog, monkeypatch):
    def refuse(sender, **kwargs):
        raise IntegrityError("not today")

    pre_delete.connect(refuse, sender=Experience)
    clock = Clock()
    try:
        clock.tick()
    finally:
        pre_delete.disconnect(refuse, sender=Experience)
    assert done(waiting) == [True, False] + [True] * (len(TASKS) - 2)
    assert "by the clock: empty_trash failed" in caplog.text
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(timezone, "now", lambda: later)
    clock.tick()
    assert all(done(waiting))


def test_schedules_are_looked_at_every_minute_the_rest_once_a_day(waiting, monkeypatch):
    clock = Clock()
    clock.tick()
    page, session = news_page("Noch ein Termin", live=False), SessionStore()
    schedule(page)
    session.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    clock.tick()
    page.refresh_from_db()
    assert not page.live
    now = timezone.now()
    for later, is_cleared in ((timedelta(minutes=2), False), (timedelta(hours=25), True)):
        monkeypatch.setattr(timezone, "now", lambda later=later: now + later)
        clock.tick()
        page.refresh_from_db()
        assert page.live
        assert Session.objects.exists() is not is_cleared


def test_two_workers_announce_an_end_once(waiting):
    [seen_by_the_other] = to_announce()
    Clock().tick()
    announce_end(seen_by_the_other)
    assert AuditEvent.objects.filter(action="project.end_announced").count() == 1
