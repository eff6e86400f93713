"""The site's own error pages: named in the project's urls.py as handler403, 404 and 500."""

import json

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from cms.views.caching import private_for_signed_in

#: Shorter values are choices and numbers, or quickly typed again.
LONG_TEXT = 20


@private_for_signed_in
def not_found(request, exception):
    """404, the same for what does not exist and for what this reader may not see."""
    return render(request, "cms/404.html", status=404)


@private_for_signed_in
def forbidden(request, exception):
    """403."""
    return render(request, "cms/403.html", status=403)


@private_for_signed_in
def csrf_failure(request, reason=""):
    """403 for a form that was open too long: for the setting CSRF_FAILURE_VIEW.

    Who sent it is not certain, so nothing of it is saved; long texts are shown, to be copied.
    """
    context = {"form_expired": True, "typed": _long_texts(request.POST)}
    return render(request, "cms/403.html", context, status=403)


def _long_texts(posted) -> list[str]:
    """What looks like somebody's writing among the fields of a form."""
    texts = [
        _readable(value)
        for name, values in posted.lists()
        for value in values
        if "password" not in name and not name.startswith(("csrf", "loaded_revision"))
    ]
    return [text for text in texts if len(text) >= LONG_TEXT and " " in text]


def _readable(value: str) -> str:
    """The words of Wagtail's rich text editor, which sends JSON; else the value itself."""
    try:
        return "\n".join(block["text"] for block in json.loads(value)["blocks"])
    except (ValueError, TypeError, KeyError):
        return value


def server_error(request):
    """500, made without the database, which may be what failed."""
    return HttpResponseServerError(render_to_string("cms/500.html"))
