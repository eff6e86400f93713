"""What the tests of all rooms record with."""

import datetime
import json

import pytest
from django.http import HttpResponse
from django.test import Client

from cms.models import Argument, Project
from tests.contract import recorder
from tests.factories.guide import (
    PASSWORD,
    InstitutionFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)


@pytest.fixture
def exchange(request):
    """Asks, and holds request and answer against the recording ``<room>/<name>``.

    ``exchange(name, path, method="GET", data=None, headers=None, user=None)``: ``data`` is sent
    as JSON, ``user`` is signed in. The room is that of the test's file.
    """
    room = request.module.__name__.rpartition("test_recorded_")[2]

    def ask(name, path, method="GET", data=None, headers=None, user=None) -> HttpResponse:
        sent = {**_credentials(user), **(headers or {})}
        response = Client().generic(
            method,
            path,
            "" if data is None else json.dumps(data),
            content_type="application/json" if data is not None else "",
            headers={"Accept": "application/json", **sent},
        )
        texts = recorder.exchange_texts(method, path, sent, data, response)
        for end, text in zip(("req", "resp"), texts, strict=True):
            recorder.check(f"{room}/{name}.{end}", text)
        return response

    return ask


def _credentials(user) -> dict[str, str]:
    """The header of somebody whom UserFactory made; none for nobody."""
    if user is None:
        return {}
    sent = {"login": user.username, "password": PASSWORD}
    answer = Client().post("/api/@login", sent, content_type="application/json")
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture
def guide(db):
    """A small guide with one thing of each kind; the project whose entries it holds."""
    project = ProjectFactory(
        title="ThINKA Musterstadt",
        carrier="Verein Musterstadt e. V.",
        start=datetime.date(2024, 1, 1),
    )
    LocationFactory(
        project=project, street="Lindenweg 3", postcode="99999", languages="Deutsch, Arabisch",
        opening_hours="Mo 9–12 Uhr", telephone="03600 000000",
    )  # fmt: skip
    topic = TopicFactory(
        title="Öffentlichkeitsarbeit", introduction="Wie Menschen von uns erfahren."
    )
    event = event_page(
        "3. Erfahrungsaustausch", slug="3-erfahrungsaustausch", number=3, place="Musterstadt",
        date=datetime.date(2026, 3, 2), introduction="<p>Zwei Tische, ein Plenum.</p>",
    )  # fmt: skip
    table = table_page(
        event, "Tisch 1", number=1, summary="<p>Mundpropaganda trägt am weitesten.</p>"
    )
    table.topics.set([topic])
    table.save()
    experience = published_experience(
        title="Offene Sprechstunde im Waschsalon", kind="discussion", project=project, table=table,
        topics=[topic], date=datetime.date(2026, 2, 1), source_id="musterstadt-1",
        body="<p>Während die Maschine läuft, ist Zeit zum Reden.</p>",
        lesson="Den Betreiber früh fragen.",
    )  # fmt: skip
    experience.institutions.set([InstitutionFactory(title="Wohnungsunternehmen")])
    experience.save()
    Argument.objects.create(experience=experience, side="pro", text="Das spart Wege.")
    published_supplement(
        experience, verdict="proven", text="<p>Bei uns im Friseursalon.</p>",
        project=ProjectFactory(title="ThINKA Nebenort"),
    )  # fmt: skip
    published_experience(
        title="Flugblätter bringen niemanden", kind="bad", project=project, attribution="anonymous"
    )
    published_outcome(title="Wir legen Karten im Jobcenter aus", project=Project.objects.office(),
                      table=table)  # fmt: skip
    news_page("Neues Büro", project=project, teaser="Wir ziehen um.")
    return project
