"""Edits of an import's plan: what they do, what they refuse, and that no word is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.domain import plan_edits
from cms.domain.import_plan import Action, Plan, normalise, plan_from
from cms.domain.kinds import Kind, OutcomeKind, Side
from cms.domain.minutes import ArgumentEntry, Entry, Minutes, Place, TableMinutes
from cms.domain.plan_edits import PlanError


def entry(text: str, kind=Kind.GOOD, points=(), pro=(), contra=()) -> Entry:
    arguments = [ArgumentEntry(Side.PRO, each, Place(1)) for each in pro]
    arguments += [ArgumentEntry(Side.CONTRA, each, Place(1)) for each in contra]
    return Entry(kind, text, Place(1), list(points), arguments)


def make_plan() -> Plan:
    first = TableMinutes(1, "Räume", Place(1))
    first.entries = [
        entry("Großes Fenster, helle Farbe; wer da ist, sieht man"),
        entry("Schlüssel bei der Nachbarin", points=["auch sonntags", "auch abends"]),
        entry(
            "Rauchen vor der Tür?",
            Kind.DISCUSSION,
            pro=["Man kommt ins Gespräch"],
            contra=["Der Rauch zieht hinein", "Kinder sehen es"],
        ),
        entry("Alle nennen bis Juni eine Person.", OutcomeKind.DECISION),
    ]
    second = TableMinutes(2, "Feste", Place(9))
    second.entries = [entry("Hoffest"), entry("Hoffest"), entry("Zwei Stufen", Kind.BAD)]
    return plan_from(Minutes(title="Protokoll Austausch", tables=[first, second]))


def words(plan: Plan) -> Counter[str]:
    """All words of the rows, but not "Vorteil" and "Nachteil", which the plan adds itself."""
    found: Counter[str] = Counter()
    for row in plan.rows:
        texts = [row.text, *row.points, *(argument.text for argument in row.arguments)]
        found.update(word for text in texts for word in normalise(text).split())
    return found


def keys(plan: Plan) -> list[str]:
    return [row.key for row in plan.rows]


def test_a_plan_survives_json():
    plan = make_plan()
    plan_edits.join_to(plan, "2-1", "row:1-1")
    assert Plan.from_json(plan.to_json()) == plan


def test_equal_entries_have_different_source_keys():
    sources = [source.key for row in make_plan().rows for source in row.sources]
    assert len(set(sources)) == len(sources) == 7
    assert [s.key for row in make_plan().rows for s in row.sources] == sources


def test_two_tables_with_one_number_are_told_apart():
    tables = [TableMinutes(1, title, Place(1), entries=[entry("Hoffest")]) for title in "AB"]
    plan = plan_from(Minutes(title="Austausch", tables=tables))
    assert [table.identity for table in plan.tables] == ["1", "1-2"]
    assert plan.rows[0].sources[0].key != plan.rows[1].sources[0].key


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Protokoll zum 3. Erfahrungsaustausch", "3. Erfahrungsaustausch"),
        ("Dokumentation Erfahrungsaustausch", "Erfahrungsaustausch"),
        ("Protokoll", "Protokoll"),
        ("Protokoll vom Treffen", "Protokoll vom Treffen"),
        ("", "Erfahrungsaustausch"),
    ],
)
def test_the_event_is_not_called_minutes(title, expected):
    assert plan_from(Minutes(title=title)).title == expected


def test_join_with_the_row_before_keeps_words_points_and_sources():
    plan = make_plan()
    assert plan_edits.join_with_previous(plan, "1-2") == "1-1"
    row = plan.row("1-1")
    assert row.text.splitlines()[1] == "Schlüssel bei der Nachbarin"
    assert row.points == ["auch sonntags", "auch abends"]
    assert len(row.sources) == 2
    assert "1-2" not in keys(plan)


def test_the_first_row_of_a_table_has_no_row_before():
    with pytest.raises(PlanError):
        plan_edits.join_with_previous(make_plan(), "2-1")


def test_split_at_a_clause():
    plan = make_plan()
    offset = plan_edits.cuts(plan.row("1-1").text)[-2]
    new = plan_edits.split(plan, "1-1", f"text:{offset}")
    assert plan.row("1-1").text == "Großes Fenster, helle Farbe;"
    assert plan.row(new).text == "wer da ist, sieht man"
    assert keys(plan)[:2] == ["1-1", new]
    assert plan.row(new).sources[0].key != plan.row("1-1").sources[0].key


def test_split_at_a_point_takes_the_points_that_follow():
    plan = make_plan()
    new = plan_edits.split(plan, "1-2", "point:0")
    assert (plan.row("1-2").points, plan.row(new).text) == ([], "auch sonntags")
    assert plan.row(new).points == ["auch abends"]


@pytest.mark.parametrize(("index", "kind"), [(0, Kind.GOOD), (1, Kind.BAD)])
def test_an_argument_becomes_an_experience_of_its_side(index, kind):
    plan = make_plan()
    new = plan_edits.split(plan, "1-3", f"argument:{index}")
    assert plan.row(new).kind is kind
    assert len(plan.row("1-3").arguments) == 2


@pytest.mark.parametrize("at", ["text:0", "text:999", "point:7", "argument:9", "text:x", "", "a:1"])
def test_a_split_that_makes_no_sense_changes_nothing(at):
    plan = make_plan()
    with pytest.raises(PlanError):
        plan_edits.split(plan, "1-2", at)
    assert plan == make_plan()


def test_what_was_joined_to_a_row_that_is_left_out_stands_for_itself():
    plan = make_plan()
    plan_edits.join_to(plan, "2-2", "row:2-1")
    plan_edits.leave_out(plan, "2-1")
    assert plan.row("2-2").action is Action.CREATE
    plan_edits.take_in(plan, "2-1")
    assert plan.row("2-1").action is Action.CREATE


def test_joins_are_followed_to_their_end_and_never_in_a_circle():
    plan = make_plan()
    plan_edits.join_to(plan, "2-2", "row:2-1")
    plan_edits.join_to(plan, "2-1", "row:1-1")
    assert plan_edits.final_target(plan, plan.row("2-2")) == "row:1-1"
    with pytest.raises(PlanError):
        plan_edits.join_to(plan, "1-1", "row:2-2")


def test_joins_point_to_what_their_target_was_merged_into():
    plan = make_plan()
    plan_edits.join_to(plan, "2-3", "row:2-2")
    plan_edits.join_with_previous(plan, "2-2")
    assert plan.row("2-3").join_to == "row:2-1"


def test_merging_two_joined_rows_leaves_no_row_joined_to_itself():
    plan = make_plan()
    plan_edits.join_to(plan, "2-2", "row:2-1")
    plan_edits.join_with_previous(plan, "2-2")
    assert plan.row("2-1").action is Action.CREATE
    plan = make_plan()
    plan_edits.join_to(plan, "2-1", "row:2-2")
    plan_edits.join_with_previous(plan, "2-2")
    assert plan.row("2-1").action is Action.CREATE


@pytest.mark.parametrize("target", ["row:1-4", "row:9-9", "entry:x", "page:1", "row:2-1"])
def test_a_join_that_makes_no_sense_is_refused(target):
    with pytest.raises(PlanError):
        plan_edits.join_to(make_plan(), "2-1", target)


def test_a_row_that_becomes_a_decision_takes_no_part_in_joins():
    plan = make_plan()
    plan_edits.join_to(plan, "2-2", "row:2-1")
    plan_edits.change_kind(plan, "2-1", "decision")
    assert plan.row("2-2").action is Action.CREATE
    with pytest.raises(PlanError):
        plan_edits.join_to(plan, "2-1", "entry:1")
    with pytest.raises(PlanError):
        plan_edits.change_kind(plan, "2-1", "anything")


def test_rows_that_were_read_in_before_stay():
    plan = make_plan()
    plan.row("1-1").known = True
    for edit in (plan_edits.leave_out, plan_edits.take_in):
        with pytest.raises(PlanError):
            edit(plan, "1-1")
    with pytest.raises(PlanError):
        plan_edits.join_with_previous(plan, "1-2")


EDITS = st.tuples(
    st.sampled_from(["kind", "leave", "take", "previous", "split", "join"]),
    st.integers(0, 20),
    st.integers(0, 20),
)


@given(st.lists(EDITS, max_size=25))
def test_no_edits_lose_a_word_or_leave_a_plan_that_cannot_be_created(edits):
    plan = make_plan()
    before = words(plan)
    for name, one, other in edits:
        try:
            _edit(plan, name, plan.rows[one % len(plan.rows)].key, other)
        except PlanError:
            continue
    assert words(plan) == before
    assert len(set(keys(plan))) == len(plan.rows)
    sources = [source.key for row in plan.rows for source in row.sources]
    assert len(set(sources)) == len(sources)
    for row in plan.rows:
        target = plan_edits.final_target(plan, row)
        assert target.startswith("row:")
        final = plan.row(target.removeprefix("row:"))
        assert row.action is not Action.JOIN or (
            final.action is Action.CREATE and not final.is_outcome
        )
    assert Plan.from_json(plan.to_json()) == plan


def _edit(plan: Plan, name: str, key: str, number: int) -> None:
    row = plan.row(key)
    if name == "kind":
        kinds = [*Kind, *OutcomeKind]
        plan_edits.change_kind(plan, key, kinds[number % len(kinds)].value)
    elif name == "leave":
        plan_edits.leave_out(plan, key)
    elif name == "take":
        plan_edits.take_in(plan, key)
    elif name == "previous":
        plan_edits.join_with_previous(plan, key)
    elif name == "join":
        plan_edits.join_to(plan, key, f"row:{plan.rows[number % len(plan.rows)].key}")
    else:
        offsets = [f"text:{at}" for at in plan_edits.cuts(row.text)]
        places = [*offsets, f"point:{number % 3}", f"argument:{number % 3}"]
        plan_edits.split(plan, key, places[number % len(places)])
