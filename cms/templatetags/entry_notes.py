"""The comments on an entry, for screens that show one."""

from django import template

from cms.models.entry import Entry
from cms.views.comments import name_of, panel_of

register = template.Library()
register.filter("name_of", name_of)


@register.inclusion_tag("cms/includes/comments.html", takes_context=True)
def entry_comments(context, entry: Entry, read_only: bool = False) -> dict:
    """The comments on ``entry`` with the forms that this person may use; nothing for others.

    ``read_only`` leaves the forms out, for use within another form.
    """
    request = context["request"]
    return {
        "panel": panel_of(entry, request.user),
        "next": request.get_full_path(),
        "read_only": read_only,
    }
