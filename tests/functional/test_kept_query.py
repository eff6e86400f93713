"""Queries whose SQL is kept: they answer what Django would, and for the values of each question."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms import published
from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import ANONYMOUS
from cms.kept_query import KeptObjects, KeptQuery, parameter
from cms.models import EditLock, Experience
from cms.permissions import policies, roles
from cms.published import drafts, hits, single
from cms.services.grant_role import grant_role
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    UserFactory,
    person,
    published_experience,
    published_supplement,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory()


@pytest.fixture
def entries(project):
    """Published for everybody, published for projects, a draft."""
    day, topics = datetime.date(2026, 3, 1), [TopicFactory(), TopicFactory()]
    public = published_experience(project=project, date=day, topics=topics)
    among_projects = published_experience(Circle.PROJECTS, project=project)
    return [public, among_projects, ExperienceFactory(project=project)]


def columns_of(obj):
    return {field.attname: getattr(obj, field.attname) for field in obj._meta.concrete_fields}


def test_the_text_is_made_once_and_the_values_come_each_time(entries):
    made = []

    def make():
        made.append(True)
        return Experience.objects.filter(slug=parameter("slug")).values_list("pk", "date", "live")

    query = KeptQuery(make)
    for entry in entries:
        assert query.rows(slug=entry.slug) == [(entry.pk, entry.date, entry.live)]
    assert query.rows(slug="gibt-es-nicht") == []
    assert len(made) == 1


def test_what_many_name_is_read_as_one_object_and_nothing_as_none(entries, project):
    query = KeptObjects(
        Experience,
        lambda: Experience.objects.filter(project=parameter("project")).order_by("pk"),
        {"project": ("id", "title"), "table": None},
        columns=("id", "title", "project_id", "table_id"),
    )
    first, second, _third = query.all(project=project.pk)
    assert first.project is second.project
    assert (first.project, first.table) == (project, None)
    with CaptureQueriesContext(connection) as queries:
        assert (first.project.title, first.title) == (project.title, entries[0].title)
        assert len(queries) == 0
        assert (first.project.carrier, first.body) == (project.carrier, entries[0].body)
        assert len(queries) == 2


@pytest.mark.parametrize("role", [None, roles.PARTNER, roles.EDITOR, roles.OFFICE])
def test_an_entry_is_read_as_django_reads_it(entries, project, role):
    reader = policies.reader_for(person(role, project) if role else None)
    for entry in entries:
        read = single.experience(reader, "slug", entry.slug)
        row = published.experiences(reader).filter(slug=entry.slug).first()
        assert read == row
        if read is not None:
            assert columns_of(read) == columns_of(row)
            assert columns_of(read.project) == columns_of(row.project)
            single.read_details(read)
            for name in ("topics", "target_groups", "institutions", "arguments"):
                assert list(getattr(read, name).all()) == list(getattr(row, name).all())


def test_its_state_and_newest_version_come_along_for_who_sees_drafts(entries, project):
    reader = policies.reader_for(person(roles.EDITOR, project))
    for entry in entries:
        own = single.own_experience(reader, "pk", entry.pk)
        row = drafts.own_entries(Experience, reader).get(pk=entry.pk)
        assert columns_of(own) == columns_of(row)
        assert own.state_value == row.state_value
        assert own.latest_revision.content == row.latest_revision.content
    stranger = policies.reader_for(person(roles.EDITOR, ProjectFactory()))
    assert single.own_experience(stranger, "pk", entries[0].pk) is None


def test_hits_are_read_as_django_reads_them_however_many(entries, project):
    published_supplement(entries[0], verdict="proven")
    ids = [entry.pk for entry in entries]
    many = [*ids, *range(10_000, 10_230)]
    for asked in (ids[:1], ids, many):
        found = hits.visible([(ObjectType.EXPERIENCE, pk) for pk in asked], ANONYMOUS)
        assert list(found.values()) == [entries[0]]
    shown = found[ObjectType.EXPERIENCE, entries[0].pk]
    assert (shown.body, shown.project, shown.is_judged) == (entries[0].body, project, True)


def test_what_is_withdrawn_between_two_questions_is_gone(entries):
    assert single.experience(ANONYMOUS, "slug", entries[0].slug) == entries[0]
    Experience.objects.filter(pk=entries[0].pk).update(live=False)
    assert single.experience(ANONYMOUS, "slug", entries[0].slug) is None


def test_a_role_ends_at_midnight(project, monkeypatch):
    user, today = UserFactory(), timezone.localdate()
    grant_role(user, project, roles.EDITOR, until=today)

    def may_edit():
        return policies.can(get_user_model().objects.get(pk=user.pk), policies.EDIT, project)

    assert may_edit()
    monkeypatch.setattr(timezone, "localdate", lambda *_args: today + datetime.timedelta(days=1))
    assert not may_edit()


def test_a_lock_ends_by_itself(entries):
    now = timezone.now()
    lock = EditLock.objects.create(
        content_type=ContentType.objects.get_for_model(Experience),
        object_id=entries[0].pk,
        user=UserFactory(),
        timeout=60,
        created_at=now,
        expires_at=now + datetime.timedelta(seconds=60),
    )
    assert EditLock.objects.holding(entries[0]) == lock
    EditLock.objects.update(expires_at=now - datetime.timedelta(seconds=1))
    assert EditLock.objects.holding(entries[0]) is None
