"""News and steering groups of a project: a new draft, and asking the office to publish it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.models import Page

from cms.domain.errors import RuleError
from cms.domain.occasions import Occasion
from cms.models import EventIndexPage, ExchangeEventPage, NewsIndexPage, NewsPage, Project
from cms.models.choices import EventKindChoices
from cms.permissions import policies
from cms.services.access import locked, require
from cms.services.audit import record
from cms.services.edit_content import write_fields
from cms.services.notify import notify

ASK_ACTION = "cms.ask_to_publish"
MAX_TITLE = 255


def create_news(
    user, project: Project | None, title: str, fields: Mapping[str, Any] | None = None
) -> NewsPage:
    """A draft of a news item, of the office itself without a project.

    ``fields``: as edit_content.write_fields takes them. Raises NotAllowedError, RuleError.
    """
    page = NewsPage(project=project)
    write_fields(page, fields or {})
    return _add(user, project, title, NewsIndexPage, page)


def create_steering_group(user, project: Project, title: str) -> ExchangeEventPage:
    """A draft of a meeting of the project's steering group. Raises NotAllowedError, RuleError."""
    kind = EventKindChoices.STEERING_GROUP.value
    page = ExchangeEventPage(project=project, kind=kind, date=timezone.localdate())
    return _add(user, project, title, EventIndexPage, page)


@transaction.atomic
def _add(user, project: Project | None, title: str, index: type[Page], page):
    require(user, policies.EDIT, project)
    page.title = " ".join(title.split())
    if not page.title:
        raise RuleError(_("Bitte schreiben Sie eine Überschrift."))
    if len(page.title) > MAX_TITLE:
        raise RuleError(_("Die Überschrift ist zu lang: höchstens 255 Zeichen."))
    parent = index.objects.select_for_update().first()
    if parent is None:
        raise RuleError(_("Die Seite, unter der das stehen soll, fehlt noch."))
    # No owner: the page is the project's, not the person's.
    page.live = False
    with LogContext(user=user):
        parent.add_child(instance=page)
        page.save_revision(user=user, log_action="wagtail.create")
    return page


@transaction.atomic
def ask_to_publish(page, user) -> None:
    """Tells the office that the latest draft is ready. Raises NotAllowedError, RuleError."""
    require(user, policies.EDIT, page)
    page = locked(page)
    if page.live and not page.has_unpublished_changes:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    log(page, ASK_ACTION, user=user, revision=page.latest_revision)
    record("page.asked", by=user, obj=page)
    notify(Occasion.SUBMITTED, page, by=user)
