"""JSON Lines -> published experiences: what is wrong stays out, what is right never with it."""

import json
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models.signals import pre_save
from wagtail.models import Revision

from cms.domain.redaction import Wording
from cms.formats.experience_lines import LONGEST_LINE, lines_of
from cms.models import Experience, IndexJob, Publication, Topic
from cms.permissions import roles
from cms.services import load_experiences as load_module
from cms.services.hand_over import hand_over
from cms.services.load_experiences import load_experiences
from cms.services.redact import redact
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ProjectFactory,
    person,
    published_experience,
    published_supplement,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def load():
    """Loads rows; each stands for the fields that differ from a good one."""
    ProjectFactory(title="Musterberg", slug="musterberg")
    office = person(roles.OFFICE)

    def load(*rows: dict):
        good = {"project": "musterberg", "title": "Satz"}
        lines = [
            json.dumps({**good, "source_id": f"q-{number}", **row})
            for number, row in enumerate(rows)
        ]
        return load_experiences(lines, office)

    return load


def slugs() -> list[str]:
    return list(Experience.objects.order_by("pk").values_list("slug", flat=True))


def test_a_line_is_published_with_its_history_and_a_job(load):
    report = load({"kind": "bad", "topics": ["Netzwerk"], "date": "2024-05-31", "body": "a\n\nb"})
    assert (report.created, report.unchanged, report.bad) == (1, 0, [])
    entry = Experience.objects.get(source_id="q-0")
    assert entry.live and entry.body == "<p>a</p><p>b</p>"
    assert entry.live_revision.as_object().title == entry.title
    assert [str(topic) for topic in entry.topics.all()] == ["Netzwerk"]
    assert Publication.objects.of(entry).get().withdrawn_at is None
    assert IndexJob.objects.filter(object_type="experience", object_id=entry.pk).exists()


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Tisch 2", "Tisch", "Tisch"], ["tisch-2", "tisch", "tisch-3"]),
        (["Tisch", "Tisch", "Tisch 2"], ["tisch", "tisch-2", "tisch-2-2"]),
        (["Tisch", "Tisch", "Tisch"], ["tisch", "tisch-2", "tisch-3"]),
    ],
)
def test_titles_that_look_like_numbered_ones(load, titles, expected):
    report = load(*({"title": title} for title in titles))
    assert (report.created, report.bad) == (len(titles), [])
    assert slugs() == expected


def test_addresses_go_on_after_those_that_are_there(load):
    for title in ("Tisch", "Tisch 7", "Tisch 7 und mehr"):
        published_experience(title=title)
    load({"title": "Tisch"}, {"title": "Tisch"}, {"title": "Tisch 9"})
    assert slugs()[3:] == ["tisch-8", "tisch-9", "tisch-9-2"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"project": ["musterberg"]}, "„project“ muss ein Text sein."),
        ({"project": {"slug": "x"}}, "„project“ muss ein Text sein."),
        ({"project": "fremd"}, "Das Projekt „fremd“ gibt es nicht."),
        ({"project": None}, "Das Projekt „“ gibt es nicht."),
        ({"topics": "abc"}, "„topics“ muss eine Liste sein."),
        ({"topics": {"a": 1}}, "„topics“ muss eine Liste sein."),
        ({"topics": [["a"]]}, "„topics“ muss ein Text sein."),
        ({"title": ["a"]}, "„title“ muss ein Text sein."),
        ({"title": " "}, "„title“ fehlt."),
        ({"title": "a\0b"}, "„title“ enthält ein ungültiges Zeichen."),
        ({"body": "a\ud800b"}, "„body“ enthält ein ungültiges Zeichen."),
        ({"topics": ["a\0"]}, "„topics“ enthält ein ungültiges Zeichen."),
        ({"source_id": "\udfff"}, "„source_id“ enthält ein ungültiges Zeichen."),
        ({"source_id": True}, "„source_id“ muss ein Text sein."),
        ({"source_id": "x" * 256}, "„source_id“ fehlt oder ist zu lang."),
        ({"body": {"text": "a"}}, "„body“ muss ein Text sein."),
        ({"kind": ["good"]}, "„kind“ muss ein Text sein."),
        ({"kind": "super"}, "„kind“ muss eines davon sein: good, bad, neutral, discussion."),
        (
            {"visibility": 1},
            "„visibility“ muss eines davon sein: project, projects, network, public.",
        ),
        ({"date": 20240531.0}, "„date“ muss ein Text sein."),
        ({"date": "31.5.2024"}, "„date“ muss ein Tag sein, zum Beispiel 2024-05-31."),
    ],
)
def test_a_bad_line_is_told_and_takes_no_other_with_it(load, row, reason):
    report = load({}, row, {})
    assert report.bad == [(2, reason)]
    assert report.created == Experience.objects.count() == 2
    assert Topic.objects.count() == 0


@pytest.mark.parametrize("text", ["kein json", "[]", "1", "[" * 100_000, "9" * 5000])
def test_a_line_that_is_no_object(load, text):
    good = json.dumps({"source_id": "b", "project": "musterberg", "title": "B"})
    report = load_experiences([text, "", good], person(roles.OFFICE))
    assert (report.created, [number for number, _reason in report.bad]) == (1, [1])


def test_what_the_database_refuses_takes_no_other_line_with_it(load):
    def refuse(sender, instance, **kwargs):
        if instance.title == "Vergeben":
            raise IntegrityError("somebody else took it a moment ago")

    pre_save.connect(refuse, sender=Topic)
    try:
        report = load({"topics": ["Neu"]}, {"topics": ["Vergeben"]}, {"topics": ["Neu"]})
    finally:
        pre_save.disconnect(refuse, sender=Topic)
    assert (report.created, report.unchanged) == (2, 0)
    assert report.bad == [(2, "Die Datenbank nimmt diesen Eintrag nicht an.")]
    assert list(Topic.objects.values_list("title", flat=True)) == ["Neu"]
    assert Publication.objects.count() == 2


def test_the_same_lines_again_change_nothing(load):
    rows = [{"title": "Erste"}, {"title": "Zweite", "topics": ["Netzwerk"], "date": "2024-05-31"}]
    load(*rows)
    jobs, revisions = IndexJob.objects.count(), Revision.objects.count()
    report = load(*rows, {"source_id": "q-1", **rows[1]})  # and once more in the same file
    assert (report.created, report.updated, report.unchanged) == (0, 0, 3)
    assert (report.kept, report.bad) == ([], [])
    assert (IndexJob.objects.count(), Revision.objects.count()) == (jobs, revisions)


def test_a_line_that_was_changed_becomes_the_next_version(load):
    load({"title": "Erste", "topics": ["Alt"], "body": "a"})
    entry = Experience.objects.get(source_id="q-0")
    entry.lesson = "Das steht in keiner Zeile."
    Experience.objects.filter(pk=entry.pk).update(lesson=entry.lesson)
    report = load({"title": "Zweite", "topics": ["Neu"], "body": "b", "visibility": "projects"})
    assert (report.created, report.updated, report.kept, report.bad) == (0, 1, [], [])
    again = Experience.objects.get(source_id="q-0")
    assert (again.pk, again.slug, again.title) == (entry.pk, entry.slug, "Zweite")
    assert (again.visibility, again.body) == ("projects", "<p>b</p>")
    assert [str(topic) for topic in again.topics.all()] == ["Neu"]
    assert again.live_revision_id == again.latest_revision_id != entry.latest_revision_id
    version = again.live_revision.as_object()
    assert (version.title, [str(topic) for topic in version.topics.all()]) == ("Zweite", ["Neu"])
    assert version.visibility == "projects"
    newer, older = Publication.objects.of(again)
    assert (newer.withdrawn_at, newer.revision_id) == (None, again.live_revision_id)
    assert older.withdrawn_at == newer.published_at and older.title == "Erste"
    assert IndexJob.objects.filter(object_type="experience", object_id=entry.pk).count() == 2
    assert load(
        {"title": "Zweite", "topics": ["Neu"], "body": "b", "visibility": "projects"}
    ).unchanged


def test_what_belongs_to_a_changed_entry_is_looked_at_again(load):
    load({"topics": ["Alt"]})
    entry = Experience.objects.get()
    supplement = published_supplement(entry)
    comment = entry.comments.create(author=person(roles.OFFICE), text="Wirklich?")
    IndexJob.objects.all().delete()
    load({"topics": ["Neu"], "visibility": "project"})
    jobs = set(IndexJob.objects.values_list("object_type", "object_id"))
    assert {("supplement", supplement.pk), ("comment", comment.pk)} <= jobs
    topics = set(Topic.objects.values_list("pk", flat=True))
    assert {pk for kind, pk in jobs if kind == "topic"} == topics and len(topics) == 2


def edited(entry: Experience, office) -> None:
    entry.title = "Von Menschen geschrieben"
    entry.save_revision(user=office).publish()


def drafted(entry: Experience, office) -> None:
    entry.title = "Noch ein Entwurf"
    entry.save_revision(user=office)


def handed_over(entry: Experience, office) -> None:
    hand_over(entry, ProjectFactory(), office)


def redacted(entry: Experience, office) -> None:
    redact(Wording(("Mustermann",)), office, "Jemand ist erkennbar.")


@pytest.mark.parametrize(
    ("doing", "reason"),
    [
        (edited, "Der Eintrag wurde inzwischen im Leitfaden bearbeitet."),
        (drafted, "Der Eintrag wurde inzwischen im Leitfaden bearbeitet."),
        (handed_over, "Der Eintrag wurde inzwischen einem anderen Projekt übergeben."),
        (redacted, "Aus dem Eintrag wurde etwas endgültig entfernt."),
        (withdraw, "Der Eintrag ist nicht (mehr) veröffentlicht."),
    ],
)
def test_what_a_person_did_stays_and_is_told(load, doing, reason):
    row = {"title": "Herr Mustermann hilft"}
    load(row)
    doing(Experience.objects.get(), person(roles.OFFICE))
    before = Experience.objects.values().get()
    assert load(row).unchanged == 1  # the line is the same: nobody need be told
    report = load({"title": "Herr Mustermann hilft sehr"})
    assert (report.created, report.updated, report.kept) == (0, 0, [(1, reason)])
    assert Experience.objects.values().get() == before


def test_two_lines_with_one_source_id_say_different_things(load):
    report = load({"title": "Erste"}, {"source_id": "q-0", "title": "Zweite"})
    again = "„source_id“ steht schon weiter oben in der Datei."
    assert (report.created, report.bad) == (1, [(2, again)])


def test_the_second_one_is_told_also_from_another_batch(load, monkeypatch):
    monkeypatch.setattr(load_module, "BATCH", 1)
    again = "„source_id“ steht schon weiter oben in der Datei."
    rows = {"title": "Erste"}, {"source_id": "q-0", "title": "Zweite"}
    assert load(*rows).bad == [(2, again)]
    report = load(*rows)
    assert (report.unchanged, report.bad, Experience.objects.get().title) == (
        1,
        [(2, again)],
        "Erste",
    )


def test_what_was_interrupted_goes_on(load, monkeypatch):
    monkeypatch.setattr(load_module, "BATCH", 2)
    ProjectFactory(title="Neustadt", slug="neustadt")
    row = {"project": "neustadt", "title": "Satz"}
    lines = [json.dumps({**row, "source_id": f"n-{number}"}) for number in range(5)]

    def stop(line: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_experiences(lines, person(roles.OFFICE), on_progress=stop)
    assert Experience.objects.count() == 2
    report = load_experiences(lines, person(roles.OFFICE))
    assert (report.created, report.unchanged, Experience.objects.count()) == (3, 2, 5)
    assert Publication.objects.count() == 5


# --- the file and the command ------------------------------------------------------------


@pytest.fixture
def run(tmp_path, capsys):
    """Writes a file and loads it; answers with the exit code and the report."""
    ProjectFactory(title="Musterberg", slug="musterberg")
    person(roles.OFFICE, username="koordination")

    def run(data: bytes) -> tuple[int, dict]:
        file = tmp_path / "entries.jsonl"
        file.write_bytes(data)
        code = 0
        try:
            call_command("load_experiences", file, publish_as="koordination", json=True)
        except CommandError as error:
            code = error.returncode
        return code, json.loads(capsys.readouterr().out or "{}")

    return run


def line(source_id: str, **fields) -> bytes:
    row = {"source_id": source_id, "project": "musterberg", "title": "Satz", **fields}
    return json.dumps(row, ensure_ascii=False).encode()


def test_a_file_as_windows_writes_it(run):
    code, report = run(b"\xef\xbb\xbf" + line("a", title="Grüße") + b"\r\n\r\n" + line("b"))
    assert (code, report["created"], report["bad"]) == (0, 2, [])
    assert Experience.objects.get(source_id="a").title == "Grüße"


def test_what_is_wrong_in_a_file_is_told_by_its_line(run):
    lines = [
        line("a"),
        line("b").replace(b"Satz", b"S\xe4tze"),
        line("c", body="x" * LONGEST_LINE),
        line("d", date="9999-12-31"),
        line("e"),
    ]
    code, report = run(b"\n".join(lines))
    assert (code, report["created"]) == (1, 2)
    assert [(bad["line"], bad["reason"]) for bad in report["bad"]] == [
        (2, "Die Zeile ist nicht in UTF-8 geschrieben."),
        (3, "Die Zeile ist länger als 1 MB."),
        (4, "„date“ muss zwischen 1900 und 2100 liegen."),
    ]


def test_a_file_without_lines_is_no_error(run):
    code, report = run(b"")
    assert (code, report["created"], report["bad"]) == (0, 0, [])


def test_a_file_that_is_one_huge_line_is_not_read_into_the_memory(tmp_path):
    file = tmp_path / "entries.jsonl"
    with file.open("wb") as out:
        for _ in range(30):
            out.write(b"x" * LONGEST_LINE)
    tracemalloc.start()
    with file.open("rb") as data:
        (bad,) = list(lines_of(data))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert str(bad) == "Die Zeile ist länger als 1 MB."
    assert peak < 5 * LONGEST_LINE


@pytest.mark.parametrize("name", ["koordination", "niemand"])
def test_a_command_without_its_file_or_account_says_so(tmp_path, name):
    person(roles.OFFICE, username="koordination")
    with pytest.raises(CommandError) as told:
        call_command("load_experiences", tmp_path / "no.jsonl", publish_as=name)
    assert told.value.returncode == 2
