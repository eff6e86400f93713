"""The people of most stories: a project, who writes and reviews for it, the office, a draft."""

import pytest
from django.core.cache import cache

from cms.permissions import roles
from cms.services.create_experience import create_experience
from tests.factories.guide import ProjectFactory, person


@pytest.fixture
def project(db):
    return ProjectFactory(title="ThINKA Musterstadt")


@pytest.fixture
def editor(project):
    return person(roles.EDITOR, project)


@pytest.fixture
def reviewer(project):
    return person(roles.REVIEWER, project)


@pytest.fixture
def office(db):
    return person(roles.OFFICE)


@pytest.fixture
def draft(editor, project):
    return create_experience(editor, project, "Sprechstunde im Waschsalon")


@pytest.fixture
def no_renditions_of_other_tests():
    """Wagtail remembers them by the image's id, which the next test uses again."""
    cache.clear()
