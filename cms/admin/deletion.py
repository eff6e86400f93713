"""What was published is withdrawn, not deleted: the history of the guide stays whole."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.models import Experience, Publication, TablePage, Topic


def _was_published(objects) -> bool:
    """Has any of these objects, or a page below one of them, ever been published?"""
    for obj in objects:
        if isinstance(obj, Page):
            page_ids = Page.objects.descendant_of(obj, inclusive=True).values("pk")
            page_types = ContentType.objects.filter(
                pk__in=Page.objects.filter(pk__in=page_ids).values("content_type")
            )
            publications = Publication.objects.filter(
                content_type__in=page_types, object_id__in=page_ids
            )
        else:
            publications = Publication.objects.of(obj)
        if publications.exists():
            return True
    return False


PUBLISHED = gettext_lazy(
    "Das war schon veröffentlicht und gehört zur Geschichte des Leitfadens. Ziehen Sie es zurück "
    "(„Veröffentlichung aufheben“), dann liest es niemand mehr."
)


def _refuse(request, reason=PUBLISHED):
    messages.error(request, reason)
    return redirect("wagtailadmin_home")


def before_delete_page(request, page):
    """For Wagtail's hook ``before_delete_page``."""
    return _refuse(request) if _was_published([page]) else None


def before_delete_snippet(request, instances):
    """For Wagtail's hook ``before_delete_snippet``: also keeps topics that are used."""
    topics = [obj for obj in instances if isinstance(obj, Topic)]
    used = Experience.objects.filter(topics__in=topics).distinct().count()
    if used or TablePage.objects.filter(topics__in=topics).exists():
        return _refuse(
            request,
            _(
                "Das Thema wird gebraucht: %(count)s Erfahrungen stehen darin. Ordnen Sie sie "
                "zuerst einem anderen Thema zu."
            )
            % {"count": used},
        )
    known = [obj for obj in instances if hasattr(obj, "first_published_at")]
    return _refuse(request) if _was_published(known) else None


def before_bulk_action(request, action_type, objects, action):
    """For Wagtail's hook ``before_bulk_action``."""
    pages = [obj for obj in objects if isinstance(obj, Page)]
    return _refuse(request) if action_type == "delete" and _was_published(pages) else None
