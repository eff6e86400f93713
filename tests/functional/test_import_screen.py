"""The import screen: upload, preview, creation, report, and who may use it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.admin.minutes import creation
from cms.domain.import_plan import Plan
from cms.formats.reader import MAX_BYTES
from cms.models import ExchangeEventPage, Experience, MinutesImport, Outcome, TablePage
from cms.permissions import roles
from tests.factories.guide import ExperienceFactory, ProjectFactory, person
from tests.functional.api_client import signed_in
from tests.functional.test_import_minutes import MARKDOWN, SMALL, WORD

pytestmark = pytest.mark.django_db

INDEX = "/admin/protokolle/"


@pytest.fixture
def office() -> Client:
    return signed_in(person(roles.OFFICE))


def upload(client: Client, data: bytes = SMALL.encode(), name: str = "protokoll.md"):
    return client.post(INDEX, {"file": SimpleUploadedFile(name, data)})


@pytest.fixture
def preview(office) -> MinutesImport:
    """An import of the small minutes, waiting for the office."""
    response = upload(office)
    minutes_import = MinutesImport.objects.get()
    assert response.url == f"{INDEX}{minutes_import.pk}/"
    return minutes_import


def change(client: Client, minutes_import: MinutesImport, row: str, op: str, **data):
    """Posts one change as the plain form does; the plan afterwards."""
    address = reverse("guide_minutes_change", args=[minutes_import.pk])
    response = client.post(address, {"row": row, "op": op, **data}, follow=True)
    assert response.status_code == 200
    minutes_import.refresh_from_db()
    return Plan.from_json(minutes_import.plan), response.content.decode()


def post_json(client: Client, name: str, minutes_import: MinutesImport, **data):
    """Posts as the page's script does."""
    address = reverse(name, args=[minutes_import.pk])
    return client.post(address, data, headers={"Accept": "application/json"})


# --- upload --------------------------------------------------------------------------------------


def test_an_upload_creates_a_preview_and_nothing_else(office, preview):
    assert (preview.status, preview.file_name) == ("preview", "protokoll.md")
    page = office.get(f"{INDEX}{preview.pk}/").content.decode()
    for text in ("Tisch 1:", "Feste", "Einladung von Hand", "3 gut", "1 Diskussion", "5 Entwürfe"):
        assert text in page
    assert 'value="2015-05-03"' in page
    assert Experience.objects.count() + ExchangeEventPage.objects.count() == 0


def test_a_preview_can_be_left_and_opened_again(office, preview):
    change(office, preview, "1-2", "leave_out")
    page = office.get(INDEX).content.decode()
    assert f'href="{INDEX}{preview.pk}/"' in page
    assert "wird weggelassen" in office.get(f"{INDEX}{preview.pk}/").content.decode()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "leer.md", "Die Datei ist leer"),
        (b"Text ohne Tisch", "text.md", "kein Tisch"),
        (WORD.read_bytes()[:20_000], "kaputt.docx", "bitte"),
        (b"x" * (MAX_BYTES + 1), "riesig.md", "zu groß"),
    ],
    ids=["empty", "no table", "truncated", "too big"],
)
def test_bad_files_are_refused_in_one_sentence(office, data, name, sentence):
    response = upload(office, data, name)
    assert response.status_code == 200
    errors = response.context["form"].errors["file"]
    assert len(errors) == 1
    assert sentence in errors[0]
    assert MinutesImport.objects.count() == 0


def test_a_post_without_a_file_asks_for_one(office):
    page = office.post(INDEX).content.decode()
    assert "Bitte wählen Sie eine Datei aus." in page


def test_comments_tracked_changes_and_losses_are_shown(office):
    upload(office, WORD.read_bytes(), WORD.name)
    page = office.get(f"{INDEX}{MinutesImport.objects.get().pk}/").content.decode()
    for heading in ("Kommentare in der Datei", "Nachverfolgte Änderungen", "Nicht verstanden"):
        assert heading in page
    assert "Bitte in Suhl nachfragen" in page


# --- changes -------------------------------------------------------------------------------------


def test_kind_and_project_are_set_together(office, preview):
    project = ProjectFactory()
    plan, page = change(office, preview, "1-1", "set", kind="bad", project=str(project.pk))
    assert (plan.row("1-1").kind, plan.row("1-1").project_id) == ("bad", project.pk)
    assert "2 gut" in page
    assert "1 schlecht" in page
    assert f'<option value="{project.pk}" selected>' in page
    plan, _page = change(office, preview, "1-1", "set", kind="bad", project="")
    assert plan.row("1-1").project_id is None


def test_rows_are_joined_and_split(office, preview):
    plan, _page = change(office, preview, "1-2", "previous")
    assert "Einladung von Hand" in plan.row("1-1").text
    offset = plan.row("1-1").text.index("Einladung")
    plan, page = change(office, preview, "1-1", f"split:text:{offset}")
    assert plan.row("1-1.2").text == "Einladung von Hand"
    assert 'id="row-1-1.2"' in page


def test_a_row_is_left_out_and_taken_in_again(office, preview):
    plan, _page = change(office, preview, "1-1", "leave_out")
    assert plan.row("1-1").action == "leave_out"
    plan, _page = change(office, preview, "1-1", "take_in")
    assert plan.row("1-1").action == "create"


def test_the_look_alike_is_joined_with_one_click(office):
    existing = ExperienceFactory(title="Einladung schreiben von Hand")
    upload(office)
    minutes_import = MinutesImport.objects.get()
    page = office.get(f"{INDEX}{minutes_import.pk}/").content.decode()
    assert f'value="join:entry:{existing.pk}"' in page
    plan, page = change(office, minutes_import, "1-2", f"join:entry:{existing.pk}")
    assert plan.row("1-2").join_to == f"entry:{existing.pk}"
    assert "zusammengeführt mit „Einladung schreiben von Hand“" in page


def test_a_place_in_the_text_gives_the_row_to_its_project_with_one_click(office):
    project = ProjectFactory(title="Projekt Musterdorf", other_names="Musterdorf")
    upload(office, SMALL.replace("Hoffest", "Hoffest in Musterdorf").encode())
    minutes_import = MinutesImport.objects.get()
    page = office.get(f"{INDEX}{minutes_import.pk}/").content.decode()
    assert "Ort „Musterdorf“ steht im Text" in page
    plan, _page = change(office, minutes_import, "1-1", f"project:{project.pk}")
    assert plan.row("1-1").project_id == project.pk


def test_the_event_can_be_corrected_and_stays_the_same_event(office, preview):
    key = preview.plan["key"]
    data = {"title": "Großes Treffen", "date": "2015-06-04", "place": "Musterdorf"}
    plan, _page = change(office, preview, "", "event", **data)
    assert (plan.title, plan.date.isoformat(), plan.place) == tuple(data.values())
    assert plan.key == key


@pytest.mark.parametrize(
    ("row", "op", "data"),
    [
        ("9-9", "leave_out", {}),
        ("1-1", "anything", {}),
        ("1-1", "previous", {}),
        ("1-1", "split:text:0", {}),
        ("1-1", "join:row:1-1", {}),
        ("1-1", "set", {"kind": "x", "project": ""}),
        ("1-1", "set", {"kind": "bad", "project": "99999"}),
        ("1-1", "set", {"kind": "bad", "project": "abc"}),
        ("", "event", {"title": " ", "date": ""}),
        ("", "event", {"title": "A", "date": "2015-02-31"}),
        ("", "event", {"title": "A", "date": "gestern"}),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(office, preview, row, op, data):
    before = preview.plan
    _plan, page = change(office, preview, row, op, **data)
    assert preview.plan == before
    answer = post_json(office, "guide_minutes_change", preview, row=row, op=op, **data).json()
    assert answer["error"].endswith(".")
    assert answer["error"] in page
    assert answer["tables"] == {}


def test_the_script_gets_the_tables_that_changed(office):
    upload(office, MARKDOWN.read_bytes(), MARKDOWN.name)
    minutes_import = MinutesImport.objects.get()
    answer = post_json(
        office, "guide_minutes_change", minutes_import, row="2-1", op="leave_out"
    ).json()
    assert list(answer["tables"]) == ["1"]
    assert "wird weggelassen" in answer["tables"]["1"]
    assert "1 weggelassen" in answer["summary"]
    assert (answer["row"], answer["error"]) == ("2-1", "")


# --- creation ------------------------------------------------------------------------------------


def test_creation_without_a_script_makes_everything_at_once(office, preview):
    change(office, preview, "1-2", "leave_out")
    response = office.post(reverse("guide_minutes_create", args=[preview.pk]), follow=True)
    page = response.content.decode()
    preview.refresh_from_db()
    assert preview.status == "done"
    assert (Experience.objects.count(), Outcome.objects.count()) == (3, 1)
    event = ExchangeEventPage.objects.get()
    assert "4 Entwürfe angelegt" in page
    assert reverse("wagtailadmin_pages:edit", args=[event.pk]) in page
    assert reverse("wagtailadmin_pages:edit", args=[TablePage.objects.get().pk]) in page
    assert f"{reverse('guide_many')}?veranstaltung={event.pk}" in page


def test_creation_in_parts_says_how_far_it_is(office):
    upload(office, MARKDOWN.read_bytes(), MARKDOWN.name)
    minutes_import = MinutesImport.objects.get()
    total = len(Plan.from_json(minutes_import.plan).rows)
    answers = []
    while not answers or not answers[-1]["finished"]:
        answers.append(post_json(office, "guide_minutes_create", minutes_import).json())
    done = [answer["done"] for answer in answers]
    assert done == [min(creation.CHUNK * (n + 1), total) for n in range(len(answers))]
    assert {answer["total"] for answer in answers} == {total}
    minutes_import.refresh_from_db()
    assert (minutes_import.report["created"], minutes_import.report["unchanged"]) == (total, 0)
    assert Experience.objects.count() + Outcome.objects.count() == total
    # Sent once more, by a second tab or a person who reloads:
    assert post_json(office, "guide_minutes_create", minutes_import).json()["finished"]
    assert Experience.objects.count() + Outcome.objects.count() == total


def test_a_creation_that_has_begun_can_be_finished_but_not_changed(office):
    upload(office, MARKDOWN.read_bytes(), MARKDOWN.name)
    minutes_import = MinutesImport.objects.get()
    post_json(office, "guide_minutes_create", minutes_import)
    answer = post_json(
        office, "guide_minutes_change", minutes_import, row="4-1", op="leave_out"
    ).json()
    assert "begonnen" in answer["error"]
    assert "Weiter anlegen" in office.get(f"{INDEX}{minutes_import.pk}/").content.decode()
    office.post(reverse("guide_minutes_discard", args=[minutes_import.pk]))
    assert MinutesImport.objects.count() == 1
    office.post(reverse("guide_minutes_create", args=[minutes_import.pk]))
    minutes_import.refresh_from_db()
    assert minutes_import.status == "done"
    assert minutes_import.report["unchanged"] == 0


def test_the_same_file_again_says_so_and_offers_nothing_to_create(office, preview):
    office.post(reverse("guide_minutes_create", args=[preview.pk]))
    response = upload(office)
    page = office.get(response.url).content.decode()
    assert "schon eingelesen" in page
    assert "0 Entwürfe entstehen" in page
    assert 'name="kind"' not in page


def test_a_preview_can_be_discarded(office, preview):
    office.post(reverse("guide_minutes_discard", args=[preview.pk]))
    assert MinutesImport.objects.count() == 0
    assert office.get(f"{INDEX}{preview.pk}/").status_code == 404


def test_a_deleted_event_leaves_a_report_that_can_be_read(office, preview):
    office.post(reverse("guide_minutes_create", args=[preview.pk]))
    ExchangeEventPage.objects.get().delete()
    assert "gibt es nicht mehr" in office.get(f"{INDEX}{preview.pk}/").content.decode()


# --- rights --------------------------------------------------------------------------------------


def addresses(pk: int) -> list[str]:
    names = ("import", "change", "create", "discard")
    return [INDEX, *(reverse(f"guide_minutes_{name}", args=[pk]) for name in names)]


@pytest.mark.parametrize("role", [roles.EDITOR, roles.REVIEWER, roles.LEAD, roles.READER])
def test_people_of_a_project_are_denied(preview, role):
    client = signed_in(person(role, ProjectFactory()))
    for address in addresses(preview.pk):
        for ask in (client.get, client.post):
            response = ask(address)
            assert (response.status_code, response.url) == (302, "/admin/"), address
    assert MinutesImport.objects.count() == 1
    assert Experience.objects.count() == 0
    assert INDEX not in client.get("/admin/").content.decode()


def test_partners_and_the_public_are_sent_away(preview):
    for client in (Client(), signed_in(person(roles.PARTNER))):
        for address in addresses(preview.pk):
            assert client.post(address).status_code == 302
    assert MinutesImport.objects.count() == 1
    assert Experience.objects.count() == 0


def test_the_office_finds_the_screen_in_the_menu(office):
    assert INDEX in office.get("/admin/").content.decode()


# --- queries -------------------------------------------------------------------------------------


def test_the_preview_costs_the_same_number_of_queries_for_any_number_of_rows(
    office, django_assert_max_num_queries
):
    upload(office, MARKDOWN.read_bytes(), MARKDOWN.name)
    minutes_import = MinutesImport.objects.get()
    office.get(f"{INDEX}{minutes_import.pk}/")
    with django_assert_max_num_queries(20):
        office.get(f"{INDEX}{minutes_import.pk}/")
