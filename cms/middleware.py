"""Around every request: who may go on and where to, a transaction if it writes, our page if nothing
is there."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from wagtail.admin.auth import permission_denied

from cms.admin import stock
from cms.api.addresses import NAMESPACE
from cms.permissions import policies
from cms.services import second_factor, sessions, sign_in
from cms.services.audit import record
from cms.views.client import client_of
from cms.views.errors import not_found

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class AccountMiddleware:
    """Notes where sessions are used; no session goes on without the second factor it must have.

    After AuthenticationMiddleware and MessageMiddleware.
    """

    #: So often the time of last use is written.
    NOTE_SECONDS = 5 * 60
    #: Open to a session that still lacks its second factor.
    OPEN = frozenset({"cms:second_factor", "cms:login", "cms:logout", "wagtailadmin_logout"})
    #: Asked by monitors, and tells nothing that is anybody's.
    HEALTH = "search:health"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Without a cookie nobody is signed in, and the answer does not vary with it.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if match.view_name == self.HEALTH:
            return None
        self._note(request)
        if sign_in.is_verified(request) or not second_factor.must_have(request.user):
            return None
        is_api = match.namespace == NAMESPACE
        if second_factor.has(request.user):
            logout(request)  # begun before there was one
            if is_api:
                raise PermissionDenied
            return redirect("cms:login")
        if match.view_name in self.OPEN:
            return None
        # A program cannot follow to a form.
        if is_api or request.method not in SAFE_METHODS:
            raise PermissionDenied
        return redirect("cms:second_factor")

    def _note(self, request) -> None:
        now = int(time.time())
        if now - request.session.get("noted", 0) > self.NOTE_SECONDS:
            request.session["noted"] = now
            sessions.note(request, client_of(request))


class ExportMiddleware:
    """Records that a list of the admin was taken as a file; our own files record it themselves."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_file = "attachment" in response.get("Content-Disposition", "")
        if is_file and "export" in request.GET and request.user.is_authenticated:
            record("list.exported", by=request.user, data={"address": request.path})
        return response


class AtomicWritesMiddleware:
    """Runs the view of a POST, PUT, PATCH or DELETE in one transaction.

    As ATOMIC_REQUESTS, which wraps reading too: on SQLite, where our transactions begin
    IMMEDIATE, every page that somebody reads would then wait for the one write lock.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method in SAFE_METHODS or getattr(view, "_non_atomic_requests", None):
            return None
        try:
            return transaction.atomic(view)(request, *args, **kwargs)
        except Http404 as error:
            # Called from here, the view is out of reach of NotFoundMiddleware.
            return not_found(request, error)


class NotFoundMiddleware:
    """Our page for what is not there, in the development server too, which `make run` is.

    Nothing is at an address with a NUL in it, and PostgreSQL must not be asked for one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path:
            return not_found(request, Http404())
        return self.get_response(request)

    def process_exception(self, request, exception):
        return not_found(request, exception) if isinstance(exception, Http404) else None


class StockScreensMiddleware:
    """Asks the policy before any of Wagtail's own views; see :mod:`cms.admin.stock`.

    After the middleware of authentication and messages. People without the admin get Wagtail's
    own answer, which is our sign-in.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name or ""
        if stock.is_password_reset(name):
            return redirect("cms:password_forgotten")
        if stock.is_sign_in(name):
            return redirect_to_login(request.GET.get("next", ""), resolve_url("cms:login"))
        if stock.is_closed_to(request.user, name, kwargs):
            if name == stock.LINK_CHOOSER:
                return redirect(f"{reverse(stock.OPEN_LINK_CHOOSER)}?{request.GET.urlencode()}")
            return permission_denied(request)
        if stock.names_nothing(name, kwargs, request.GET):
            return not_found(request, Http404())
        if name == stock.BULK_ACTION and policies.opens_admin(request.user):
            model = kwargs["app_label"], kwargs["model_name"]
            request.GET = stock.own_ids(request.user, request.GET, *model)
        return None
