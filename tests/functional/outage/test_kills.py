"""A node that is killed at the worst moment loses nothing, and leaves nothing behind."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.management import call_command

from cms.models import IndexJob
from search import service
from search.engine import EngineUnavailable, IndexName
from search.rebuild import rebuild
from tests.factories.guide import ExperienceFactory, published_experience
from tests.functional.outage.polling import differences, eventually, feed_catches_up

pytestmark = [
    pytest.mark.nodes,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


@pytest.fixture
def all_is_well(site, node) -> Callable[[], None]:
    """What must be true once the node is there again."""

    def check() -> None:
        node.start()
        eventually(feed_catches_up)
        call_command("search_index", "verify")  # raises where something still differs
        assert differences() == []
        assert IndexJob.objects.count() == 0
        indices = service.engine().status().indices
        with node.client() as client:
            there = set(client.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*"))
        named = {name for index in indices for name in (index.concrete, index.previous) if name}
        assert there == named

    return check


@pytest.mark.parametrize("answered", [False, True], ids=["not_written", "written_but_not_told"])
def test_in_the_middle_of_a_feed(answered, site, node, front, all_is_well):
    for _ in range(5):
        published_experience()
        ExperienceFactory()
    # The public index has them already.
    bulk = f'"{settings.SEARCH_INDEX_PREFIX}-{IndexName.INTERNAL}-write"'
    front.at(bulk.encode(), node.kill, answered=answered)
    with pytest.raises(EngineUnavailable):
        site()
    assert IndexJob.objects.exists()
    all_is_well()


def test_in_the_middle_of_a_rebuild(site, node, all_is_well):
    for _ in range(5):
        published_experience()
    site()
    kills = iter([node.kill])
    with pytest.raises(EngineUnavailable):
        rebuild(service.engine(), on_progress=lambda done: next(kills, lambda: None)())
    published_experience()
    all_is_well()


@pytest.mark.parametrize("answered", [False, True], ids=["not_moved", "moved_but_not_told"])
@pytest.mark.parametrize("name", list(IndexName))
def test_in_the_middle_of_an_alias_move(name, answered, site, node, front, all_is_well):
    published_experience()
    site()
    alias = f'"{settings.SEARCH_INDEX_PREFIX}-{name}-read"'
    front.at(alias.encode(), node.kill, answered=answered)
    with pytest.raises(EngineUnavailable):
        rebuild(service.engine())
    published_experience()
    all_is_well()
