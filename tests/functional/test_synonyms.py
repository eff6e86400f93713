"""The office keeps synonyms in the admin; the search knows them within seconds."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cms.domain.redaction import Wording
from cms.models import AuditEvent, SearchSynonym
from cms.permissions import roles
from cms.services.redact import redact
from search import synonyms
from tests.factories.guide import ProjectFactory, person, published_experience

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = person(roles.OFFICE)
    client.force_login(user)
    return user


@pytest.fixture
def entry(embedded_search):
    entry = published_experience(title="Tauschbörse der Nachbarinnen")
    embedded_search()
    return entry


def finds(client, text: str, entry) -> bool:
    return entry.get_absolute_url() in client.get("/suche/", {"q": text}).content.decode()


def finds_soon(client, text: str, entry, wanted: bool = True) -> bool:
    deadline = time.monotonic() + 30
    while finds(client, text, entry) is not wanted:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_line_added_changed_and_deleted_in_the_admin_holds_within_seconds(
    client, office, entry, monkeypatch
):
    monkeypatch.setattr(synonyms, "FRESH_SECONDS", 0.2)
    assert not finds(client, "QRX", entry)
    values = {"term": " QRX ", "meanings": "Ringtausch,\n\nTauschbörse ", "both_ways": "on"}
    answer = client.post(reverse("guide_synonyms:add"), values, follow=True)
    assert "Wer „QRX“ sucht, findet auch „Ringtausch“, „Tauschbörse“" in answer.content.decode()
    line = SearchSynonym.objects.get(term="QRX")
    assert finds_soon(client, "die QRXs", entry)

    values |= {"meanings": "Ringtausch"}
    client.post(reverse("guide_synonyms:edit", args=[line.pk]), values)
    assert finds_soon(client, "qrx", entry, wanted=False)

    client.post(reverse("guide_synonyms:delete", args=[line.pk]))
    assert not SearchSynonym.objects.filter(term="QRX").exists()
    actions = AuditEvent.objects.filter(object_type="searchsynonym").order_by("pk")
    assert [(event.action, event.actor_id) for event in actions] == [
        ("synonym.added", office.pk),
        ("synonym.changed", office.pk),
        ("synonym.deleted", office.pk),
    ]
    log = client.get(reverse("guide_audit_log")).content.decode()
    assert f"{office} hat der Suche ein Synonym gegeben" in log


def test_what_a_synonym_finds_is_marked(client, entry):
    SearchSynonym.objects.create(term="QRX", meanings="Tauschbörse")
    page = client.get("/suche/?q=QRX").content.decode()
    assert "<mark>Tauschbörse</mark> der Nachbarinnen" in page


def test_the_list_begins_with_abbreviations_of_the_field():
    lines = {line.term: line for line in SearchSynonym.objects.all()}
    assert {"GWA", "LAP", "TIZIAN", "Jobcenter"} <= lines.keys()
    for line in lines.values():
        line.full_clean()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"term": "gwa", "meanings": "etwas"}, "steht schon in der Liste"),
        ({"term": "?!", "meanings": "etwas"}, "„?!“ ist kein Wort"),
        ({"term": "QRX", "meanings": " \n "}, "muss ausgefüllt werden"),
        ({"term": "QRX", "meanings": ", ;"}, "„, ;“ ist kein Wort"),
        ({"term": "QRX", "meanings": "qrx"}, "muss hier nicht noch einmal stehen"),
        ({"term": "QRX", "meanings": "wort " * 11}, "ist zu lang"),
        ({"term": "QRX", "meanings": "\n".join(map(str, range(21)))}, "Höchstens 20 Zeilen"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_german(client, office, values, message):
    answer = client.post(reverse("guide_synonyms:add"), values)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not SearchSynonym.objects.filter(term="QRX").exists()


def test_only_the_office_keeps_the_list(client):
    client.force_login(person(roles.LEAD, ProjectFactory()))
    for name in ("list", "add"):
        answer = client.get(reverse(f"guide_synonyms:{name}"))
        assert (answer.status_code, answer.url) == (302, reverse("wagtailadmin_home"))


def test_a_name_that_is_removed_everywhere_is_removed_from_the_list_too(office):
    line = SearchSynonym(term="Musterfrau", meanings="Beratung bei Erika Musterfrau")
    line.full_clean()
    line.save()
    wording = Wording.from_lines("Musterfrau", whole_words=True)
    redact(wording, office, "Bitte der Person")
    line.refresh_from_db()
    assert "Musterfrau" not in line.term + line.meanings


def test_a_line_is_one_word_or_a_few():
    with pytest.raises(ValidationError):
        SearchSynonym(term="", meanings="x").full_clean()
