"""Deletes a page that was never published, for good: pages have no trash."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.domain.errors import RuleError
from cms.models import EditLock, Publication
from cms.permissions import policies
from cms.services.access import allowed
from cms.services.locks import refuse_if_locked


def was_published(page: Page) -> bool:
    """Has this page, or one below it, ever been published?"""
    pages = Page.objects.descendant_of(page, inclusive=True)
    page_types = ContentType.objects.filter(pk__in=pages.values("content_type"))
    publications = Publication.objects.filter(
        content_type__in=page_types, object_id__in=pages.values("pk")
    )
    return publications.exists()


@transaction.atomic
def delete_page(page: Page, user) -> None:
    """Deletes ``page`` with all that stands below it; receivers.py and the audit log are told.

    :raises NotAllowedError: without the right, also to what was published
    :raises LockedError: somebody else holds it, or it is approved for a day to come
    :raises RuleError: something below it was published
    """
    page = allowed(user, policies.DELETE, page)
    refuse_if_locked(page, user)
    if was_published(page):
        raise RuleError(_("Was veröffentlicht war, wird zurückgezogen, nicht gelöscht."))
    EditLock.objects.of(page).delete()
    page.delete(user=user)
