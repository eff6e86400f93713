"""Whose a row is, and who may change it: the judge of everything that a request writes."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Revision, TaskState, WorkflowState

from cms.models import Experience, Outcome, Project, Publication, Supplement
from cms.models.entry import Entry
from cms.permissions import policies

#: Written by the machinery, for everybody, without being anybody's content.
MACHINERY = {
    "sessions.session",
    "cms.indexjob",
    "cms.auditevent",
    "cms.feedrun",
    "contenttypes.contenttype",
    "wagtailcore.referenceindex",
    "wagtailadmin.editingsession",  # its ping is judged by what it tells
    "wagtailimages.rendition",
    "wagtailredirects.redirect.hits",
}

#: What everybody may write: to the office's letter box.
LETTER_BOXES = {"cms.barrierreport"}

Snapshot = dict[tuple[str, object], dict]


def watched_models():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in MACHINERY
        and model._meta.managed
        and not model._meta.proxy
        and not model._meta.app_label.startswith("wagtailsearch")
    ]


class WriteWatcher:
    """Notes whether SQL wrote to a watched table; for ``connection.execute_wrapper``."""

    def __init__(self):
        self.tables = {model._meta.db_table for model in watched_models()}
        self.wrote = False

    def __call__(self, execute, sql, params, many, context):
        words = sql.split(None, 3)
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            self.wrote = self.wrote or any(word.strip('"') in self.tables for word in words[1:3])
        return execute(sql, params, many, context)


def snapshot() -> Snapshot:
    """Every row of every watched table."""
    rows: Snapshot = {}
    for model in watched_models():
        for values in model._base_manager.values():
            rows[model._meta.label_lower, values[model._meta.pk.attname]] = values
    return rows


@dataclass(frozen=True)
class Change:
    """One row that a request wrote: as it was (None: new) and as it is (None: gone)."""

    label: str
    before: dict | None
    after: dict | None

    @property
    def fields(self) -> set[str]:
        if not self.before or not self.after:
            return set()
        return {name for name, value in self.before.items() if self.after[name] != value}

    def __str__(self) -> str:
        what = "new" if not self.before else "gone" if not self.after else sorted(self.fields)
        return f"{self.label} {(self.after or self.before).get('id')}: {what}"


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    return [
        Change(key[0], before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    ]


def may_write(user, change: Change) -> bool:
    """Has ``user`` the right to this change?"""
    if policies.can(user, policies.OFFICE) or change.label in LETTER_BOXES:
        return True
    row = change.after or change.before
    if _is_own_account(user, change, row):
        return True
    projects = {_project_id(change.label, values) for values in (change.before, change.after)}
    return all(
        project_id is not None and _may(user, change, Project.objects.get(pk=project_id))
        for project_id in projects - {0}
    )


def _is_own_account(user, change: Change, row: dict) -> bool:
    if user.pk is None:
        return False
    if change.label == "auth.user":
        harmless = {"password", "first_name", "last_name", "email", "last_login"}
        return row["id"] == user.pk and change.fields <= harmless
    own = ("wagtailusers.", "wagtailcore.uploadedfile", "cms.notificationchoice")
    return change.label.startswith(own) and user.pk in (
        row.get("user_id"),
        row.get("uploaded_by_user_id"),
    )


def _may(user, change: Change, project) -> bool:
    model = apps.get_model(change.label)
    if model is Project or change.label == "cms.location":
        return policies.can(user, policies.EDIT_PROJECT, project)
    if change.label in ("cms.projectusergrant", "cms.projectgroupgrant"):
        return policies.can(user, policies.GRANT, project)
    if model is Publication and not change.before:
        return policies.can(user, policies.REVIEW, project)
    if issubclass(model, Entry | Outcome) and change.after and change.after["live"]:
        row_changes = change.fields - {"has_unpublished_changes", "latest_revision_id"}
        return not row_changes or policies.can(user, policies.REVIEW, project)
    return policies.can(user, policies.EDIT, project)


def _project_id(label: str, values: dict | None) -> int | None:
    """The owning project of a row; None is the office's, 0 for a row that is not there."""
    if values is None:
        return 0
    if label == "cms.project":
        return values["id"]
    for column in ("project_id", "content_object_id"):
        if isinstance(values.get(column), int):
            return values[column]
    for column, model in (("experience_id", Experience), ("supplement_id", Supplement)):
        if values.get(column):
            return _of_row(model, values[column])
    if values.get("content_type_id") and values.get("object_id"):
        return _of_content(values["content_type_id"], values["object_id"])
    if values.get("base_content_type_id") and values.get("object_id"):
        return _of_content(values["base_content_type_id"], values["object_id"])
    for column, model in (("workflow_state_id", WorkflowState), ("revision_id", Revision)):
        if values.get(column):
            parent = model._base_manager.filter(pk=values[column]).values().first()
            return _project_id(model._meta.label_lower, parent) if parent else None
    if values.get("taskstate_ptr_id"):
        parent = TaskState.objects.filter(pk=values["taskstate_ptr_id"]).values().first()
        return _project_id("wagtailcore.taskstate", parent)
    return None


def _of_content(content_type_id: int, object_id) -> int | None:
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return object_id if model is Project else _of_row(model, object_id)


def _of_row(model, pk) -> int | None:
    """The project of a row that may be gone by now: then nobody but the office is its owner."""
    row = model._base_manager.filter(pk=pk).first() if model else None
    return getattr(row, "project_id", None)


def watching(watcher: WriteWatcher):
    return connection.execute_wrapper(watcher)
