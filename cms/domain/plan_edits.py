"""What a person may change in the plan of an import. No edit loses a word.

Every function changes the plan in place and raises PlanError, a German sentence, for what
can't be done.
"""

import datetime
import re

from cms.domain.errors import RuleError
from cms.domain.import_plan import (
    Action,
    Plan,
    PlanArgument,
    Row,
    Source,
    kind_from,
    make_key,
    whole_text,
)
from cms.domain.kinds import Kind, Side
from cms.domain.sentences import sentence_ends

_CUT = re.compile(r"\n|[;,](?=\s)|\s*(?:→|->|=>)\s*|\s[–—-]\s|:(?=\s)")
_EDGE = " \n;,→–—-:"


class PlanError(RuleError):
    """An edit that can't be done."""


def find_row(plan: Plan, key: str) -> Row:
    """The row with this key, if it may be changed. Raises PlanError."""
    try:
        row = plan.row(key)
    except KeyError:
        raise PlanError("Diese Zeile gibt es in der Vorschau nicht mehr.") from None
    if row.known:
        raise PlanError("Diese Zeile ist schon eingelesen.")
    return row


def change_event(plan: Plan, title: str, date: str, place: str) -> None:
    """Names, dates and places the event; the date as in ISO 8601, or empty."""
    title = " ".join(title.split())
    if not title:
        raise PlanError("Die Veranstaltung braucht einen Namen.")
    try:
        day = datetime.date.fromisoformat(date) if date else None
    except ValueError:
        raise PlanError("Dieses Datum gibt es nicht.") from None
    plan.title, plan.date, plan.place = title, day, " ".join(place.split())


def change_kind(plan: Plan, key: str, kind: str) -> None:
    """Gives the row another kind. A decision joins no experience, so a join ends."""
    row = find_row(plan, key)
    try:
        row.kind = kind_from(kind)
    except ValueError:
        raise PlanError("Diese Art gibt es nicht.") from None
    if row.is_outcome:
        _release(plan, row)
        if row.action is Action.JOIN:
            _create_again(row)


def give_to_project(plan: Plan, key: str, project_id: int | None) -> None:
    """Makes a project the owner of what the row becomes; None is the office."""
    find_row(plan, key).project_id = project_id


def leave_out(plan: Plan, key: str) -> None:
    """The row becomes nothing; what was to be joined to it stands for itself again."""
    row = find_row(plan, key)
    _release(plan, row)
    row.action, row.join_to = Action.LEAVE_OUT, ""


def take_in(plan: Plan, key: str) -> None:
    """The row becomes an entry of its own (again)."""
    _create_again(find_row(plan, key))


def join_to(plan: Plan, key: str, target: str) -> None:
    """Makes the row a further source of an existing experience or of another row."""
    row = find_row(plan, key)
    if row.is_outcome:
        raise PlanError("Beschlüsse und Weiterverfolgungen lassen sich nicht zusammenführen.")
    kind, _, reference = target.partition(":")
    if kind == "row":
        other = find_row(plan, reference)
        if other.is_outcome or other.action is Action.LEAVE_OUT or other is row:
            raise PlanError("Damit lässt sich diese Zeile nicht zusammenführen.")
        if final_target(plan, other) == f"row:{row.key}":
            raise PlanError("Diese beiden Zeilen sind schon zusammengeführt.")
    elif kind != "entry" or not reference.isdecimal():
        raise PlanError("Damit lässt sich diese Zeile nicht zusammenführen.")
    row.action, row.join_to = Action.JOIN, target


def final_target(plan: Plan, row: Row) -> str:
    """Where the row ends up, through other joined rows: "entry:12" or "row:2-7" (maybe itself)."""
    while row.action is Action.JOIN and row.join_to.startswith("row:"):
        row = plan.row(row.join_to.removeprefix("row:"))
    return row.join_to if row.action is Action.JOIN else f"row:{row.key}"


def join_with_previous(plan: Plan, key: str) -> str:
    """Appends the row to the one before it in its table; returns that one's key."""
    row = find_row(plan, key)
    rows = plan.table_of(key).rows
    index = rows.index(row)
    if index == 0:
        raise PlanError("Vor dieser Zeile steht an diesem Tisch keine andere.")
    previous = find_row(plan, rows[index - 1].key)
    previous.text = "\n".join(part for part in (previous.text, row.text) if part)
    previous.points += row.points
    previous.arguments += row.arguments
    previous.sources += row.sources
    previous.hints += [hint for hint in row.hints if hint not in previous.hints]
    if row.action is Action.CREATE:
        _create_again(previous)
    for other in plan.rows:
        if other.join_to == f"row:{row.key}":
            other.join_to = f"row:{previous.key}"
    rows.pop(index)
    # Joined to itself through a third row, or to a decision: it stands for itself.
    for other in plan.rows:
        if other.join_to == f"row:{previous.key}" and (other is previous or previous.is_outcome):
            _create_again(other)
    return previous.key


def cuts(text: str) -> list[int]:
    """Offsets at which it makes sense to split ``text``: sentences, lines, clauses."""
    found = {match.end() for match in _CUT.finditer(text)} | set(sentence_ends(text))
    return sorted(at for at in found if text[:at].strip(_EDGE) and text[at:].strip(_EDGE))


def split(plan: Plan, key: str, at: str) -> str:
    """Splits the row; returns the new row's key.

    ``at`` is "text:120" (an offset), "point:1" or "argument:0" (an index: that point or
    argument begins the new row). The rest of the text takes the points with it, because
    they follow it; an argument that leaves its discussion becomes a good or bad experience.
    """
    row = find_row(plan, key)
    part, _, number = at.partition(":")
    if not number.isdecimal():
        raise PlanError("Bitte wählen Sie, wo die Zeile geteilt werden soll.")
    index = int(number)
    if part == "text":
        new = _split_text(row, index)
    elif part == "point" and index < len(row.points):
        new = _copy(row, row.points[index], points=row.points[index + 1 :])
        row.points = row.points[:index]
    elif part == "argument" and index < len(row.arguments):
        argument = row.arguments.pop(index)
        new = _copy(row, argument.text)
        new.kind = Kind.GOOD if argument.side is Side.PRO else Kind.BAD
    else:
        raise PlanError("Hier lässt sich die Zeile nicht teilen.")
    new.key = _free_key(plan, row.key)
    new.sources = [Source(make_key(row.sources[0].key, new.words), new.words)]
    rows = plan.table_of(key).rows
    rows.insert(rows.index(row) + 1, new)
    return new.key


def _split_text(row: Row, offset: int) -> Row:
    before, after = row.text[:offset].rstrip(), row.text[offset:].lstrip()
    if not before or not after:
        raise PlanError("Hier lässt sich die Zeile nicht teilen.")
    new = _copy(row, after, points=row.points, arguments=row.arguments)
    row.text, row.points, row.arguments = before, [], []
    return new


def _copy(
    row: Row,
    text: str,
    points: list[str] | None = None,
    arguments: list[PlanArgument] | None = None,
) -> Row:
    words = whole_text(text, points or [], arguments or [])
    return Row(
        key=row.key,
        kind=row.kind,
        text=text,
        place=row.place,
        sources=[],
        points=points or [],
        arguments=arguments or [],
        action=row.action if row.action is Action.LEAVE_OUT else Action.CREATE,
        project_id=row.project_id,
        hints=[hint for hint in row.hints if _hint_fits(hint.why, words)],
    )


def _hint_fits(why: str, words: str) -> bool:
    """Does the place that the hint quotes („Weimar“) stand in these words?"""
    quoted = re.search("„(.+?)“", why)
    return quoted is not None and quoted.group(1) in words


def _free_key(plan: Plan, key: str) -> str:
    taken = {row.key for row in plan.rows}
    number = 2
    while f"{key}.{number}" in taken:
        number += 1
    return f"{key}.{number}"


def _release(plan: Plan, row: Row) -> None:
    for other in plan.rows:
        if other.join_to == f"row:{row.key}":
            _create_again(other)


def _create_again(row: Row) -> None:
    row.action, row.join_to = Action.CREATE, ""
