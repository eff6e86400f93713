"""JSON Lines -> published experiences: what is wrong stays out, what is right never with it."""

import json

import pytest
from django.db import IntegrityError
from django.db.models.signals import pre_save

from cms.models import Experience, IndexJob, Publication, Topic
from cms.permissions import roles
from cms.services.load_experiences import load_experiences
from tests.factories.guide import ProjectFactory, person, published_experience

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


def test_a_known_source_is_left_alone_and_the_first_of_two_counts(load):
    load({"title": "Erste"})
    report = load({"title": "Zweite"}, {"title": "Neu"}, {"source_id": "q-1", "title": "Doppelt"})
    assert (report.created, report.unchanged, report.bad) == (1, 2, [])
    assert list(Experience.objects.order_by("pk").values_list("title", flat=True)) == [
        "Erste",
        "Neu",
    ]
