"""The facets of /suche/ and of the API: counted, chosen, taken back, also without a script."""

import re

import pytest
from django.http import QueryDict

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from search import parameters, service
from search.engine import EngineUnavailable
from tests.factories.guide import (
    ExperienceFactory,
    TargetGroupFactory,
    published_experience,
    published_outcome,
    published_supplement,
)

WORD = "Waschsalon"


@pytest.fixture
def guide(embedded_search):
    """Two experiences, one of them tried by others, a supplement and a follow-up."""
    families = TargetGroupFactory(title="Familien")
    tried = ExperienceFactory(
        title=f"Beratung im {WORD}", visibility=Circle.PUBLIC.value, date="2012-05-01"
    )
    tried.target_groups.set([families])
    tried.save_revision().publish()
    tried.refresh_from_db()
    for _ in range(2):
        published_supplement(tried, verdict="proven")
    published_supplement(tried, Circle.PROJECTS, verdict="not_proven")
    published_supplement(tried, verdict="open", text=f"<p>Wir sind noch nicht im {WORD}.</p>")
    published_experience(title=f"Fest im {WORD}", kind="neutral", date="2014-05-01")
    published_outcome(title=f"Aushang im {WORD}", kind="follow_up")
    embedded_search()


def titles(client, **asked) -> list[str]:
    answer = client.get("/suche/", {"q": f"{WORD}.", **asked})
    assert answer.status_code == 200
    return sorted(re.sub(r"</?mark>", "", row["title"]) for row in answer.context["rows"])


TRIED, FEAST, TO_DO = f"Beratung im {WORD}", f"Fest im {WORD}", f"Aushang im {WORD}"
SUPPLEMENT = f"Ergänzung zu „{TRIED}“"
TO_DO_TITLE = "Beschlüsse und Weiterverfolgungen"
NARROWED = [
    ({}, [TO_DO, TRIED, SUPPLEMENT, FEAST]),
    ({"typ": "ergaenzung"}, [SUPPLEMENT]),
    ({"typ": ["erfahrung", "beschluss"]}, [TO_DO, TRIED, FEAST]),
    ({"urteil": "bewaehrt"}, [TRIED]),
    ({"urteil": "nicht-bewaehrt"}, []),
    ({"zielgruppe": "familien"}, [TRIED]),
    ({"offen": "1", "typ": "erfahrung"}, [TRIED]),
    ({"offen": "1", "typ": "beschluss"}, [TO_DO]),
    ({"von": "2013", "bis": "2015"}, [FEAST]),
    ({"von": "2015", "bis": "2013"}, [FEAST]),
    ({"bis": "2013"}, [TRIED]),
    ({"von": "gestern", "bis": "-1", "typ": "erfahrung"}, [TRIED, FEAST]),
]


@pytest.mark.parametrize("answering", ["engine", "database"])
def test_every_choice_narrows_also_while_the_engine_is_away(guide, client, monkeypatch, answering):
    def away(*args, **kwargs):
        raise EngineUnavailable("stopped")

    if answering == "database":
        monkeypatch.setattr(service.engine(), "search", away)
    for asked, wanted in NARROWED:
        found = titles(client, **asked)
        assert found == sorted(wanted), asked


def test_a_hit_says_in_how_many_projects_it_has_proven_itself_as_far_as_one_may_see(guide, client):
    page = client.get("/suche/", {"q": TRIED}).content.decode()
    assert "bewährt in 2 Projekten, noch offen in einem Projekt" in page
    assert "nicht bewährt" not in page
    facets = client.get("/api/@search", {"SearchableText": WORD, "facets": "1"}).json()["facets"]
    tokens = {item["token"]: item["count"] for item in facets["urteil"]["items"]}
    assert tokens == {"bewaehrt": 1, "offen": 2}
    assert [item["token"] for item in facets["zielgruppe"]["items"]] == ["familien"]
    assert facets["offen"]["items"] == [{"token": "1", "title": "nur offene Fragen", "count": 3}]


def test_counts_stay_when_a_value_is_chosen_and_it_can_be_taken_back(guide, client):
    asked = {"q": f"{WORD}.", "typ": "erfahrung", "von": "2010"}
    answer = client.get("/suche/", asked)
    types = next(group for group in answer.context["facets"] if group.heading == "Was es ist")
    counts = {row["title"]: row["count"] for row in types.rows}
    assert counts == {"Erfahrungen": "2", "Ergänzungen": "1", TO_DO_TITLE: "1"}
    (chosen,) = [row for row in types.rows if row["is_chosen"]]
    assert "typ=" not in chosen["url"] and "von=2010" in chosen["url"]
    assert {row["title"] for row in answer.context["chosen"]} == {"Erfahrungen", "ab 2010"}
    page = answer.content.decode()
    assert '<input type="hidden" name="typ" value="erfahrung">' in page
    assert 'name="von" value="2010"' in page


def test_no_address_is_an_error_and_what_names_nothing_is_told(db):
    odd = "typ=x&urteil=%00&offen=2&von=99999&bis=²⁰¹³&jahr=einst&zielgruppe=1'--&seite=-1"
    asked = parameters.read(QueryDict(odd))
    assert asked.chosen == {}
    assert set(asked.unknown) == {"x", "\x00", "2", "1'--", "99999", "²⁰¹³", "einst"}
    assert asked.request.types == asked.request.verdicts == asked.request.years == ()
    assert not asked.request.only_open


def test_what_the_api_calls_a_type_is_one_of_ours_or_finds_nothing(guide, client):
    def types(**asked) -> set[str]:
        answer = client.get("/api/@search", {"SearchableText": f"{WORD}.", **asked})
        return {item["@type"] for item in answer.json()["items"]}

    assert types() == {"Experience", "Supplement", "Outcome"}
    assert types(portal_type="Supplement") == types(typ="ergaenzung") == {"Supplement"}
    assert types(portal_type="Folder") == set()
    assert {one.value for one in ObjectType} - {"comment"} == set(parameters.TYPE_TERMS)
