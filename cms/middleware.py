"""A transaction around every request that may write."""

from django.db import transaction

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
