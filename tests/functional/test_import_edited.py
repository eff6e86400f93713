"""Plans that a person edited become exactly what the preview showed."""

import pytest

from cms.domain.import_plan import Plan
from cms.domain.kinds import Kind, OutcomeKind
from cms.domain.plan_edits import change_kind, join_to, join_with_previous, leave_out, split
from cms.formats.reader import read_minutes
from cms.models import Experience, MinutesImport, Outcome
from cms.services.import_minutes import create_from_plan
from cms.services.import_plan import plan_for
from tests.factories.guide import ExperienceFactory, ProjectFactory
from tests.functional.test_import_minutes import SMALL, run_text

pytestmark = pytest.mark.django_db


def small_plan() -> Plan:
    return plan_for(read_minutes(SMALL.encode(), "protokoll.md"))


def test_a_plan_is_created_as_it_was_edited_and_remembered():
    plan = small_plan()
    project = ProjectFactory()
    plan.row("1-1").project_id = project.pk
    change_kind(plan, "1-1", "neutral")
    join_to(plan, "1-3", "row:1-2")
    leave_out(plan, "1-5")
    new = split(plan, "1-4", "argument:1")
    report = create_from_plan(plan)
    assert (report.created, report.joined) == (4, 1)
    feast = Experience.objects.get(title="Hoffest mit geliehenen Stühlen")
    assert (feast.kind, feast.project) == (Kind.NEUTRAL, project)
    joined = Experience.objects.get(title="Einladung von Hand")
    assert joined.sources.count() == 2
    assert Experience.objects.get(title=plan.row(new).text).kind == Kind.BAD
    assert Outcome.objects.count() == 0
    MinutesImport.objects.create(
        file_name="protokoll.md",
        status=MinutesImport.Status.DONE,
        plan=plan.to_json(),
        event=report.event,
    )
    again = run_text(SMALL)
    assert (again.created, again.joined) == (0, 0)


def test_joining_with_an_existing_entry_keeps_both_sources():
    existing = ExperienceFactory(title="Von Hand eingeladen")
    plan = small_plan()
    join_to(plan, "1-2", f"entry:{existing.pk}")
    join_to(plan, "1-3", "row:1-2")
    report = create_from_plan(plan)
    assert (report.created, report.joined) == (3, 2)
    assert [source.text for source in existing.sources.all()] == ["Einladung von Hand"] * 2
    assert run_text(SMALL).created == 0


def test_an_entry_whose_partner_is_gone_stands_for_itself():
    existing = ExperienceFactory()
    plan = small_plan()
    join_to(plan, "1-2", f"entry:{existing.pk}")
    existing.delete()
    assert create_from_plan(plan).created == 5


def test_a_good_experience_with_arguments_keeps_them_in_its_text():
    plan = small_plan()
    change_kind(plan, "1-4", "good")
    create_from_plan(plan)
    entry = Experience.objects.get(title="Mit Bühne oder ohne?")
    assert entry.arguments.count() == 0
    assert "<li>Vorteil: Musik lockt Leute an</li>" in entry.body


def test_a_discussion_can_become_a_follow_up_with_all_its_words():
    plan = small_plan()
    change_kind(plan, "1-4", "follow_up")
    create_from_plan(plan)
    outcome = Outcome.objects.get(kind=OutcomeKind.FOLLOW_UP)
    assert outcome.text.splitlines() == [
        "Mit Bühne oder ohne?",
        "Vorteil: Musik lockt Leute an",
        "Nachteil: Niemand kann sich unterhalten",
    ]


def test_a_long_plan_is_created_in_parts():
    plan = small_plan()
    join_with_previous(plan, "1-3")
    numbers = []
    for _ in range(4):
        report = create_from_plan(plan, limit=2)
        numbers.append((report.created, report.unchanged, report.remaining))
    assert numbers == [(2, 0, 2), (2, 2, 0), (0, 4, 0), (0, 4, 0)]
    assert Experience.objects.filter(sources__text="Einladung von Hand").distinct().count() == 1
