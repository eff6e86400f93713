"""Around every request: a transaction if it may write, and our page if nothing is there."""

from django.db import transaction
from django.http import Http404

from cms.views.errors import not_found

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


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
        return transaction.atomic(view)(request, *args, **kwargs)


class NotFoundMiddleware:
    """Our page for what is not there, in the development server too, which `make run` is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return not_found(request, exception) if isinstance(exception, Http404) else None
