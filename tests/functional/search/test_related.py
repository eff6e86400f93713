"""Related experiences on a page, and the warning while somebody writes."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS
from cms.permissions import policies, roles
from cms.services.withdraw import withdraw
from search import related, service
from search.engine import EngineUnavailable
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def site(fed):
    """An experience, others like it, and one that is not; by name."""
    topic = TopicFactory(title="Sprechstunden")
    project = ProjectFactory(title="Weststadt")
    made = {
        "entry": published_experience(
            title="Sprechstunde im Waschsalon",
            lesson="Wer wartet, redet gern.",
            topics=[topic],
            project=project,
        ),
        "text": published_experience(title="Sprechstunden in Waschsalons kommen an"),
        "topic": published_experience(title="Büro mit Kaffee", topics=[topic]),
        "both": published_experience(title="Die Sprechstunde am Waschsalon", topics=[topic]),
        "inner": published_experience(
            Circle.PROJECTS, title="Sprechstunde im Waschsalon intern", topics=[topic]
        ),
        "other": published_experience(title="Fußball am Abend"),
    }
    draft = ExperienceFactory(title="Sprechstunde im Waschsalon neu", project=project)
    draft.topics.set([topic])
    draft.save_revision()
    made["draft"] = draft
    fed()
    return made


def reasons(entry, reader=ANONYMOUS) -> dict[int, str]:
    return {one.entry.pk: one.reason for one in related.related(entry.pk, reader)[1]}


def away(body, reader):
    raise EngineUnavailable("stopped")


def test_related_are_those_of_the_topic_and_of_like_words_each_with_its_reason(site):
    assert reasons(site["entry"]) == {
        site["both"].pk: "gleiches Thema: Sprechstunden, ähnlicher Text",
        site["text"].pk: "ähnlicher Text",
        site["topic"].pk: "gleiches Thema: Sprechstunden",
    }


def test_related_are_only_what_the_reader_may_read(site):
    member = policies.reader_for(person(roles.EDITOR, ProjectFactory()))
    office = policies.reader_for(person(roles.OFFICE))
    assert site["inner"].pk not in reasons(site["entry"])
    assert site["inner"].pk in reasons(site["entry"], member)
    assert site["draft"].pk not in reasons(site["entry"], office)
    assert related.related(site["inner"].pk, ANONYMOUS) == (None, [])
    assert related.related(site["draft"].pk, office) == (None, [])


def test_what_is_withdrawn_is_related_no_longer_although_the_list_is_kept(site):
    assert site["both"].pk in reasons(site["entry"])
    withdraw(site["both"], person(roles.OFFICE))
    assert site["both"].pk not in reasons(site["entry"])


def test_the_list_is_kept_until_the_entry_is_published_again(site, fed, monkeypatch):
    before = reasons(site["entry"])
    with monkeypatch.context() as patched:
        patched.setattr(service.engine(), "hits", away)
        assert reasons(site["entry"]) == before
    service.breaker.reset()
    site["entry"].title = "Fußball"
    site["entry"].topics.set([])
    site["entry"].lesson = ""
    site["entry"].save_revision().publish()
    assert set(reasons(site["entry"])) == {site["other"].pk}


def test_nothing_is_related_while_the_engine_is_away_and_that_is_not_kept(site, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(service.engine(), "hits", away)
        assert reasons(site["entry"]) == {}
    service.breaker.reset()
    assert reasons(site["entry"])


def test_the_page_of_an_experience_leads_to_what_is_like_it(site, client):
    page = client.get(site["entry"].get_absolute_url()).content.decode()
    address = f"/suche/aehnlich/{site['entry'].pk}/"
    assert f'href="{address}"' in page
    assert f'data-part="{address}?teil=1"' in page
    whole, part = client.get(address), client.get(address, {"teil": "1"})
    assert "<h1>Ähnliche Erfahrungen</h1>" in whole.content.decode()
    assert "<h1>" not in part.content.decode()
    for answer in (whole, part):
        assert site["text"].get_absolute_url() in answer.content.decode()
        assert "intern" not in answer.content.decode()
    assert client.get(f"/suche/aehnlich/{site['inner'].pk}/").status_code == 404
    assert client.get(f"/suche/aehnlich/{site['draft'].pk}/?teil=1").status_code == 404
    lonely = published_experience(title="Ganz allein")
    assert client.get(f"/suche/aehnlich/{lonely.pk}/?teil=1").content.strip() == b""


# --- while somebody writes ------------------------------------------------------------------


def warned(client, title, **more) -> dict[str, dict]:
    answer = client.post("/suche/aehnlich/", {"title": title, **more})
    assert answer.status_code == 200
    return {entry["title"]: entry for entry in answer.json()["entries"]}


def test_a_writer_is_told_of_what_they_may_see(site, client):
    foreign = person(roles.EDITOR, ProjectFactory())
    client.force_login(foreign)
    rows = warned(client, "Unsere Sprechstunde in einem Waschsalon")
    assert {title for title in rows if "Waschsalon" in title} == {
        "Sprechstunde im Waschsalon",
        "Sprechstunden in Waschsalons kommen an",
        "Die Sprechstunde am Waschsalon",
        "Sprechstunde im Waschsalon intern",
    }
    assert rows["Sprechstunde im Waschsalon"] == {
        "title": "Sprechstunde im Waschsalon",
        "url": site["entry"].get_absolute_url(),
        "facts": "Weststadt",
        "supplement_url": site["entry"].get_absolute_url() + "ergaenzen/",
    }


def test_a_writer_is_told_of_drafts_of_their_own_project(site, client):
    client.force_login(person(roles.EDITOR, site["draft"].project))
    rows = warned(client, "Sprechstunde im Waschsalon")
    assert rows["Sprechstunde im Waschsalon neu"]["facts"] == "Weststadt · Entwurf"
    # To one's own experience nothing is added: it is written further.
    assert "supplement_url" not in rows["Sprechstunde im Waschsalon"]
    itself = warned(client, "Sprechstunde im Waschsalon", entry=site["draft"].pk)
    assert "Sprechstunde im Waschsalon neu" not in itself


def test_the_project_of_an_unnamed_experience_is_not_told(site, client, fed):
    hidden = ProjectFactory(title="Nordstadt")
    published_experience(title="Beete im Innenhof", project=hidden, attribution="anonymous")
    fed()
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    assert warned(client, "Beete im Innenhof")["Beete im Innenhof"]["facts"] == "ein Projekt"


def test_what_is_not_alike_is_no_reason_to_warn(site, client):
    client.force_login(person(roles.OFFICE))
    for title in ("", "Fest", "Ein Fest am Rathaus", "Sprechstunde", "\x00", "x" * 9_999, "???"):
        assert warned(client, title, text="x" * 9_999, entry="x") == {}, title


def test_nobody_else_is_told_anything(site, client):
    for user in (None, person(), person(roles.PARTNER)):
        if user:
            client.force_login(user)
        answer = client.post("/suche/aehnlich/", {"title": "Sprechstunde im Waschsalon"})
        assert answer.status_code == 403
        assert answer.content == b""
    assert client.get("/suche/aehnlich/").status_code == 405


def test_the_warning_is_silent_while_the_engine_is_away(site, client, monkeypatch):
    monkeypatch.setattr(service.engine(), "hits", away)
    client.force_login(person(roles.OFFICE))
    assert warned(client, "Sprechstunde im Waschsalon") == {}


def test_the_forms_ask_for_it(db, client):
    client.force_login(person(roles.EDITOR, ProjectFactory()))
    for address in ("/intern/", "/admin/", reverse("guide_experiences:add")):
        page = client.get(address).content.decode()
        assert 'data-similar="/suche/aehnlich/"' in page, address
        assert "cms/similar.js" in page, address
