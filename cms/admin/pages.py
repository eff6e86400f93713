"""Pages in the admin: without Wagtail's workflow, and without the drafts of others."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Substr
from wagtail.admin.action_menu import (
    CancelWorkflowMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.permissions import policies

_WORKFLOW_ITEMS = (SubmitForModerationMenuItem, RestartWorkflowMenuItem, CancelWorkflowMenuItem)


def action_menu(menu_items, request, context) -> None:
    """For Wagtail's hook ``construct_page_action_menu``: its stock workflow has no reviewers."""
    menu_items[:] = [item for item in menu_items if not isinstance(item, _WORKFLOW_ITEMS)]


def choosable(pages, request):
    """For Wagtail's hook ``construct_page_chooser_queryset``: what is published, and one's own."""
    if policies.can(request.user, policies.OFFICE):
        return pages
    policy = policy_registry.get_by_type(Page)
    own = policy.instances_user_has_any_permission_for(request.user, {"change"})
    # Only tables stand below something that may be a draft.
    parent_path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    hidden_parent = Page.objects.filter(path=parent_path, live=False, depth__gt=1)
    readable = Page.objects.live().exclude(Exists(hidden_parent))
    # A subquery: the admin's search knows no Exists.
    return pages.filter(Q(pk__in=readable.values("pk")) | Q(pk__in=own.values("pk")))


def main_menu(request, items) -> None:
    """For Wagtail's hook ``construct_main_menu``: others find their pages under „Meldungen“."""
    if not policies.can(request.user, policies.OFFICE):
        items[:] = [item for item in items if item.name not in ("explorer", "reports")]
