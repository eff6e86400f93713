"""What was done in Wagtail's own ways -> audit log."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.models import Page

from cms.models import (
    Experience,
    GuideSettings,
    Outcome,
    Project,
    SearchSynonym,
    Supplement,
)
from cms.models.entry import Entry
from cms.services.audit import record_about

_CREATED, _EDITED, _DELETED = "wagtail.create", "wagtail.edit", "wagtail.delete"
_PUBLISHED, _UNPUBLISHED = "wagtail.publish", "wagtail.unpublish"
#: By the clock: nobody does it just then.
_GOES_LIVE, _ENDS = "wagtail.publish.scheduled", "wagtail.unpublish.scheduled"
_PAGE = {
    _GOES_LIVE: "page.published_on_schedule",
    _ENDS: "page.ended_on_schedule",
    _PUBLISHED: "page.published",
    _UNPUBLISHED: "page.unpublished",
    _DELETED: "page.deleted",
    "wagtail.move": "page.moved",
    "wagtail.copy": "page.copied",
    "wagtail.publish.schedule": "page.scheduled",
    "wagtail.schedule.cancel": "page.unscheduled",
    "wagtail.view_restriction.create": "page.restricted",
    "wagtail.view_restriction.edit": "page.restricted",
    "wagtail.view_restriction.delete": "page.unrestricted",
}
#: What happens to entries past their services, which tell of everything else.
_ENTRY = {
    _GOES_LIVE: "entry.published_on_schedule",
    _ENDS: "entry.ended_on_schedule",
    "wagtail.schedule.cancel": "entry.unscheduled",
    "wagtail.lock": "entry.locked",
    "wagtail.unlock": "entry.unlocked",
}
#: Who may do what, and what holds for the whole site.
_MODELS = {
    get_user_model(): {
        _CREATED: "account.created",
        _EDITED: "account.changed",
        _DELETED: "account.deleted",
        "wagtail.apitoken.create": "token.created",
        "wagtail.apitoken.revoke": "token.revoked",
    },
    Group: {_CREATED: "group.created", _EDITED: "group.changed", _DELETED: "group.dissolved"},
    GuideSettings: {_EDITED: "settings.changed"},
    Project: {
        _CREATED: "project.created",
        _EDITED: "project.changed",
        _DELETED: "project.deleted",
    },
    SearchSynonym: {
        _CREATED: "synonym.added",
        _EDITED: "synonym.changed",
        _DELETED: "synonym.deleted",
    },
    Outcome: {
        _GOES_LIVE: "outcome.published_on_schedule",
        _ENDS: "outcome.ended_on_schedule",
        _PUBLISHED: "outcome.published",
        _UNPUBLISHED: "outcome.unpublished",
    },
    Experience: _ENTRY,
    Supplement: _ENTRY,
}
_ANYTHING = {_DELETED: "thing.deleted"}
#: Where the name of the thing names a person.
_NAMES = {get_user_model(): "account", Group: "group"}


def record_log_entry(entry) -> None:
    """Records a row of Wagtail's log, if it is one of those that the audit log tells of."""
    model = entry.content_type.model_class() if entry.content_type else None
    if model is None:
        return
    if issubclass(model, Page):
        actions, object_id = _PAGE, entry.page_id
    else:
        actions, object_id = _ANYTHING | _MODELS.get(model, {}), int(entry.object_id)
    action = actions.get(entry.action)
    if action is None:
        return
    name = _NAMES.get(model)
    record_about(
        action,
        by=entry.user,
        object_type=model._meta.model_name,
        object_id=object_id,
        project_id=_project_id(model, object_id),
        personal={name: entry.label} if name else None,
    )


def _project_id(model, object_id: int) -> int | None:
    if model is Project:
        return object_id
    if issubclass(model, Entry):
        return model.with_trash.filter(pk=object_id).values_list("project_id", flat=True).first()
    return None
