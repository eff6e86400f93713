"""/intern/suche/ and /admin/suche/: the same search among drafts, in two frames."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.search import SearchArea

from cms.domain.indexing import ObjectType
from cms.domain.people import name_of
from cms.permissions import policies
from cms.published import drafts
from cms.published.drafts import ShownDraft
from search import inside, service
from search.highlight import Highlighter
from search.inside_facets import PER_PAGE, Asked, Facets
from search.learnt_words import current_splitter
from search.presentation import TYPE_TITLES, marked

TITLE_LENGTH, FRAGMENT_LENGTH = 300, 260
COMMENT_SCREENS = {
    ObjectType.EXPERIENCE: "cms:comments",
    ObjectType.SUPPLEMENT: "cms:comments_supplement",
}


@login_required(login_url="cms:login")
@require_safe
@vary_on_cookie
def internal(request):
    """In the internal area; who sees no drafts is told what this is."""
    response = TemplateResponse(request, "search/inside.html", _context(request))
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def admin(request):
    """In the admin, where Wagtail's search field leads to."""
    if not drafts.sees_drafts(policies.reader_for(request.user)):
        raise PermissionDenied
    return TemplateResponse(request, "search/admin/inside.html", _context(request))


class DraftsSearchArea(SearchArea):
    """Comes first, and so the search field of the sidebar leads to it."""

    def __init__(self) -> None:
        url = reverse("guide_search")
        super().__init__("Entwürfe", url, name="drafts", icon_name="edit", order=10)

    def is_shown(self, request) -> bool:
        return drafts.sees_drafts(policies.reader_for(request.user))


def _context(request) -> dict:
    reader = policies.reader_for(request.user)
    asked = Asked.read(request.GET)
    found = inside.find(asked.text, reader)
    facets = Facets(found.drafts, asked)
    total = len(facets.narrowed)
    start = (asked.page - 1) * PER_PAGE
    last_page = max(1, -(-total // PER_PAGE))
    page = drafts.shown_drafts(facets.narrowed[start : start + PER_PAGE])
    return {
        "sees_drafts": drafts.sees_drafts(reader),
        "query": asked.text,
        "rows": _rows(page, asked.text, request.user),
        "total": total,
        "has_drafts": bool(found.drafts),
        "degraded": found.degraded,
        "is_cut": found.is_cut,
        "facets": facets.groups(),
        "chosen": facets.chosen_rows(),
        "kept": [(by.value, value) for by, values in asked.chosen.items() for value in values],
        "page": asked.page,
        "last_page": last_page,
        "previous_url": (
            asked.address(page=min(asked.page - 1, last_page)) if asked.page > 1 else ""
        ),
        "next_url": asked.address(page=asked.page + 1) if asked.page < last_page else "",
    }


def _rows(page: list[ShownDraft], text: str, user) -> list[dict]:
    highlighter = Highlighter(text, current_splitter(), service.synonyms_of(text))
    edit_url = AdminURLFinder(user).get_edit_url
    return [
        {
            "url": _address(one),
            "edit_url": edit_url(one.entry),
            "title": marked(one.title, highlighter, TITLE_LENGTH),
            "label": TYPE_TITLES[one.draft.ref[0]],
            "state": one.state_label,
            "needs_attention": one.draft.state == "returned",
            "facts": _facts(one),
            "fragment": marked(one.text, highlighter, FRAGMENT_LENGTH),
        }
        for one in page
    ]


def _address(one: ShownDraft) -> str:
    """The screen with the draft to read and its comments."""
    object_type, pk = one.draft.entry
    url = reverse(COMMENT_SCREENS[object_type], args=[pk])
    if one.comment is None:
        return url
    return f"{url}#kommentar-{one.comment.parent_id or one.comment.pk}"


def _facts(one: ShownDraft) -> list[str]:
    """Whose it is, who wrote it last, and when."""
    facts = [str(one.entry.project)]
    revision = one.entry.latest_revision
    if one.comment:
        facts.append(name_of(one.comment.author))
    elif revision and revision.user:
        facts.append(name_of(revision.user))
    if one.draft.changed_at:
        facts.append(format_date(localtime(one.draft.changed_at), "d.m.Y"))
    return facts
