"""Publishes an event, a table or a news item."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, log
from wagtail.models import Page

from cms.domain.errors import LockedError, RuleError
from cms.models import ExchangeEventPage, TablePage
from cms.models.publishing import APPROVAL_ACTION
from cms.permissions import policies
from cms.services.access import allowed, refuse_if_locked_by_hand
from cms.services.review import publish_pages


@transaction.atomic
def publish_page(page: Page, user, *, with_tables: bool = False, note: str = "") -> None:
    """Publishes the latest draft of ``page``, or on the day that it names.

    The office does; of a project's news and steering groups also who reviews there.

    :param with_tables: of an event, those of its tables that have something new, too
    :param note: a word on it, kept in the history
    :raises NotAllowedError, LockedError, RuleError: nothing of it is new
    """
    page = allowed(user, policies.REVIEW, page)
    refuse_if_locked_by_hand(page, user)
    if page.approved_schedule:
        raise LockedError(_("Das ist freigegeben und erscheint zu seinem Termin."))
    new = [page] if has_something_new(page) else []
    if with_tables and isinstance(page, ExchangeEventPage):
        new += filter(has_something_new, TablePage.objects.child_of(page))
    if not new:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    with LogContext(user=user):
        publish_pages(new, user)
        if note.strip() and page in new:
            revision = page.get_latest_revision()
            log(page, APPROVAL_ACTION, user=user, data={"comment": note.strip()}, revision=revision)


def has_something_new(page: Page) -> bool:
    """Is there anything that its readers don't see yet?"""
    return not page.live or page.has_unpublished_changes
