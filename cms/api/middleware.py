"""Takes the API's requests as Plone's clients write them, and answers errors in one shape."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from cms.api.addresses import NAMESPACE, api_prefix
from cms.api.authentication import settle
from cms.api.contract import error_answer
from cms.api.rate_limits import refuse_too_many, tell

#: Plone's way of saying "this is for the API"; everything here is.
TRAVERSER = "++api++"


class ApiMiddleware:
    """For requests below the API's address; stands before CommonMiddleware.

    - Who asks is settled first, by bearer token or by session; then whether it is too often.
    - The segment ``++api++``, double slashes and a slash at the end make no difference.
    - HEAD is answered as GET; the server leaves out the body.
    - Errors that come from Django itself (no such method, bad host, a crash) have the
      API's shape too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = api_prefix()
        if f"{request.path}/" != prefix and not request.path.startswith(prefix):
            return self.get_response(request)
        request.path = prefix + _tidy(request.path[len(prefix) :])
        script_name = request.META.get("SCRIPT_NAME", "")
        request.path_info = request.path.removeprefix(script_name.rstrip("/"))
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        try:
            response = self.get_response(request)
        except (BadRequest, SuspiciousOperation):
            # Django's own page for developers reads the parameters again, and fails again.
            response = error_answer(request, 400)
        if is_head:
            request.method = "HEAD"
        response = _in_our_shape(request, response)
        tell(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        """Comes before every other middleware's: they find ``request.user`` settled."""
        if request.resolver_match.namespace != NAMESPACE:
            return None
        refused = settle(request)
        return refuse_too_many(request) or refused


def _tidy(path: str) -> str:
    """``++api++//erfahrungen/x/`` -> ``erfahrungen/x``."""
    segments = [segment for segment in path.split("/") if segment]
    return "/".join(segments[1:] if segments[:1] == [TRAVERSER] else segments)


def _in_our_shape(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    answer = response
    is_ours = response.get("Content-Type", "").startswith("application/json")
    if response.status_code >= HTTPStatus.BAD_REQUEST and not is_ours:
        answer = error_answer(request, response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response:
                answer[name] = response[name]
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.setdefault("WWW-Authenticate", "Bearer")
    return answer
