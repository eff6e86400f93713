"""What was published is withdrawn, not deleted; what never was goes into the trash."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from cms.domain.errors import RuleError
from cms.models import Experience, Publication, TablePage, Topic
from cms.models.entry import Entry
from cms.services.delete_page import was_published
from cms.services.trash import trash


def _was_published(objects) -> bool:
    """Has any of these objects, or a page below one of them, ever been published?"""
    return any(
        was_published(obj) if isinstance(obj, Page) else Publication.objects.of(obj).exists()
        for obj in objects
    )


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
    if _was_published(known):
        return _refuse(request)
    entries = [obj for obj in instances if isinstance(obj, Entry)]
    return _throw_away(request, entries) if entries and request.method == "POST" else None


def _throw_away(request, entries: list[Entry]):
    """Instead of Wagtail's deletion, of one and of many: into the trash, from where it returns."""
    for entry in entries:
        try:
            trash(entry, request.user)
        except RuleError as error:
            messages.error(request, f"„{entry.draft_title}“: {error}")
        else:
            messages.success(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("„%(title)s“ liegt im Papierkorb.") % {"title": entry.draft_title},
                    reverse("guide_trash"),
                    _("Zurückholen"),
                ),
            )
    return redirect(entries[0].snippet_viewset.get_url_name("list"))


def before_bulk_action(request, action_type, objects, action):
    """For Wagtail's hook ``before_bulk_action``."""
    pages = [obj for obj in objects if isinstance(obj, Page)]
    return _refuse(request) if action_type == "delete" and _was_published(pages) else None
