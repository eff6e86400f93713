"""The site's own error pages: named in the project's urls.py as handler403, 404 and 500."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from cms.views.caching import private_for_signed_in


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
    """403 for a form that was open too long: for the setting CSRF_FAILURE_VIEW."""
    return render(request, "cms/403.html", {"form_expired": True}, status=403)


def server_error(request):
    """500, made without the database, which may be what failed."""
    return HttpResponseServerError(render_to_string("cms/500.html"))
