"""The API's answers are those that were recorded, and those that docs/api.md shows."""

import datetime

import pytest
from django.test import Client

from cms.api.schemas import Content, Error
from cms.models import Argument, Project
from cms.permissions import roles
from tests.contract import recorder
from tests.factories.guide import (
    InstitutionFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)

#: Name of the recording -> address.
EXAMPLES = {
    "experience": "/api/erfahrungen/offene-sprechstunde-im-waschsalon",
    "anonymous": "/api/erfahrungen/flugblaetter-bringen-niemanden"
    "?fields=title,attribution,project,parent",
    "listing": "/api/erfahrungen?b_size=1&b_start=1&metadata_fields=kind,project",
    "expand": "/api/leitfaden/oeffentlichkeitsarbeit?expand=breadcrumbs&fields=title,@components",
    "topic": "/api/leitfaden/oeffentlichkeitsarbeit",
    "project": "/api/projekte/thinka-musterstadt?metadata_fields=UID,date",
    "event": "/api/veranstaltungen/3-erfahrungsaustausch",
    "table": "/api/veranstaltungen/3-erfahrungsaustausch/tisch-1",
    "moved": "/api/leitfaden/alt/oeffentlichkeitsarbeit",
}
ERRORS = {
    "not-found": ("GET", "/api/erfahrungen/gibt-es-nicht"),
    "bad-parameter": ("GET", "/api/erfahrungen?b_size=viele"),
    "method-not-allowed": ("POST", "/api/erfahrungen"),
}
NAMES = {*EXAMPLES, *ERRORS, "search", "suggest", "not-modified"}


@pytest.fixture
def guide(db):
    """A small guide with one thing of each kind."""
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


def exchange(client, name, path, method="GET", headers=None):
    """Asks, and holds request and answer against the recording."""
    response = client.generic(method, path, headers=headers)
    recorder.check(f"{name}.req", recorder.request_text(method, path, headers or {}))
    recorder.check(f"{name}.resp", recorder.response_text(response))
    return response


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_answer_is_the_recorded_one(client, guide, name):
    exchange(client, name, EXAMPLES[name])


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_the_recorded_one(client, guide, name):
    method, path = ERRORS[name]
    Error.model_validate(exchange(client, name, path, method).json())


def test_search_answers_as_recorded(client, guide, embedded_search):
    embedded_search()
    path = "/api/@search?SearchableText=Waschsalon"
    exchange(client, "search", f"{path}&metadata_fields:list=source_id&metadata_fields:list=kind")


def test_suggestions_are_answered_as_recorded(client, guide, embedded_search):
    embedded_search()
    exchange(client, "suggest", "/api/@suggest?q=sprechst")


def test_what_did_not_change_is_not_sent_again(client, guide):
    path = "/api/impressum"
    exchange(client, "not-modified", path, headers={"If-None-Match": client.get(path)["ETag"]})


def test_every_object_keeps_the_documented_envelope(client, guide):
    insider = Client()
    insider.force_login(person(roles.OFFICE))
    seen = set()
    for reader in (client, insider):
        waiting, read = ["http://testserver/api"], set()
        while waiting:
            address = waiting.pop()
            if address in read:
                continue
            read.add(address)
            answer = reader.get(f"{address}?expand=navigation,breadcrumbs&metadata_fields=_all")
            assert answer.status_code == 200, address
            content = Content.model_validate(answer.json())
            assert content.id_ == address
            seen.add(content.type_)
            waiting += [item.id_ for item in content.items or []]
    assert seen == {
        "Home", "Guide", "Topic", "Experiences", "Experience", "Projects", "Project", "Events",
        "Event", "Table", "NewsFolder", "News", "InfoPage",
    }  # fmt: skip


def test_every_recording_is_made_by_a_test():
    assert {file.name for file in recorder.FOLDER.iterdir()} == {
        f"{name}.{end}" for name in NAMES for end in ("req", "resp")
    }


def test_the_documentation_shows_the_recordings():
    document = recorder.DOCUMENT.read_text(encoding="utf-8")
    filled = recorder.document_with_recordings(document)
    if recorder.RECORDING:
        recorder.DOCUMENT.write_text(filled, encoding="utf-8")
        document = filled
    assert document == filled, "docs/api.md is old. Write it anew: THINKA_RECORD=1 make test"
    assert recorder.names_in(document) == NAMES
