"""While Elasticsearch is away people save, review, publish and find; then all is as it was."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from cms.domain.circles import Circle
from cms.models import IndexJob
from cms.permissions import roles
from cms.services.review import approve
from search import service
from tests.factories.guide import ExperienceFactory, person, published_experience
from tests.functional.outage import faults
from tests.functional.outage.polling import differences, eventually, feed_catches_up

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # The tools start a node and leave it alone.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]

#: Far more than an answer may take, and far less than any of the client's waits: nothing hung.
HUNG_SECONDS = 8


def page(text: str) -> str:
    answer = Client().get("/suche/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


def api(text: str) -> dict:
    answer = Client().get("/api/@search", {"SearchableText": text, "facets": "1"})
    assert answer.status_code == 200
    return answer.json()


def titles(text: str) -> set[str]:
    return {item["title"] for item in api(text)["items"]}


def is_whole(text: str, *wanted: str) -> bool:
    """Does the engine answer again, and know everything?"""
    answer = api(text)
    return "degraded" not in answer and {item["title"] for item in answer["items"]} == set(wanted)


def ask_in_a_thread(text: str) -> tuple[bool, float]:
    begin = time.monotonic()
    try:
        return "eingeschränkt" in page(text), time.monotonic() - begin
    finally:
        connections.close_all()


@pytest.fixture
def no_probes(monkeypatch):
    """The engine is not tried again until the test wants it."""


@pytest.mark.parametrize("fault", faults.ALL, ids=lambda fault: fault.__name__)
def test_people_work_on_while_the_engine_is_away(fault, site, node, front):
    published_experience(title="Sprechstunde im Waschsalon")
    site()
    eventually(lambda: is_whole("Waschsalon", "Sprechstunde im Waschsalon"))
    draft = ExperienceFactory(title="Waschsalon, die Fortsetzung")
    with fault(node, front):
        # As in a process that knows of no outage yet; the first ten come at once.
        service.engine.cache_clear()
        service.breaker.reset()
        with ThreadPoolExecutor(10) as people:
            answers = list(people.map(ask_in_a_thread, ["Waschsalon"] * 10))
        assert all(degraded for degraded, _seconds in answers)
        assert max(seconds for _degraded, seconds in answers) < HUNG_SECONDS

        begin = time.monotonic()
        approve(draft, person(roles.OFFICE), circle=Circle.PUBLIC)
        assert time.monotonic() - begin < HUNG_SECONDS
        assert IndexJob.objects.filter(object_id=draft.pk).exists()
        assert not feed_catches_up() or fault in (
            faults.no_index,
            faults.the_mapping_of_another_release,
        )
        assert not IndexJob.objects.filter(attempts__gt=0).exists()
        if fault not in (faults.no_index, faults.the_mapping_of_another_release):
            answer = api("waschsalon")
            assert answer["degraded"] is True
            found = {item["title"] for item in answer["items"]}
            assert found == {"Sprechstunde im Waschsalon", "Waschsalon, die Fortsetzung"}
            health = Client().get("/healthz")
            assert (health.status_code, health.json()["status"]) == (200, "degraded")
    eventually(feed_catches_up)
    eventually(
        lambda: is_whole("Waschsalon", "Sprechstunde im Waschsalon", "Waschsalon, die Fortsetzung")
    )
    assert differences() == []
    assert IndexJob.objects.count() == 0
