"""Rows of the guide for tests: projects, people with roles, events, tables, experiences."""

import datetime

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from cms.domain.circles import Circle
from cms.models import (
    EventIndexPage,
    ExchangeEventPage,
    Experience,
    Institution,
    Location,
    NewsIndexPage,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    TargetGroup,
    Topic,
)
from cms.permissions import roles
from cms.services.grant_role import grant_role

PASSWORD = "Ein-langes-Kennwort-7"


class UserFactory(DjangoModelFactory):
    """An account without any role."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")
    password = factory.PostGenerationMethodCall("set_password", PASSWORD)

    @factory.post_generation
    def save_password(self, create, extracted, **kwargs):
        self.save()


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    title = factory.Sequence(lambda number: f"Projekt Nummer {number}")


class LocationFactory(DjangoModelFactory):
    """An office of a project that people can visit."""

    class Meta:
        model = Location

    project = factory.SubFactory(ProjectFactory)
    name = "Stadtteilbüro"
    city = "Musterstadt"


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    title = factory.Sequence(lambda number: f"Thema {number}")


class InstitutionFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    title = factory.Sequence(lambda number: f"Institution {number}")


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup

    title = factory.Sequence(lambda number: f"Zielgruppe {number}")


class ExperienceFactory(DjangoModelFactory):
    """A draft. ``topics=[...]`` tags it; see :func:`published_experience` for a live one."""

    class Meta:
        model = Experience
        skip_postgeneration_save = True

    title = factory.Sequence(lambda number: f"Erfahrung Nummer {number}")
    body = "<p>Das hat gut geklappt.</p>"
    project = factory.SubFactory(ProjectFactory)

    @factory.post_generation
    def topics(self, create, extracted, **kwargs):
        if extracted:
            self.topics.set(extracted)
            self.save()

    @factory.post_generation
    def revision(self, create, extracted, **kwargs):
        self.save_revision(user=extracted)


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    title = factory.Sequence(lambda number: f"Beschluss Nummer {number}")
    project = factory.SubFactory(ProjectFactory)


def person(role: str | None = None, project: Project | None = None, **fields):
    """An account; with a role on ``project``, or on the office for OFFICE and PARTNER."""
    user = UserFactory(**fields)
    if role in (roles.OFFICE, roles.PARTNER):
        project = Project.objects.office()
    if role:
        grant_role(user, project, role)
    return user


def published_experience(circle: Circle = Circle.PUBLIC, **fields) -> Experience:
    """A live experience, published past the review."""
    entry = ExperienceFactory(visibility=circle.value, **fields)
    entry.save_revision().publish()
    entry.refresh_from_db()
    return entry


def published_supplement(
    experience: Experience, circle: Circle = Circle.PUBLIC, **fields
) -> Supplement:
    """A live supplement, of a new project unless ``project`` is given."""
    if "project" not in fields:
        fields["project"] = ProjectFactory()
    supplement = Supplement.objects.create(experience=experience, visibility=circle.value, **fields)
    supplement.save_revision().publish()
    supplement.refresh_from_db()
    return supplement


def published_outcome(circle: Circle = Circle.PUBLIC, **fields) -> Outcome:
    """A live decision or follow-up."""
    outcome = OutcomeFactory(visibility=circle.value, **fields)
    outcome.save_revision().publish()
    outcome.refresh_from_db()
    return outcome


def event_page(
    title: str = "Erfahrungsaustausch", live: bool = True, **fields
) -> ExchangeEventPage:
    """An event below /veranstaltungen/."""
    fields.setdefault("date", datetime.date(2013, 7, 17))
    page = ExchangeEventPage(title=title, live=live, **fields)
    EventIndexPage.objects.get().add_child(instance=page)
    _publish_if(page, live)
    return page


def table_page(event: ExchangeEventPage, title: str = "Tisch 1", live: bool = True, **fields):
    """A table of an event."""
    page = TablePage(title=title, live=live, **fields)
    event.refresh_from_db()
    event.add_child(instance=page)
    _publish_if(page, live)
    return page


def news_page(title: str = "Meldung", live: bool = True, **fields) -> NewsPage:
    """A news item below /aktuelles/."""
    page = NewsPage(title=title, live=live, **fields)
    NewsIndexPage.objects.get().add_child(instance=page)
    _publish_if(page, live)
    return page


def _publish_if(page, live: bool) -> None:
    revision = page.save_revision()
    if live:
        revision.publish()
    page.refresh_from_db()
