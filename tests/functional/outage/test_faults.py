"""While Elasticsearch is away people save, review, publish and find; then all is as it was."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from cms.domain.circles import Circle
from cms.models import Experience, IndexJob
from cms.permissions import roles
from cms.services.review import approve
from search import service
from search.engine import EngineUnavailable
from tests.factories.guide import ExperienceFactory, person, published_experience
from tests.functional.outage import faults
from tests.functional.outage.front import Front
from tests.functional.outage.polling import differences, eventually, feed_catches_up

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # The tools start a node and leave it alone.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]

#: Far more than ten answers take on a busy machine, and less than what is patient waits: nothing
#: hung. How long it really takes: tests/benchmarks/bench_outage.py.
HUNG_SECONDS = 25

FIRST, SECOND = "Sprechstunde im Waschsalon", "Waschsalon, die Fortsetzung"


def api(text: str) -> dict:
    answer = Client().get("/api/@search", {"SearchableText": text, "facets": "1"})
    assert answer.status_code == 200
    return answer.json()


def titles(answer: dict) -> set[str]:
    return {item["title"] for item in answer["items"]}


def is_whole(*wanted: str) -> bool:
    """Does the engine answer again, and know everything?"""
    answer = api("Waschsalon")
    return "degraded" not in answer and titles(answer) == set(wanted)


def asks(_number: int) -> tuple[bool, float]:
    """One person's search: was it told that it is reduced, and how long did it take?"""
    begin = time.monotonic()
    try:
        page = Client().get("/suche/", {"q": "waschsalon"})
        assert page.status_code == 200
        text = page.content.decode()
        return FIRST in text and "eingeschränkt" in text, time.monotonic() - begin
    finally:
        connections.close_all()


def ten_people_ask_at_once() -> None:
    """As in a process that knows of no outage yet."""
    service.engine.cache_clear()
    service.breaker.reset()
    with ThreadPoolExecutor(10) as people:
        answers = list(people.map(asks, range(10)))
    assert all(is_reduced for is_reduced, _seconds in answers)
    assert max(seconds for _is_reduced, seconds in answers) < HUNG_SECONDS


def publish(draft: Experience) -> None:
    begin = time.monotonic()
    approve(draft, person(roles.OFFICE), circle=Circle.PUBLIC)
    assert time.monotonic() - begin < HUNG_SECONDS
    assert IndexJob.objects.filter(object_id=draft.pk).exists()


@pytest.fixture
def draft(site) -> Experience:
    """A second entry, not published yet; the first one is found."""
    published_experience(title=FIRST)
    site()
    eventually(lambda: is_whole(FIRST))
    return ExperienceFactory(title=SECOND)


def all_is_as_it_was() -> None:
    eventually(feed_catches_up)
    eventually(lambda: is_whole(FIRST, SECOND))
    assert differences() == []
    assert IndexJob.objects.count() == 0


@pytest.mark.parametrize("fault", faults.AWAY, ids=lambda fault: fault.__name__)
def test_people_work_on_while_the_engine_is_away(fault, draft, node, front: Front):
    with fault(node, front):
        ten_people_ask_at_once()
        publish(draft)
        assert not feed_catches_up()
        assert not IndexJob.objects.filter(attempts__gt=0).exists()  # no row is to blame
        answer = api("waschsalon")
        assert (answer["degraded"], titles(answer)) == (True, {FIRST, SECOND})
        suggested = Client().get("/suche/vorschlag/", {"q": "waschs"}).json()["suggestions"]
        assert FIRST in {one["text"] for one in suggested}
        health = Client().get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
    all_is_as_it_was()


@pytest.mark.parametrize("fault", faults.BROKEN, ids=lambda fault: fault.__name__)
def test_an_index_that_does_not_fit_is_not_asked_and_built_anew(fault, draft, node, front):
    with fault(node, front):
        ten_people_ask_at_once()
        publish(draft)
        answer = api("waschsalon")
        assert (answer["degraded"], titles(answer)) == (True, {FIRST, SECOND})
    all_is_as_it_was()


def test_a_full_disk_stops_the_feed_alone(draft, node):
    watermark = "cluster.routing.allocation.disk"
    levels = {"low": "902tb", "high": "901tb", "flood_stage": "900tb"}
    full = {f"{watermark}.watermark.{level}": free for level, free in levels.items()}
    full |= {f"{watermark}.threshold_enabled": True, "cluster.info.update.interval": "10s"}
    block = "index.blocks.read_only_allow_delete"
    ours = f"{settings.SEARCH_INDEX_PREFIX}-*"

    def is_blocked() -> bool:
        about = client.indices.get_settings(index=ours, flat_settings=True)
        return all(block in one["settings"] for one in about.values())

    with node.client() as client:
        client.cluster.put_settings(persistent=full)
        eventually(is_blocked)
        publish(draft)
        assert not feed_catches_up()
        assert not IndexJob.objects.filter(attempts__gt=0).exists()
        eventually(lambda: is_whole(FIRST))  # it may still be read
        client.cluster.put_settings(persistent=dict.fromkeys(full))
        eventually(lambda: not is_blocked())
    all_is_as_it_was()


def test_a_password_that_is_refused_is_not_tried_again_and_again(draft, node, front: Front):
    with faults.the_password_changed(node, front):
        service.engine.cache_clear()
        service.breaker.reset()
        for _ in range(5):
            assert api("waschsalon")["degraded"]
            assert Client().get("/healthz").json()["status"] == "degraded"
        with pytest.raises(EngineUnavailable):
            service.ask(lambda engine: engine.count("public"))
        assert front.requests == 1
