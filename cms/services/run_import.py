"""An import of minutes from the upload to the drafts, in as many steps as one likes.

No thread, no queue: each call creates the next entries in a transaction of its own and says how far
it is. The keys of the sources make that safe: a call that failed or came twice creates nothing
twice, and what was interrupted goes on where it stopped. Until then only drafts exist.
"""

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from cms.domain.errors import ExistsError
from cms.domain.import_plan import Plan
from cms.domain.plan_edits import PlanError
from cms.formats.reader import read_minutes
from cms.models import MinutesImport
from cms.permissions import policies
from cms.services.access import locked, require
from cms.services.import_minutes import create_from_plan
from cms.services.import_plan import plan_for
from cms.services.import_report import Report

CHUNK = 10  # entries in one request: about a fifth of a second


def start_import(data: bytes, file_name: str, user) -> MinutesImport:
    """Reads a file and keeps what would become of it. Raises NotAllowedError, MinutesError."""
    require(user, policies.OFFICE)
    plan = plan_for(read_minutes(data, file_name))
    return MinutesImport.objects.create(
        file_name=file_name[:255],
        sha256=hashlib.sha256(data).hexdigest(),
        plan=plan.to_json(),
        created_by=user,
    )


def earlier_import(minutes_import: MinutesImport) -> MinutesImport | None:
    """The same file, if it was read in before."""
    same = MinutesImport.objects.filter(sha256=minutes_import.sha256)
    return same.filter(status=MinutesImport.Status.DONE).exclude(pk=minutes_import.pk).first()


@transaction.atomic
def change_plan(minutes_import: MinutesImport, user, edit: Callable[[Plan], None]) -> MinutesImport:
    """Keeps the plan as ``edit`` leaves it; the import as it is then.

    Raises NotAllowedError, PlanError, and what ``edit`` raises: nothing is changed then.
    """
    require(user, policies.OFFICE)
    row = locked(minutes_import)
    plan = Plan.from_json(row.plan)
    edit(plan)
    keep_plan(row, plan)
    return row


def keep_plan(row: MinutesImport, plan: Plan) -> None:
    """The preview as somebody left it; the caller holds the row. Raises PlanError."""
    if row.status != MinutesImport.Status.PREVIEW:
        raise PlanError(_("Das Anlegen hat schon begonnen; die Vorschau steht fest."))
    row.plan = plan.to_json()
    row.save(update_fields=["plan"])


@transaction.atomic
def go_on(minutes_import: MinutesImport, user, limit: int | None) -> MinutesImport:
    """Creates the next ``limit`` entries (None: all of them); the import as it is then.

    Raises NotAllowedError, RuleError.
    """
    require(user, policies.OFFICE)
    row = locked(minutes_import)
    if row.status == MinutesImport.Status.DONE:
        return row
    report = create_from_plan(Plan.from_json(row.plan), user=None, limit=limit)
    row.event = report.event
    row.progress_done += report.created + report.joined
    row.progress_total = row.progress_done + report.remaining
    row.report = _add_up(row.report or {"created": 0, "joined": 0}, report)
    row.status = MinutesImport.Status.RUNNING if report.remaining else MinutesImport.Status.DONE
    row.save()
    return row


@transaction.atomic
def discard(minutes_import: MinutesImport, user) -> None:
    """Throws a preview away. Raises NotAllowedError; ExistsError if something was created of it."""
    require(user, policies.OFFICE)
    row = locked(minutes_import)
    if row.status != MinutesImport.Status.PREVIEW:
        raise ExistsError(_("Aus diesem Protokoll ist schon etwas angelegt; es bleibt."))
    row.delete()


def _add_up(earlier: dict, report: Report) -> dict:
    """The report over all steps; what an earlier one created is not "unchanged"."""
    data = report.to_json()
    data["unchanged"] -= earlier["created"] + earlier["joined"]
    data["created"] += earlier["created"]
    data["joined"] += earlier["joined"]
    return data
