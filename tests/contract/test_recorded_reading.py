"""Reading: the answers are those that were recorded."""

import pytest
from django.test import Client

from cms.api.schemas import Content, Error
from cms.models import Experience
from cms.permissions import roles
from tests.factories.guide import ExperienceFactory, person

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
    "home": "/api/?include_items=false&include_expandable_elements=false",
}
ERRORS = {
    "not-found": ("GET", "/api/erfahrungen/gibt-es-nicht"),
    "bad-parameter": ("GET", "/api/erfahrungen?b_size=viele"),
    "method-not-allowed": ("POST", "/api/@site"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_answer_is_the_recorded_one(exchange, guide, name):
    exchange(name, EXAMPLES[name])


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_the_recorded_one(exchange, guide, name):
    method, path = ERRORS[name]
    Error.model_validate(exchange(name, path, method).json())


def test_search_answers_as_recorded(exchange, guide, embedded_search):
    embedded_search()
    path = "/api/@search?SearchableText=Waschsalon"
    exchange("search", f"{path}&metadata_fields:list=source_id&metadata_fields:list=kind")


def test_a_search_below_a_folder_answers_as_recorded(exchange, guide, embedded_search):
    embedded_search()
    path = "/api/projekte/thinka-musterstadt/@search?path.depth=1&sort_on=sortable_title"
    exchange("search-below", path)


def test_a_search_for_drafts_answers_as_recorded(exchange, guide, embedded_search):
    ExperienceFactory(title="Kaffee im Waschsalon", project=guide)
    published = Experience.objects.get(slug="offene-sprechstunde-im-waschsalon")
    draft = published.get_latest_revision_as_object()
    draft.title = "Sprechstunde im Waschsalon, zweimal die Woche"
    draft.save_revision()
    embedded_search()
    path = "/api/@search?SearchableText=Waschsalon&review_state:list=draft&sort_on=sortable_title"
    exchange("search-drafts", path, user=person(roles.EDITOR, guide, username="redaktion"))


def test_suggestions_are_answered_as_recorded(exchange, guide, embedded_search):
    embedded_search()
    exchange("suggest", "/api/@suggest?q=sprechst")


def test_what_did_not_change_is_not_sent_again(client, exchange, guide):
    path = "/api/impressum"
    exchange("not-modified", path, headers={"If-None-Match": client.get(path)["ETag"]})


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
