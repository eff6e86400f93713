"""Minutes become drafts: exactly what stands in them, once, and everything or nothing."""

import datetime
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Revision

from cms.domain.circles import Circle
from cms.domain.minutes import MinutesError
from cms.domain.plain import to_plain_text
from cms.models import (
    Argument,
    ExchangeEventPage,
    Experience,
    ExperienceSource,
    IndexJob,
    Outcome,
    Project,
    Publication,
    TablePage,
    Topic,
)
from cms.permissions import roles
from cms.services.import_minutes import import_minutes
from cms.services.import_pages import topic_for, topic_title
from tests.factories.guide import ExperienceFactory, ProjectFactory, TopicFactory, person
from tests.unit.cms.formats.every_word import words
from tests.unit.cms.formats.word_files import raw_words

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed" / "erfahrungsaustausch-2013-07-17.md"
MARKDOWN = ROOT / "examples" / "erfahrungsaustausch-1.md"
WORD = ROOT / "examples" / "erfahrungsaustausch-2.docx"
FILES = [SEED, MARKDOWN, WORD]

KINDS = ("good", "bad", "neutral", "discussion", "decision", "follow_up", "pro", "contra")
# The seed as counted by hand in facts/documents.md; the examples as they were written.
COUNTS = {
    SEED: [
        (10, 6, 0, 0, 0, 0, 0, 0),
        (4, 1, 4, 3, 1, 2, 2, 4),
        (10, 9, 0, 0, 0, 1, 0, 0),
        (10, 3, 3, 3, 0, 0, 0, 0),
    ],
    MARKDOWN: [
        (8, 5, 3, 2, 1, 0, 3, 4),
        (8, 5, 3, 2, 0, 2, 0, 0),
        (8, 6, 2, 1, 1, 1, 1, 1),
        (6, 4, 2, 2, 0, 1, 1, 1),
    ],
    WORD: [
        (7, 5, 2, 2, 0, 0, 1, 2),
        (7, 4, 2, 0, 1, 2, 0, 0),
        (6, 5, 0, 2, 0, 1, 2, 1),
        (6, 3, 2, 1, 2, 0, 1, 1),
    ],
}

SMALL = """# Erfahrungsaustausch

3. Mai 2015 in Musterstadt

## Tisch 1: Feste (Moderation: Koordinierungsstelle)

### Gute Erfahrungen

- Hoffest mit geliehenen Stühlen; jede Familie bringt ein Gericht mit
- Einladung von Hand
- Einladung von Hand

### Diskussion

- Mit Bühne oder ohne?
  - Vorteil: Musik lockt Leute an
  - Nachteil: Niemand kann sich unterhalten

### Beschluss

- Im Juni wird ein Termin gefunden.
"""


def run(path: Path, **kwargs):
    return import_minutes(path.read_bytes(), path.name, **kwargs)


def run_text(text: str, **kwargs):
    return import_minutes(text.encode(), "protokoll.md", **kwargs)


def state_of_database() -> dict[str, int]:
    models = (Page, Revision, Experience, Argument, ExperienceSource, Outcome, Topic, IndexJob)
    return {model.__name__: model.objects.count() for model in (*models, Publication)}


# --- what is created -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_database_holds_exactly_what_was_counted(path):
    report = run(path).to_json()
    counted = [dict(zip(KINDS, numbers, strict=True)) for numbers in COUNTS[path]]
    assert [table["counts"] for table in report["tables"]] == counted
    assert report["created"] == sum(sum(numbers[:6]) for numbers in COUNTS[path])
    tables = TablePage.objects.order_by("path")
    assert [table.number for table in tables] == [1, 2, 3, 4]
    for table, numbers in zip(tables, counted, strict=True):
        found = Counter(table.experiences.values_list("kind", flat=True))
        found.update(table.outcomes.values_list("kind", flat=True))
        found.update(
            Argument.objects.filter(experience__table=table).values_list("side", flat=True)
        )
        assert found == {name: number for name, number in numbers.items() if number}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_word_stands_in_one_created_object_or_is_structure(path):
    data = path.read_bytes()
    source = raw_words(data) if path is WORD else words([data.decode()])
    report = run(path).to_json()
    kept = words(_created_texts())
    for name in ("structure", "comments", "tracked_changes"):
        kept += words(note["text"] for note in report[name])
    assert source - kept == Counter()


def _created_texts():
    for event in ExchangeEventPage.objects.all():
        for text in (event.introduction, event.programme, event.plenary, event.notes):
            yield to_plain_text(text)
    for table in TablePage.objects.all():
        yield from (to_plain_text(table.summary), to_plain_text(table.notes))
    for experience in Experience.objects.all():
        yield to_plain_text(experience.body)
        yield from experience.arguments.values_list("text", flat=True)
    yield from Outcome.objects.values_list("text", flat=True)


def test_everything_is_a_draft_of_the_office_without_an_editor():
    run(MARKDOWN, user=None)
    office = Project.objects.office()
    topics = set(Topic.objects.values_list("title", flat=True))
    for experience in Experience.objects.all():
        assert (experience.live, experience.visibility) == (False, Circle.PROJECTS)
        assert experience.project == office
        assert experience.latest_revision.user is None
        assert experience.date == datetime.date(2014, 5, 14)
        draft = experience.get_latest_revision_as_object()
        assert list(draft.topics.all()) == list(experience.table.topics.all())
        assert draft.arguments.count() == experience.arguments.count()
        assert experience.sources.get().table == experience.table
    for outcome in Outcome.objects.all():
        assert (outcome.live, outcome.project, outcome.visibility) == (
            False,
            office,
            Circle.PROJECTS,
        )
        assert outcome.latest_revision.user is None
    event = ExchangeEventPage.objects.get()
    assert (event.live, event.slug) == (False, "erfahrungsaustausch-2014-05-14")
    assert [(table.slug, table.live) for table in TablePage.objects.order_by("path")] == [
        (f"tisch-{number}", False) for number in (1, 2, 3, 4)
    ]
    assert "Steuerungsgruppe" in topics
    assert Publication.objects.count() == 0


def test_the_title_is_the_first_clause_and_the_body_the_whole():
    run_text(SMALL)
    feast = Experience.objects.get(title="Hoffest mit geliehenen Stühlen")
    assert feast.body == (
        "<p>Hoffest mit geliehenen Stühlen; jede Familie bringt ein Gericht mit</p>"
    )
    by_hand = Experience.objects.filter(title="Einladung von Hand")
    assert [entry.body for entry in by_hand] == ["<p>Einladung von Hand</p>"] * 2
    assert len({entry.slug for entry in by_hand}) == 2


def test_markup_in_the_minutes_stays_text():
    run_text(SMALL.replace("Einladung von Hand", "Zettel mit < & \\<b\\>x\\</b\\> darauf"))
    body = Experience.objects.filter(title__startswith="Zettel").first().body
    assert body == "<p>Zettel mit &lt; &amp; &lt;b&gt;x&lt;/b&gt; darauf</p>"


def test_the_report_names_pages_moderators_and_places():
    weimar = ProjectFactory(title="Projekt A", slug="weimar")
    ProjectFactory(title="Projekt B", slug="b", other_names="Musterdorf\nHinterhof")
    text = SMALL.replace("Einladung von Hand", "Einladung von Hand in Weimar und Hinterhof", 1)
    report = run_text(text).to_json()
    assert report["event"] == "/veranstaltungen/erfahrungsaustausch-2015-05-03/"
    assert report["tables"][0]["path"] == f"{report['event']}tisch-1/"
    assert report["tables"][0]["moderators"] == ["Koordinierungsstelle"]
    assert report["suggestions"] == [
        {
            "entry": "Einladung von Hand in Weimar und Hinterhof",
            "project": slug,
            "why": f"Ort „{name}“ steht im Text",
        }
        for slug, name in (("weimar", "Weimar"), ("b", "Hinterhof"))
    ]
    assert Experience.objects.filter(project=weimar).count() == 0


def test_what_looks_like_another_entry_is_pointed_out():
    project = ProjectFactory()
    ExperienceFactory(title="Hoffest mit Stühlen, geliehen; Gericht von jeder Familie: bringt sie")
    by_hand = ExperienceFactory(title="Einladungen schreiben wir mit der Hand", project=project)
    ExperienceFactory(title="Einladungen per Mail")
    report = run_text(SMALL).to_json()
    found = {(look["entry"], look["like"], look["where"]) for look in report["looks_like"]}
    hoffest = Experience.objects.order_by("pk").first()
    assert found == {
        ("Hoffest mit geliehenen Stühlen", hoffest.title, hoffest.project.title),
        ("Einladung von Hand", by_hand.title, project.title),
        ("Einladung von Hand", "Einladung von Hand", "Tisch 1"),
    }
    assert report["created"] == 5


# --- topics --------------------------------------------------------------------------------------


def test_a_table_takes_the_topic_that_fits_best():
    for title in ("Netzwerk", "Öffentlichkeitsarbeit", "Steuerungsgruppe", "Kontakt Zielgruppe"):
        TopicFactory(title=title)
    assert topic_for("Öffentlichkeitsarbeit und Presse").title == "Öffentlichkeitsarbeit"
    assert topic_for("Steuerungsgruppenarbeit vor Ort").title == "Steuerungsgruppe"
    assert topic_for("Netzwerk, Kontakt zur Zielgruppe").title == "Kontakt Zielgruppe"
    assert Topic.objects.count() == 4
    assert topic_for("Feste").title == "Feste"
    assert Topic.objects.count() == 5


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Feste", "Feste"),
        ("Räume finden und füllen, Feste feiern, Nachbarn kennenlernen, Lärm vermeiden im Haus",
         "Räume finden und füllen"),
        ("Zusammenarbeit verschiedener Einrichtungen bzw. Träger in großen Wohngebieten am Rand",
         "Zusammenarbeit verschiedener Einrichtungen bzw. Träger"),
        ("x" * 100, "x" * 70 + "…"),
    ],
)  # fmt: skip
def test_long_titles_make_short_topics(title, expected):
    assert topic_title(title) == expected


# --- again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_same_file_twice_changes_nothing_and_says_so(path):
    first = run(path)
    before = state_of_database()
    second = run(path).to_json()
    assert state_of_database() == before
    assert (second["created"], second["unchanged"]) == (0, first.created)
    assert second["tables"] == first.to_json()["tables"]
    assert [loss for loss in second["losses"] if "schon" in loss["reason"]] == []


def test_a_changed_file_creates_only_what_is_new():
    run_text(SMALL)
    changed = SMALL.replace("- Einladung von Hand\n", "- Einladung von Hand\n- Kuchen\n", 1)
    changed = changed.replace("## Tisch 1", "Ein neuer Absatz zum Anfang.\n\n## Tisch 1")
    changed += "\n## Tisch 2: Wege\n\n### Gut\n\n- Zu Fuß\n"
    report = run_text(changed).to_json()
    assert (report["created"], report["unchanged"]) == (2, 5)
    assert [loss["text"] for loss in report["losses"]] == ["Ein neuer Absatz zum Anfang."]
    assert ExchangeEventPage.objects.count() == 1
    assert TablePage.objects.count() == 2


def test_entries_that_were_edited_or_handed_over_are_recognised():
    run_text(SMALL)
    entry = Experience.objects.get(title="Hoffest mit geliehenen Stühlen")
    entry.title, entry.project = "Ganz anders", ProjectFactory()
    entry.save()
    assert run_text(SMALL).created == 0


def test_two_events_on_one_day_do_not_mix():
    run_text(SMALL)
    assert run_text(SMALL.replace("# Erfahrungsaustausch", "# Steuerungsgruppe Nord")).created == 5
    slugs = set(ExchangeEventPage.objects.values_list("slug", "kind"))
    assert slugs == {
        ("erfahrungsaustausch-2015-05-03", "exchange"),
        ("steuerungsgruppe-2015-05-03", "steering_group"),
    }


def test_a_dry_run_says_the_same_and_changes_nothing():
    before = state_of_database()
    dry = run(MARKDOWN, dry_run=True).to_json()
    assert state_of_database() == before
    assert dry == run(MARKDOWN).to_json()


# --- publishing ----------------------------------------------------------------------------------


def test_publish_as_publishes_event_tables_entries_and_outcomes():
    office = person(roles.OFFICE)
    report = run(MARKDOWN, publish_as=office)
    assert report.failed == []
    assert ExchangeEventPage.objects.get().live
    assert TablePage.objects.filter(live=True).count() == 4
    assert set(Experience.objects.values_list("live", "visibility")) == {(True, Circle.PROJECTS)}
    assert set(Outcome.objects.values_list("live", flat=True)) == {True}
    assert Publication.objects.filter(published_by=office).count() == 5 + report.created
    assert run(MARKDOWN, publish_as=office).published == []


def test_drafts_can_be_published_by_reading_the_file_again():
    run_text(SMALL)
    report = run_text(SMALL, publish_as=person(roles.OFFICE)).to_json()
    assert (report["created"], report["published"]) == (0, 7)


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"", b"# Nichts\n\nText ohne Tisch", b"%PDF-1.7", WORD.read_bytes()[:20_000], b"\xff\xfe\x00"],
    ids=["empty", "no table", "pdf", "truncated", "encoding"],
)
def test_bad_input_leaves_the_database_as_it_was(data):
    before = state_of_database()
    with pytest.raises(MinutesError):
        import_minutes(data, "protokoll.docx")
    assert state_of_database() == before


def test_an_error_in_the_middle_undoes_everything():
    before = state_of_database()

    def fail(done, total):
        if done == 3:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        run_text(SMALL, on_progress=fail)
    assert state_of_database() == before


# --- size ----------------------------------------------------------------------------------------


def test_the_number_of_queries_grows_with_the_entries_only_and_slowly():
    def queries(entries: int) -> int:
        rows = "".join(f"- Eintrag {number} am Ende\n" for number in range(entries))
        text = f"# Treffen {entries}\n\n1.2.2016\n\n## Tisch 1: Wege\n\n### Gut\n\n{rows}"
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert run_text(text).created == entries
        return len(captured)

    queries(2)
    few, many = queries(10), queries(30)
    assert (many - few) / 20 < 40
