"""Feeds: as recorded, and as docs/api/feeds.md shows them."""

import datetime

import pytest

from cms.models import Experience
from tests.factories.guide import ProjectFactory, TopicFactory, published_experience


@pytest.fixture
def entry(db):
    topic = TopicFactory(title="Öffentlichkeitsarbeit")
    found = published_experience(
        title="Offene Sprechstunde im Waschsalon",
        body="<p>Während die Maschine läuft, ist Zeit zum Reden.</p>",
        project=ProjectFactory(title="ThINKA Musterstadt"),
        topics=[topic],
    )
    moment = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    Experience.objects.update(first_published_at=moment, last_published_at=moment)
    return found


def test_the_json_feed_is_as_recorded(exchange, entry):
    exchange("json", "/feeds/thema/oeffentlichkeitsarbeit.json")


def test_the_atom_feed_is_as_recorded(exchange, entry):
    exchange("atom", "/feeds/neu.atom")
