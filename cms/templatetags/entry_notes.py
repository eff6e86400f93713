"""What others say about an entry, for screens on which somebody works on it."""

from django import template

from cms.domain.people import name_of
from cms.models import Experience, ProblemReport
from cms.models.entry import Entry
from cms.permissions import policies
from cms.views.comments import panel_of

register = template.Library()
register.filter("name_of", name_of)


@register.inclusion_tag("cms/includes/comments.html", takes_context=True)
def entry_comments(context, entry: Entry, read_only: bool = False) -> dict:
    """The comments on ``entry`` with the forms that this person may use; nothing for others.

    ``read_only`` leaves the forms out, for use within another form.
    """
    request = context["request"]
    panel = panel_of(entry, request.user)
    if panel and read_only and panel.form is None and panel.comments.is_empty:
        panel = None
    return {
        "panel": panel,
        "next": request.get_full_path(),
        "read_only": read_only,
    }


@register.inclusion_tag("cms/includes/problems.html", takes_context=True)
def entry_problems(context, entry: Entry) -> dict:
    """The open reports of readers on ``entry``; nothing for who doesn't see its drafts."""
    user = context["request"].user
    reported = isinstance(entry, Experience) and policies.can(user, policies.SEE, entry)
    return {
        "problems": ProblemReport.objects.filter(entry=entry, done=False) if reported else [],
        "is_office": policies.can(user, policies.OFFICE),
    }
