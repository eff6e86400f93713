"""Pages in the admin: they are the office's, which publishes them without a workflow."""

from wagtail.admin.action_menu import (
    CancelWorkflowMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
)

from cms.permissions import policies

_WORKFLOW_ITEMS = (SubmitForModerationMenuItem, RestartWorkflowMenuItem, CancelWorkflowMenuItem)


def action_menu(menu_items, request, context) -> None:
    """For Wagtail's hook ``construct_page_action_menu``: its stock workflow has no reviewers."""
    menu_items[:] = [item for item in menu_items if not isinstance(item, _WORKFLOW_ITEMS)]


def choosable(pages, request):
    """For Wagtail's hook ``construct_page_chooser_queryset``: drafts are the office's own."""
    return pages if policies.can(request.user, policies.OFFICE) else pages.live()
