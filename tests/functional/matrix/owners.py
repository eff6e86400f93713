"""Whose a row is, and who may change it: the judge of everything that a request writes."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.documents import get_document_model
from wagtail.models import Page, Revision, TaskState, WorkflowState

from cms.models import Comment, Experience, Outcome, Project, Publication, Supplement
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
    "cms.webhookdelivery",  # what is told of a publication, see test_webhooks
    "cms.notification",  # to those whom it concerns, see test_notifications
    "cms.signedinsession",
    "cms.apisession",
    "cms.tries",
    "cms.missedsearch",  # a search that found nothing counts itself
    "taggit.tag",
}

#: What everybody may write: to the office's letter box.
LETTER_BOXES = {"cms.barrierreport", "cms.problemreport"}

#: Rows of Wagtail that belong to the person who is named in them; ours are told by ``user``.
OWN = {
    "wagtailcore.pagesubscription",
    "wagtailusers.userprofile",
    "wagtailcore.uploadedfile",
    "wagtailadmin.formstate",
}

#: A row without a project of its own belongs to the owner of the row that it hangs on.
PARENTS = {
    "experience_id": Experience,
    "supplement_id": Supplement,
    "workflow_state_id": WorkflowState,
    "document_id": get_document_model(),
    "page_ptr_id": Page,
    "page_id": Page,
    "revision_id": Revision,
    "taskstate_ptr_id": TaskState,
}

#: What a new draft changes on the row of something that is live.
DRAFT_FIELDS = {
    "has_unpublished_changes",
    "latest_revision_id",
    "latest_revision_created_at",
    "draft_title",
}

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


class Judge:
    """Tells of changes whether a person had the right to them.

    Looks owners up in what was there before or after: a deletion takes them along.
    """

    def __init__(self, before: Snapshot, after: Snapshot):
        self.rows = before | after
        self.before = before

    def may_write(self, user, change: Change) -> bool:
        """Has ``user`` the right to this change?"""
        if policies.can(user, policies.OFFICE) or change.label in LETTER_BOXES:
            return True
        if change.fields == {"numchild"}:  # the tree's own bookkeeping
            return True
        owners = {
            self._project_id(change.label, values)
            for values in (change.before, change.after)
            if values
        }
        if owners == {None} and _is_own_account(user, change):
            return True
        return all(owner and self._may(user, change, owner) for owner in owners)

    def _may(self, user, change: Change, project_id: int) -> bool:
        project = Project.objects.get(pk=project_id)
        model = apps.get_model(change.label)
        if change.label in ("cms.project", "cms.location"):
            return policies.can(user, policies.EDIT_PROJECT, project)
        if change.label in ("cms.projectusergrant", "cms.projectgroupgrant"):
            return policies.can(user, policies.GRANT, project)
        if model is Comment:
            return policies.can(user, policies.SEE, project)
        if model is Publication and not change.before:
            return policies.can(user, policies.REVIEW, project)
        if issubclass(model, Entry | Outcome | Page) and (change.after or {}).get("live"):
            published = change.fields - DRAFT_FIELDS
            return not published or policies.can(user, policies.REVIEW, project)
        return policies.can(user, policies.EDIT, project)

    def _project_id(self, label: str, values: dict) -> int | None:
        """The owning project of a row; None is the office's."""
        if label == "cms.project":
            return values["id"]
        if label == "cms.experienceusergrant":
            return self._of(Experience, values["content_object_id"])
        if "path" in values and "numchild" in values:
            return self._of_page(values)
        for column in ("project_id", "content_object_id"):
            if isinstance(values.get(column), int):
                return values[column]
        for column in ("base_content_type_id", "content_type_id"):
            if values.get(column) and values.get("object_id"):
                model = ContentType.objects.get_for_id(values[column]).model_class()
                return self._of(model, values["object_id"])
        if values.get("collection_id"):
            return self._of_collection(values["collection_id"])
        for column, model in PARENTS.items():
            if values.get(column):
                return self._of(model, values[column])
        return None

    def _of_collection(self, pk: int) -> int | None:
        """Files are their project's: that of the collection."""
        for (label, project_id), values in self.rows.items():
            if label == "cms.project" and values.get("collection_id") == pk:
                return project_id
        return None

    def _of_page(self, values: dict) -> int | None:
        """Of a news item or steering group, or of a table below one."""
        for label in ("cms.newspage", "cms.exchangeeventpage"):
            specific = self.rows.get((label, values["id"]))
            if specific:
                return specific["project_id"]
        for (label, _pk), parent in self.rows.items():
            is_parent = label == "wagtailcore.page" and parent["path"] == values["path"][:-4]
            if is_parent and ("cms.exchangeeventpage", parent["id"]) in self.rows:
                return self._of_page(parent)
        return None

    def _of(self, model, pk) -> int | None:
        label = model._meta.label_lower
        parent = self.rows.get((label, int(pk) if str(pk).isdigit() else pk))
        return self._project_id(label, parent) if parent else None


def _is_own_account(user, change: Change) -> bool:
    row = change.after or change.before
    if user.pk is None:
        return False
    if change.label == "auth.user":
        harmless = {"password", "first_name", "last_name", "email", "last_login"}
        return row["id"] == user.pk and change.fields <= harmless
    if change.label == "wagtailcore.modellogentry":
        # Wagtail's own account page notes that its owner changed it.
        account = ContentType.objects.get(app_label="auth", model="user").pk
        told = (row["content_type_id"], row["object_id"], row["user_id"], change.before)
        return told == (account, str(user.pk), user.pk, None)
    is_personal = change.label in OWN or change.label.startswith("cms.")
    return is_personal and user.pk in (row.get("user_id"), row.get("uploaded_by_user_id"))


def watching(watcher: WriteWatcher):
    return connection.execute_wrapper(watcher)
