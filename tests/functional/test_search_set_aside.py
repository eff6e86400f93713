"""What the search could not take: the office sees it, and can have it tried again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.models import IndexJob
from cms.permissions import roles
from search import feed
from tests.factories.guide import ProjectFactory, person, published_experience, table_page
from tests.factories.guide import event_page as event

pytestmark = pytest.mark.django_db


def set_aside(entry, object_type: str = "experience") -> None:
    IndexJob.objects.create(
        object_type=object_type,
        object_id=entry.pk,
        reason="published",
        attempts=feed.POISON_ATTEMPTS,
        error="public: TypeError: <no such analyser>",
    )


@pytest.fixture
def office(client):
    client.force_login(person(roles.OFFICE))


def test_the_home_page_tells_the_office_only_if_there_is_something(office, client):
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "liegen geblieben" not in page
    set_aside(published_experience())
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Ein Auftrag für die Suche ist liegen geblieben" in page
    assert reverse("guide_search_set_aside") in page


def test_the_office_sees_what_it_is_and_has_it_tried_again(office, client):
    entry = published_experience(title="Waschsalon")
    set_aside(entry)
    IndexJob.objects.create(object_type="hologram", object_id=1, reason="x", attempts=99)
    page = client.get(reverse("guide_search_set_aside")).content.decode()
    assert "Waschsalon" in page and "&lt;no such analyser&gt;" in page
    assert reverse("guide_experiences:edit", args=[entry.pk]) in page
    answer = client.post(reverse("guide_search_retry"), follow=True)
    assert "noch einmal versucht" in answer.content.decode()
    assert not feed.set_aside().filter(object_type="experience").exists()
    assert client.get(reverse("guide_search_retry")).status_code == 405


def test_nothing_is_left_says_so(office, client):
    assert (
        "Nichts ist liegen geblieben"
        in client.get(reverse("guide_search_set_aside")).content.decode()
    )


def test_nobody_else_sees_or_does_it(client):
    entry = published_experience(title="Waschsalon")
    set_aside(entry)
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    assert "liegen geblieben" not in client.get(reverse("wagtailadmin_home")).content.decode()
    for answer in (
        client.get(reverse("guide_search_set_aside")),
        client.post(reverse("guide_search_retry")),
    ):
        assert answer.status_code in (302, 403) and "Waschsalon" not in answer.content.decode()
    assert feed.set_aside().count() == 1


def test_the_list_asks_the_database_as_often_for_many_as_for_few(office, client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("guide_search_set_aside"))
        return len(asked)

    set_aside(published_experience())
    set_aside(table_page(event()), "table")
    queries()
    few = queries()
    for _ in range(4):
        set_aside(published_experience())
        set_aside(table_page(event()), "table")
    assert queries() == few
