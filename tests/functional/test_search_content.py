"""Everything that the guide holds is found, by whom it is meant for, and gone when it is gone."""

import datetime
import io
import os
import uuid
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from elasticsearch import Elasticsearch
from pypdf import PdfWriter
from wagtail.documents import get_document_model

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, Version
from cms.domain.reader import ANONYMOUS, Reader
from cms.models import DocumentText, Experience, HomePage, InfoPage, Outcome, Supplement
from cms.permissions import policies, roles
from cms.published import search_entries
from cms.services.comment import add_comment, answer_comment
from cms.services.create_experience import create_experience
from cms.services.hand_over import hand_over
from cms.services.read_documents import read_due
from cms.services.trash import restore, trash
from cms.services.withdraw import withdraw
from search import drift, service
from search.engine import IndexName
from search.feed import drain
from search.presentation import result_rows
from search.queries import SearchRequest
from search.rebuild import rebuild
from tests.factories.guide import (
    ProjectFactory,
    event_page,
    news_page,
    person,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)
from tests.functional.search.engines import KINDS, elasticsearch_url

OFFICE = Reader(circle=Circle.PROJECTS, is_office=True)
WORD = "Waschsalon"


@pytest.fixture(params=KINDS)
def feed(request, db, settings, tmp_path):
    """Each engine with fresh indices: reads the documents that wait, then feeds what is due."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    settings.SEARCH_FOLDER = tmp_path / "index"
    settings.SEARCH_INDEX_PREFIX = prefix
    is_embedded = request.param == "embedded"
    settings.ELASTICSEARCH_URL = "" if is_embedded else elasticsearch_url(request.param)
    settings.MEDIA_ROOT = tmp_path / "media"
    service.engine.cache_clear()
    engine = service.engine()
    rebuild(engine)

    def feed_all():
        read_due()
        drain(engine)
        for name in IndexName:
            engine.refresh(name)

    yield feed_all
    if not is_embedded:
        with Elasticsearch(settings.ELASTICSEARCH_URL) as client:
            for index in client.indices.get(index=f"{prefix}-*", allow_no_indices=True):
                client.indices.delete(index=index)


def found(reader: Reader = ANONYMOUS, text: str = WORD, **asked) -> set[tuple[ObjectType, int]]:
    """What this reader finds and may see."""
    results = service.search(SearchRequest(text=f"{text}.", size=100, **asked), reader)
    assert not results.degraded
    return {(hit.type, hit.id) for hit, _obj in results.objects}


def in_public_index() -> set[str]:
    return {one.key for one in service.engine().stored(IndexName.PUBLIC)}


def is_clean() -> bool:
    return all(one.is_clean for one in drift.find(service.engine()))


def document(project=None, text: str = f"Im {WORD} kam man ins Gespräch.", name="anlage.txt"):
    """A document in the project's collection (or the office's)."""
    collection = {"collection": project.collection} if project else {}
    file = ContentFile(text.encode() if isinstance(text, str) else text, name=name)
    return get_document_model().objects.create(title="Anlage", file=file, **collection)


def link_to(*documents) -> str:
    links = "".join(f'<a linktype="document" id="{one.pk}">Anlage</a>' for one in documents)
    return f"<p>Mehr steht hier: {links}</p>"


def ref(obj) -> tuple[ObjectType, int]:
    types = {model: object_type for object_type, model in search_entries.MODELS.items()}
    return types[type(obj)], obj.pk


# --- supplements -------------------------------------------------------------------------


def test_a_supplement_is_a_hit_of_its_own_until_it_is_withdrawn(feed, client):
    office = person(roles.OFFICE)
    entry = published_experience(title="Beratung an der Haustür")
    supplement = published_supplement(entry, text=f"<p>Bei uns im {WORD}.</p>", verdict="proven")
    feed()
    assert found() == {ref(supplement)}
    page = client.get("/suche/", {"q": WORD}).content.decode()
    assert f'href="{entry.get_absolute_url()}#ergaenzung-{supplement.pk}"' in page
    assert (
        f'id="ergaenzung-{supplement.pk}"' in client.get(entry.get_absolute_url()).content.decode()
    )
    withdraw(supplement, office)
    feed()
    assert found() == found(OFFICE) == set()
    assert f"supplement:{supplement.pk}:live" not in in_public_index()


def test_the_day_of_a_supplement_is_the_one_in_germany(feed):
    supplement = published_supplement(published_experience(), text=f"<p>Im {WORD}.</p>")
    night = datetime.datetime(2024, 3, 31, 22, 30, tzinfo=datetime.UTC)
    Supplement.objects.filter(pk=supplement.pk).update(first_published_at=night)
    feed()
    results = service.search(SearchRequest(text=WORD), ANONYMOUS)
    (row,) = result_rows(results.objects, WORD)
    assert "01.04.2024" in row["facts"]


def test_a_supplement_goes_with_its_experience_and_comes_back_with_it(feed):
    office = person(roles.OFFICE)
    table = table_page(event_page("Austausch"), "Tisch")
    entry = published_experience(title="Beratung an der Haustür", table=table)
    supplement = published_supplement(entry, text=f"<p>Bei uns im {WORD}.</p>")
    feed()
    assert found() == {ref(supplement)}
    event = table.get_parent().specific
    event.unpublish()
    feed()
    assert found() == found(OFFICE) == set()
    event.save_revision().publish()
    feed()
    assert found() == {ref(supplement)}
    withdraw(entry, office)
    feed()
    assert f"supplement:{supplement.pk}:live" not in in_public_index()
    assert found(OFFICE) == set()
    assert is_clean()


@pytest.mark.parametrize(
    ("of_entry", "of_supplement", "finders"),
    [
        (Circle.PUBLIC, Circle.PUBLIC, {"nobody", "partner", "elsewhere", "entry", "own"}),
        (Circle.PUBLIC, Circle.PROJECTS, {"elsewhere", "entry", "own"}),
        (Circle.PUBLIC, Circle.PROJECT, {"own"}),
        (Circle.NETWORK, Circle.PUBLIC, {"partner", "elsewhere", "entry", "own"}),
        (Circle.PROJECT, Circle.PUBLIC, {"entry"}),
        (Circle.PROJECT, Circle.PROJECT, set()),
    ],
)
def test_a_supplement_is_found_by_who_reads_it_and_its_experience(
    feed, of_entry, of_supplement, finders
):
    entry = published_experience(of_entry, title="Beratung an der Haustür")
    supplement = published_supplement(entry, of_supplement, text=f"<p>Bei uns im {WORD}.</p>")
    feed()
    projects = {"entry": entry.project_id, "own": supplement.project_id, "elsewhere": 0}
    readers = {
        name: Reader(circle=Circle.PROJECTS, project_ids=frozenset({pk}))
        for name, pk in projects.items()
    } | {"nobody": ANONYMOUS, "partner": Reader(circle=Circle.NETWORK)}
    assert {name for name, reader in readers.items() if found(reader)} == finders
    assert found(OFFICE) == {ref(supplement)}
    is_public = of_entry is of_supplement is Circle.PUBLIC
    assert (f"supplement:{supplement.pk}:live" in in_public_index()) == is_public


def test_a_draft_of_a_supplement_is_found_by_its_project_only(feed):
    entry = published_experience(title="Beratung an der Haustür")
    supplement = published_supplement(entry, text="<p>Früher.</p>")
    supplement.text = f"<p>Bei uns im {WORD}.</p>"
    supplement.save_revision()
    feed()
    drafts = {"versions": frozenset({Version.DRAFT})}
    own = Reader(circle=Circle.PROJECTS, project_ids=frozenset({supplement.project_id}))
    entrys = Reader(circle=Circle.PROJECTS, project_ids=frozenset({entry.project_id}))
    engine = service.engine()
    counts = [engine.search(SearchRequest(WORD, **drafts), one).total for one in (own, entrys)]
    assert counts == [1, 0]
    assert found() == found(OFFICE) == set()


def test_a_verdict_counts_where_everybody_who_reads_the_entry_may_see_it(feed):
    entry = published_experience(title=f"Beratung im {WORD}")
    loud, quiet = ProjectFactory(), ProjectFactory()
    published_supplement(entry, verdict="proven", project=loud)
    published_supplement(entry, verdict="proven")
    published_supplement(entry, Circle.PROJECTS, verdict="not_proven", project=quiet)
    (live,) = search_entries.entries(ObjectType.EXPERIENCE, [entry.pk])
    assert (live.verdicts, live.proven, live.is_open) == (("proven",), 2, False)
    published_supplement(entry, verdict="open", project=loud)
    feed()
    (live,) = search_entries.entries(ObjectType.EXPERIENCE, [entry.pk])
    assert (live.verdicts, live.proven, live.is_open) == (("proven", "open"), 1, True)
    types = (ObjectType.EXPERIENCE,)
    assert found(OFFICE, types=types, verdicts=("open",)) == {ref(entry)}
    assert found(OFFICE, types=types, verdicts=("not_proven",)) == set()
    assert found(types=types, only_open=True) == {ref(entry)}


def test_what_is_around_an_entry_of_a_project_does_not_tell_which(feed):
    first, second = ProjectFactory(), ProjectFactory()
    attached = document(first)
    entry = published_experience(
        title=f"Beratung im {WORD}", project=first, attribution="anonymous", body=link_to(attached)
    )
    other = ProjectFactory()
    own = published_supplement(entry, text=f"<p>Im {WORD}.</p>", project=second)
    published_supplement(entry, text=f"<p>Im {WORD}.</p>", project=other)
    feed()

    def shown_projects() -> dict:
        objects = service.search(SearchRequest(text=WORD), ANONYMOUS).objects
        return {(hit.type, hit.id): getattr(obj, "shown_project", None) for hit, obj in objects}

    assert found(project_ids=(first.pk,)) == found(OFFICE, project_ids=(first.pk,)) == set()
    assert found(project_ids=(second.pk,)) == {ref(own)}
    assert shown_projects()[ref(attached)] is None
    # After a hand-over the former project is not to be named either; its file stays its own.
    hand_over(entry, second, person(roles.OFFICE))
    feed()
    for reader in (ANONYMOUS, OFFICE):
        for project in (first, second):
            assert found(reader, project_ids=(project.pk,)) == set()
        assert len(found(reader)) == 3
    assert shown_projects()[ref(own)] is None
    assert other in shown_projects().values()


# --- comments ----------------------------------------------------------------------------


def test_comments_are_found_inside_by_those_who_see_the_draft(feed):
    project = ProjectFactory()
    editor = person(roles.EDITOR, project)
    entry = create_experience(editor, project, "Beratung an der Haustür")
    comment = add_comment(entry, editor, f"War das im {WORD}?")
    answer_comment(comment, editor, "Ja.")
    feed()
    drafts = SearchRequest(WORD, versions=frozenset({Version.DRAFT}))

    def hits(reader: Reader) -> set:
        return {(hit.type, hit.id) for hit in service.engine().search(drafts, reader).hits}

    own = policies.reader_for(editor)
    others = policies.reader_for(person(roles.EDITOR, ProjectFactory()))
    partner = policies.reader_for(person(roles.PARTNER))
    assert hits(own) == hits(OFFICE) == {(ObjectType.COMMENT, comment.pk)}
    assert hits(others) == hits(partner) == hits(ANONYMOUS) == set()
    assert not [key for key in in_public_index() if key.startswith("comment")]
    assert found(OFFICE) == set()
    trash(entry, editor)
    feed()
    assert hits(own) == hits(OFFICE) == set()
    restore(entry, editor)
    feed()
    assert hits(own) == {(ObjectType.COMMENT, comment.pk)}
    hand_over(Experience.objects.get(pk=entry.pk), ProjectFactory(), person(roles.OFFICE))
    feed()
    assert hits(own) == set()
    Experience.objects.get(pk=entry.pk).delete()
    feed()
    assert hits(OFFICE) == set()
    assert is_clean()


# --- documents ---------------------------------------------------------------------------


def test_a_document_is_found_by_its_words_while_something_published_opens_it(feed, client):
    office, project = person(roles.OFFICE), ProjectFactory()
    attached = document(project)
    feed()
    assert found() == found(OFFICE) == set()
    entry = published_experience(title="Haustür", project=project, body=link_to(attached))
    feed()
    assert found() == {ref(attached)}
    page = client.get("/suche/", {"q": WORD}).content.decode()
    assert f'href="{attached.url}"' in page and "Dokument (TXT)" in page
    assert f'Angehängt an: <a href="{entry.get_absolute_url()}"' in page
    assert f"<mark>{WORD}</mark>" in page
    withdraw(entry, office)
    feed()
    assert found() == found(OFFICE) == set()
    assert f"document:{attached.pk}:live" not in in_public_index()
    assert is_clean()


@pytest.mark.parametrize("circle", [Circle.PROJECT, Circle.PROJECTS, Circle.NETWORK])
def test_a_document_is_no_wider_than_what_opens_it(feed, circle):
    project = ProjectFactory()
    attached = document(project)
    published_experience(circle, title="Haustür", project=project, body=link_to(attached))
    other = document(project, text=f"Noch etwas zum {WORD}.")
    # A draft, and another project's entry, open nothing.
    draft = create_experience(person(roles.EDITOR, project), project, "Entwurf")
    draft.body = link_to(other)
    draft.save_revision()
    published_experience(title="Fremd", body=link_to(attached, other))
    feed()
    assert not [key for key in in_public_index() if key.startswith("document")]
    assert found() == set()
    assert found(OFFICE) == {ref(attached)}
    own = Reader(circle=Circle.PROJECTS, project_ids=frozenset({project.pk}))
    assert found(own) == {ref(attached)}
    elsewhere = Reader(circle=Circle.PROJECTS, project_ids=frozenset({0}))
    assert bool(found(elsewhere)) == (circle is not Circle.PROJECT)
    assert bool(found(Reader(circle=Circle.NETWORK))) == (circle is Circle.NETWORK)


def test_a_document_in_the_notes_of_an_event_is_for_the_projects(feed):
    attached = document()
    event = event_page("Austausch", notes=link_to(attached))
    feed()
    assert found() == found(Reader(circle=Circle.NETWORK)) == set()
    assert found(Reader(circle=Circle.PROJECTS)) == {ref(attached)}
    event.refresh_from_db()
    event.introduction = link_to(attached)
    event.save_revision().publish()
    feed()
    assert found() == {ref(attached)}
    event.unpublish()
    feed()
    assert found() == found(OFFICE) == set()


def test_a_document_of_a_table_and_of_a_supplement_follows_the_event(feed):
    project = ProjectFactory()
    of_table, of_supplement = document(), document(project)
    table = table_page(event_page("Austausch"), "Tisch", summary=link_to(of_table))
    entry = published_experience(title="Haustür", table=table)
    published_supplement(entry, text=link_to(of_supplement), project=project)
    feed()
    assert found() == {ref(of_table), ref(of_supplement)}
    table.get_parent().specific.unpublish()
    feed()
    assert found() == found(OFFICE) == set()
    assert is_clean()


def test_a_document_that_is_replaced_unlinked_or_deleted_is_what_it_is_now(feed):
    attached, second = document(), document(text="Anderes")
    entry = published_experience(title="Haustür", body=link_to(attached, second))
    entry.project.is_office or hand_over(
        entry, type(entry.project).objects.office(), person(roles.OFFICE)
    )
    feed()
    assert found() == {ref(attached)}
    attached.file = ContentFile(b"Nun steht Sternwarte darin.", name="neu.txt")
    attached.save()
    drain(service.engine())
    service.engine().refresh(IndexName.PUBLIC)
    assert found() == set(), "the old words are gone before the new file is read"
    feed()
    assert found(text="Sternwarte") == {ref(attached)}
    entry = Experience.objects.get(pk=entry.pk)
    entry.body = link_to(second)
    entry.save_revision().publish()
    feed()
    assert found(text="Sternwarte") == set()
    second.delete()
    feed()
    assert not [key for key in in_public_index() if key.startswith("document")]
    assert is_clean()


def test_what_cannot_be_read_is_told_and_loses_nothing(feed):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    scan = io.BytesIO()
    writer.write(scan)
    writer.encrypt("geheim", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    unreadable = {
        "locked.pdf": (locked.getvalue(), "encrypted"),
        "scan.pdf": (scan.getvalue(), "no_words"),
        "broken.pdf": (b"%PDF-1.4 nothing", "broken"),
        "broken.docx": (b"PK nothing", "broken"),
        "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted"),
        "picture.png": (b"\x89PNG", "other_kind"),
    }
    documents = [document(text=data, name=name) for name, (data, _why) in unreadable.items()]
    published_experience(
        title="Haustür", project=type(ProjectFactory()).objects.office(), body=link_to(*documents)
    )
    feed()
    said = [DocumentText.objects.get(pk=one.pk).problem for one in documents]
    assert said == [why for _data, why in unreadable.values()]
    assert found(text="Anlage", types=(ObjectType.DOCUMENT,)) == {ref(one) for one in documents}


def test_a_document_that_is_moved_to_another_project_is_opened_by_the_first_no_more(feed, client):
    project, other = ProjectFactory(), ProjectFactory()
    attached = document(project)
    published_experience(title="Haustür", project=project, body=link_to(attached))
    feed()
    assert found() == {ref(attached)}
    client.force_login(person(roles.OFFICE))
    url = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "add_to_collection"])
    answer = client.post(f"{url}?id={attached.pk}", {"collection": other.collection.pk})
    assert answer.status_code == 302
    feed()
    assert f"document:{attached.pk}:live" not in in_public_index()
    assert is_clean()


def test_projects_are_shown_their_documents_that_could_not_be_read(feed, client):
    project, other = ProjectFactory(), ProjectFactory()
    own = document(project, text=b"%PDF-1.4 nothing", name="kaputt.pdf")
    foreign = document(other, text=b"%PDF-1.4 nothing", name="fremd.pdf")
    feed()
    url = reverse("guide_unread_documents")
    client.force_login(person(roles.EDITOR, project))
    page = client.get(url).content.decode()
    assert "kaputt.pdf" in page and "Die Datei ist beschädigt." in page
    assert "fremd.pdf" not in page
    client.force_login(person(roles.OFFICE))
    page = client.get(url).content.decode()
    assert reverse("wagtaildocs:edit", args=[foreign.pk]) in page
    assert reverse("wagtaildocs:edit", args=[own.pk]) in page
    client.force_login(person(roles.READER, project))
    assert client.get(url).status_code == 302


def test_a_rebuild_reads_no_file_again(feed, monkeypatch):
    attached = document()
    published_experience(
        title="Haustür", project=type(ProjectFactory()).objects.office(), body=link_to(attached)
    )
    feed()
    os.remove(attached.file.path)
    rebuild(service.engine())
    assert found() == {ref(attached)}


# --- everything else ---------------------------------------------------------------------


def test_every_type_is_found_and_leads_to_its_place(feed, client):
    event = event_page("Austausch", introduction=f"<p>Im {WORD}.</p>")
    table = table_page(event, f"Tisch im {WORD}")
    entry = published_experience(title=f"Beratung im {WORD}", table=table)
    outcome = published_outcome(title=f"Aushang im {WORD}", table=table, kind="follow_up")
    news = news_page(f"Neues vom {WORD}")
    page = InfoPage(title="Hilfe", body=f"<p>Auch im {WORD}.</p>")
    HomePage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    feed()
    everything = {ref(obj) for obj in (event, table, entry, outcome, news, page)}
    assert found() == everything
    assert found(only_open=True) == {ref(outcome)}
    for reader in (ANONYMOUS, OFFICE):
        answer = client.get("/suche/", {"q": WORD})
        assert answer.status_code == 200, reader
        client.force_login(person(roles.OFFICE))
    for row in answer.context["rows"]:
        assert client.get(row["url"].partition("#")[0]).status_code == 200
    asked = {"SearchableText": WORD, "metadata_fields": "_all", "facets": "1"}
    items = client.get("/api/@search", asked).json()["items"]
    assert len(items) == len(everything)
    Outcome.objects.filter(pk=outcome.pk).first().unpublish()
    page.unpublish()
    feed()
    assert found() == everything - {ref(outcome), ref(page)}


def test_a_batch_costs_the_same_queries_however_big_it_is(db):
    def build(number: int) -> dict[ObjectType, list[int]]:
        ids: dict[ObjectType, list[int]] = {}
        for _ in range(number):
            attached = document()
            office = type(ProjectFactory()).objects.office()
            entry = published_experience(
                project=office, body=link_to(attached), attribution="anonymous"
            )
            supplement = published_supplement(entry, text="<p>Ja</p>", verdict="proven")
            supplement.save_revision()
            comment = add_comment(supplement, person(roles.OFFICE), "Hm")
            for obj in (attached, entry, supplement, comment):
                ids.setdefault(ref(obj)[0], []).append(obj.pk)
        return ids

    few, many = build(1), build(4)
    for object_type in few:
        counted = []
        for ids in (few[object_type], many[object_type]):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert len(search_entries.entries(object_type, ids)) >= len(ids)
            counted.append(len(queries))
        assert counted[0] == counted[1], object_type
        assert counted[1] <= 12, object_type


def test_of_documents_with_long_texts_few_are_read_at_once(db, monkeypatch):
    monkeypatch.setattr(search_entries, "MOST_DOCUMENTS", 2)
    ids = [document().pk for _number in range(3)]
    assert list(search_entries.all_ids(ObjectType.DOCUMENT, 500)) == [ids[:2], ids[2:]]


def test_an_office_file_is_read_from_a_package_of_xml(db):
    docx = io.BytesIO()
    with zipfile.ZipFile(docx, "w") as package:
        package.writestr(
            "word/document.xml",
            '<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>Wasch</w:t></w:r><w:r>'
            "<w:t>salon</w:t></w:r></w:p><w:p><w:r><w:t>Zwei</w:t><w:tab/><w:t>Worte</w:t>"
            "<w:delText>weg</w:delText></w:r></w:p></w:body></w:document>",
        )
    attached = document(text=docx.getvalue(), name="anlage.docx")
    assert read_due() == 1
    assert DocumentText.objects.get(pk=attached.pk).text == "Waschsalon\nZwei Worte"
