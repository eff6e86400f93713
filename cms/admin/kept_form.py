"""What was typed survives the end of a session: it waits until the person has signed in again.

A form of the admin that is sent after the session's end is answered by the sign-in page. What it
held is kept in the new session for an hour; back at the form's address, one click sends it
again, past the same checks as every form. It is offered to nobody but the person who wrote in
this browser last: whoever else signs in at an office's shared computer does not see it.
"""

import time
from http import HTTPStatus

from django.conf import settings
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse

from cms.permissions import policies
from cms.services.sessions import KEPT_FORM

SECONDS = 60 * 60
#: Longer than any entry; the session is no store for anybody's megabytes.
MAX_LENGTH = 300_000
DISCARD = "guide-discard-kept-form"
#: Tells after the session's end whose form it was: signed, and only for the admin's addresses.
WRITER = "guide_writer"


class KeptFormMiddleware:
    """Stands after Django's authentication."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        waits = policies.opens_admin(request.user) and _fields_for(request) is not None
        if waits and request.method == "GET":
            return _offer(request)
        response = self.get_response(request)
        _remember_writer(request, response)
        if request.method == "POST":
            if _asks_to_sign_in(request, response):
                _keep(request)
            elif waits and response.status_code < HTTPStatus.BAD_REQUEST:
                request.session.pop(KEPT_FORM)
        return response

    def process_view(self, request, view, args, kwargs):
        """Instead of sending it again; Django's check for forged forms came before."""
        if request.method == "POST" and DISCARD in request.POST and request.user.is_authenticated:
            return redirect(request.get_full_path())
        return None


def _writer(request) -> str | None:
    return request.get_signed_cookie(WRITER, default=None)


def _remember_writer(request, response) -> None:
    user = request.user
    if user.is_authenticated and _writer(request) != str(user.pk):
        response.set_signed_cookie(
            WRITER,
            str(user.pk),
            path=reverse("wagtailadmin_home"),
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def _asks_to_sign_in(request, response) -> bool:
    """Was this a form, sent by a person, that is answered by the sign-in page?"""
    login = resolve_url(settings.WAGTAILADMIN_LOGIN_URL)
    return (
        # Not the pings of Wagtail's editor, which come after the form.
        request.headers.get("sec-fetch-mode", "navigate") == "navigate"
        and not request.user.is_authenticated
        and response.status_code == HTTPStatus.FOUND
        and response.url.startswith(f"{login}?")
    )


def _keep(request) -> None:
    writer = _writer(request)
    if writer is None:
        return  # it could be offered to nobody
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    if sum(len(name) + len(value) for name, value in fields) <= MAX_LENGTH:
        request.session[KEPT_FORM] = {
            "path": request.get_full_path(),
            "at": time.time(),
            "writer": writer,
            "fields": fields,
        }


def _fields_for(request) -> list | None:
    kept = request.session.get(KEPT_FORM)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    if kept["writer"] != str(request.user.pk):
        return None
    return kept["fields"] if time.time() - kept["at"] < SECONDS else None


def _offer(request):
    context = {"fields": _fields_for(request), "discard": DISCARD}
    response = TemplateResponse(request, "cms/admin/kept_form.html", context)
    response["Cache-Control"] = "no-store"
    return response.render()
