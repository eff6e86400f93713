"""One act removes a person or a passage from everywhere, and tells that it did."""

import contextlib
import json

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ModelLogEntry, Page

from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.redaction import Wording
from cms.models import (
    Argument,
    AuditEvent,
    Comment,
    Experience,
    ExperienceSource,
    IndexJob,
    MinutesImport,
    Outcome,
    Publication,
    Redaction,
    Supplement,
)
from cms.permissions import roles
from cms.services.audit import record
from cms.services.create_experience import create_experience
from cms.services.find_wording import LEFT_ALONE
from cms.services.redact import preview, redact
from cms.services.review import approve, return_entry
from cms.services.submit import submit
from search.models import LearntWord, WordSighting
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)

pytestmark = pytest.mark.django_db(transaction=False)

#: A name that stands nowhere else.
NAME = "Quandtmeier"
WORDING = Wording.from_lines(f"Ottilie {NAME}\n{NAME}", whole_words=True)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def change(entry, user, **fields):
    new = type(entry).objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    new.save_revision(user=user, log_action=True)


@pytest.fixture
def everywhere(office, media):
    """The name in every corner that a guide has."""
    project = ProjectFactory()
    editor = person(roles.EDITOR, project)
    event = event_page(f"Treffen bei {NAME}", notes=f"<p>Frau {NAME} war da.</p>")
    table = table_page(event, f"Tisch von Ottilie {NAME}")
    table.moderators.create(name=f"Ottilie {NAME}", organisation="Verein")
    table.save_revision().publish()
    news_page(f"{NAME} geht", teaser=f"Alles Gute, {NAME}!")
    entry = create_experience(editor, project, f"Gespräch mit Ottilie {NAME}")
    submit(entry, editor)
    return_entry(entry, office, f"Bitte ohne {NAME}.")
    change(entry, editor, body=f"<p>Ottilie <b>{NAME}</b>s Hund</p>")
    submit(entry, editor)
    approve(entry, office, circle="public", note=f"Danke, {NAME}")
    change(entry, editor, title="Gespräch im Hof", lesson="Geduld")
    submit(entry, editor)
    approve(entry, office)
    Argument.objects.create(experience=entry, side="pro", text=f"{NAME} mag es")
    ExperienceSource.objects.create(
        experience=entry, table=table, event=event, text=f"{NAME} sagte", import_key="x1"
    )
    supplement = Supplement.objects.create(
        experience=entry, project=project, text=f"<p>Auch bei uns war {NAME}.</p>"
    )
    supplement.save_revision(user=editor, log_action=True)
    Outcome.objects.create(
        title=f"{NAME} anrufen", responsible=NAME, project=project
    ).save_revision()
    MinutesImport.objects.create(
        file_name=f"Protokoll_{NAME}.docx", plan={"rows": [{"text": NAME}]}, report={NAME: 1}
    )
    Comment.objects.create(
        entry=entry, author=editor, text=f"{NAME}?", quote=NAME, revision=entry.latest_revision
    )
    Redirect.objects.create(old_path=f"/gespraech-{NAME.lower()}", redirect_link="/")
    IndexJob.objects.create(object_type="experience", object_id=entry.pk, error=f"bad {NAME}")
    documents = get_document_model()
    for title, name, content in (
        ("Brief", "brief.txt", f"Liebe Frau {NAME}"),
        (f"Für {NAME}", f"an-{NAME.lower()}.txt", "Nichts Besonderes"),
    ):
        documents.objects.create(title=title, file=ContentFile(content.encode(), name=name))
    get_image_model().objects.create(
        title=f"Foto {NAME}", file=get_test_image_file(filename=f"{NAME}.png")
    )
    return entry


def dump() -> str:
    """Every text of the whole database, whatever table it stands in."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str):
                        with contextlib.suppress(ValueError):
                            value = json.dumps(json.loads(value), ensure_ascii=False)
                        lines.append(f"{table}: {value}")
    return "\n".join(lines)


def lines_with(name: str) -> list[str]:
    return [line for line in dump().splitlines() if name.casefold() in line.casefold()]


def files_with(folder, name: str) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and (name.casefold() in path.name.casefold() or name.encode() in path.read_bytes())
    ]


def test_after_the_act_the_name_stands_nowhere(
    everywhere, office, media, django_capture_on_commit_callbacks
):
    assert len(lines_with(NAME)) > 20 and len(files_with(media, NAME)) == 3
    found = preview(WORDING, office)
    letter = get_document_model().objects.get(title="Brief")
    assert [file.document for file in found.files] == [letter]
    with django_capture_on_commit_callbacks(execute=True):
        redaction = redact(
            WORDING,
            office,
            f"Frau {NAME} hat darum gebeten.",
            expected=found.count,
            document_ids=frozenset({letter.pk}),
        )
    assert lines_with(NAME) == []
    assert files_with(media, NAME) == []
    assert redaction.reason == "Frau [entfernt] hat darum gebeten."
    assert redaction.place_count == found.count


def test_it_leaves_a_tombstone_and_the_rest(everywhere, office, client):
    before = Publication.objects.of(everywhere).count()
    redaction = redact(WORDING, office, "Einwilligung zurückgezogen")
    entry = Experience.objects.get(pk=everywhere.pk)
    assert (entry.title, entry.lesson, entry.live) == ("Gespräch im Hof", "Geduld", True)
    assert "[entfernt]" in entry.revisions.order_by("pk").first().content["title"]
    assert Publication.objects.of(entry).count() == before
    assert list(Redaction.objects.of(entry)) == [redaction]
    assert redaction.places.filter(revision__in=entry.revisions.all()).exists()
    assert ModelLogEntry.objects.filter(action="cms.redact", object_id=str(entry.pk)).exists()
    event = AuditEvent.objects.get(action="content.redacted")
    assert NAME not in json.dumps([event.data, event.personal])
    # The address told the name; it has another one, and the page is there.
    assert NAME.lower() not in entry.slug
    assert client.get(entry.get_absolute_url()).status_code == 200
    history = client.get(entry.get_absolute_url()).content.decode()
    assert "etwas entfernt" in history


def test_both_indices_forget(everywhere, office, client, embedded_search):
    def found() -> bool:
        embedded_search()
        client.force_login(office)  # the internal index
        inside = client.get("/suche/", {"q": NAME}).content.decode()
        client.logout()
        outside = client.get("/suche/", {"q": NAME}).content.decode()
        return "Gespräch im Hof" in inside or "Gespräch im Hof" in outside

    assert found()
    IndexJob.objects.all().delete()
    redact(WORDING, office, "Einwilligung zurückgezogen")
    told = set(IndexJob.objects.values_list("object_type", flat=True))
    assert {"experience", "event", "table", "news", "outcome"} <= told
    assert not found()


def test_pages_below_a_renamed_one_are_found(everywhere, office, client):
    redact(WORDING, office, "Einwilligung zurückgezogen")
    for page in Page.objects.filter(depth__gte=4):
        assert NAME.lower() not in page.url_path
        assert page.url_path.startswith(page.get_parent().url_path)
        assert client.get(page.url).status_code == 200


def test_a_redaction_reaches_the_names_in_the_audit_log(everywhere, office, audit_guarded):
    named = person(roles.EDITOR, ProjectFactory(), username=f"Ottilie {NAME}")
    record("role.granted", by=named, obj=everywhere.project, personal={"holder": "Erika"})
    event = AuditEvent.objects.get(personal__holder="Erika")
    assert [place.excerpt for place in preview(WORDING, office).places if place.pk == event.pk]
    redact(WORDING, office, "Einwilligung zurückgezogen")
    event.refresh_from_db()
    assert (event.personal, event.actor_id) == ({}, named.pk)
    assert not [told for told in AuditEvent.objects.all() if NAME in json.dumps(told.personal)]


def test_redirects_of_other_pages_stay(office):
    page = event_page("Jena")
    kept = {"/jenaplan", "/veranstaltungen/jenaplan"}
    for path in (*kept, page.url.rstrip("/"), f"{page.url}tisch"):
        Redirect.objects.create(old_path=path, redirect_link="/")
    redact(Wording.from_lines("Jena", whole_words=True), office, "Auf Wunsch")
    page.refresh_from_db()
    assert page.slug != "jena"
    left = set(Redirect.objects.values_list("old_path", flat=True))
    assert kept <= left
    assert not any("/jena/" in f"{path}/" for path in left)


def test_a_passage_goes_from_every_version_of_its_entry(office):
    entry = ExperienceFactory(body="<p>Er wohnt in der <i>Kellerstraße 3</i>, links.</p>")
    entry.body = "<p>Wohnt in der Kellerstraße 3.</p>"
    entry.save_revision()
    wording = Wording.from_lines("in der Kellerstraße 3", whole_words=False)
    assert preview(wording, office).count == 3
    redact(wording, office, "Macht jemanden erkennbar")
    assert lines_with("Kellerstraße") == []


def test_a_passage_that_is_the_title_goes_out_of_the_address(office, client):
    entry = published_experience(title="Herr A. trinkt im Keller")
    wording = Wording.from_lines("Herr A. trinkt im Keller", whole_words=False)
    redact(wording, office, "Macht jemanden erkennbar")
    entry.refresh_from_db()
    assert "keller" not in entry.slug and lines_with("trinkt") == []
    assert client.get(entry.get_absolute_url()).status_code == 200


def test_only_the_office_removes(everywhere):
    for user in (
        person(roles.REVIEWER, everywhere.project),
        person(roles.LEAD, everywhere.project),
        person(roles.PARTNER),
    ):
        with pytest.raises(NotAllowedError):
            preview(WORDING, user)
        with pytest.raises(NotAllowedError):
            redact(WORDING, user, "Darf ich nicht")
    assert lines_with(NAME)


def test_nothing_is_removed_without_a_reason_or_if_the_places_have_changed(everywhere, office):
    before = len(lines_with(NAME))
    with pytest.raises(RuleError, match="warum"):
        redact(WORDING, office, "  ")
    with pytest.raises(RuleError, match="mehr oder weniger"):
        redact(WORDING, office, "Darum", expected=1)
    with pytest.raises(RuleError, match="Buchstaben"):
        redact(Wording.from_lines("ab", whole_words=True), office, "Darum")
    assert len(lines_with(NAME)) == before
    assert not Redaction.objects.exists()


def test_what_is_left_alone_is_there():
    """The list would go stale unseen: a label that no model has leaves nothing alone."""
    known = {model._meta.label for model in apps.get_models()}
    ours = {label for label in LEFT_ALONE if not label.startswith("wagtailsearch.")}
    assert ours <= known


def test_the_screen_shows_first_and_removes_then(everywhere, office, client):
    client.force_login(office)
    url = reverse("guide_redaction")
    data = {"kind": "person", "texts": f"Ottilie {NAME}\n{NAME}", "reason": "Auf Wunsch"}
    page = client.post(url, {**data, "action": "preview"})
    content = page.content.decode()
    assert "Brief" in content and f"Ottilie {NAME}" in content
    assert lines_with(NAME), "looking changes nothing"
    expected = page.context_data["found"].count
    letter = get_document_model().objects.get(title="Brief").pk
    act = {**data, "action": "redact", "expected": expected, "document": [letter, "9" * 30, "x"]}
    page = client.post(url, act, follow=True).content.decode()
    assert f"An {expected} Stellen entfernt" in page and "Auf Wunsch" in page
    assert NAME not in page
    assert not get_document_model().objects.filter(pk=letter).exists()


def test_the_screen_is_the_offices(everywhere, client):
    data = {"kind": "person", "texts": NAME, "reason": "Auf Wunsch", "action": "redact"}
    for user in (person(roles.REVIEWER, everywhere.project), person(roles.PARTNER)):
        client.force_login(user)
        for response in (
            client.get(reverse("guide_redaction")),
            client.post(reverse("guide_redaction"), data),
        ):
            assert response.status_code == 302
    assert lines_with(NAME)


def test_names_that_the_search_has_learnt_are_removed_and_forgotten(embedded_search, office):
    """Two variants in one text are two sightings of it."""
    text = "<p>Dort half die Quasbacha allen, und so blieb Zwerlinda gern mit Quasbacha.</p>"
    for _number in range(3):
        published_experience(title="Ein Treffen", body=text)
    embedded_search()
    assert set(LearntWord.objects.values_list("word", flat=True)) == {"quasbacha", "zwerlinda"}
    redact(Wording.from_lines("Zwerlinda\nQuasbacha", whole_words=True), office, "Wunsch")
    embedded_search()
    assert not WordSighting.objects.exists()
    assert not LearntWord.objects.exists()
