"""What caches may keep: answers to signed-in people are theirs alone."""

from functools import wraps

from django.utils.cache import patch_cache_control, patch_vary_headers


def _mark(request, response):
    patch_vary_headers(response, ["Cookie"])
    # An error page may be asked for before anybody looked who is there.
    if hasattr(request, "user") and request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def private_for_signed_in(view):
    """Wraps a view: the answer varies with the cookie, and is private for a signed-in person."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        return _mark(request, view(request, *args, **kwargs))

    return wrapped


def private_page(serve):
    """The same for Wagtail's pages: a hook for ``on_serve_page``."""

    def wrapped(page, request, args, kwargs):
        return _mark(request, serve(page, request, args, kwargs))

    return wrapped
