"""What every answer of the API has in common. Search builds its service on this too.

Person and reader, what is sent, names of parameters, batches, errors, the answer itself. The
items of listings are made by :func:`envelope_summary`, which stands in summaries.py.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext
from wagtail.models import RevisionMixin

from cms.api.addresses import Folder, once
from cms.api.errors import HANDLED_ERRORS, ApiError, answer_exception, as_json, error_answer
from cms.api.readers import person, reader, sees_drafts_of
from cms.api.schemas import Listing, Summary
from cms.api.sent import body, json_object
from cms.api.summaries import METADATA_FIELDS, TOPIC_FIELDS, envelope_summary
from cms.services.access import AnyModel, locked

__all__ = [
    "BATCH_PARAMETERS",
    "DEFAULT_BATCH_SIZE",
    "HANDLED_ERRORS",
    "MAX_BATCH_SIZE",
    "METADATA_FIELDS",
    "TOPIC_FIELDS",
    "ApiError",
    "Batch",
    "Listing",
    "Summary",
    "answer",
    "answer_exception",
    "batch",
    "batching_links",
    "body",
    "canonical",
    "envelope_summary",
    "error_answer",
    "flag",
    "held",
    "json_object",
    "listed",
    "marked",
    "no_content",
    "parameter",
    "parameter_list",
    "person",
    "query_parameter",
    "reader",
    "require_answer",
    "require_match",
    "sees_drafts_of",
    "version",
    "whole_number",
]

DEFAULT_BATCH_SIZE = 25
MAX_BATCH_SIZE = 500
#: A greater one is no place in a list, and more than a database counts.
MOST_NUMBER = 999_999_999


# --- parameters ----------------------------------------------------------------------------------


def _bare(name: str) -> str:
    """Zope's converters are accepted and not needed: ``expand:list`` is ``expand``."""
    return name.partition(":")[0]


def _all_parameters(request: HttpRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, values in request.GET.lists():
        # No database takes a NUL. Not left out: less text would ask for more.
        found.setdefault(_bare(name), []).extend(value.replace("\0", "\ufffd") for value in values)
    return found


def parameter(request: HttpRequest, name: str, default: str = "") -> str:
    """One parameter of the query; if it is given twice, the last one."""
    return once(request, "parameters", lambda: _all_parameters(request)).get(name, [default])[-1]


def parameter_list(request: HttpRequest, name: str) -> list[str]:
    """A parameter with many values: repeated, with ``:list``, or separated by commas."""
    values = once(request, "parameters", lambda: _all_parameters(request)).get(name, [])
    parts = [part.strip() for value in values for part in value.split(",")]
    return list(dict.fromkeys(part for part in parts if part))


#: What plone.restapi takes for yes and no.
_YES = ("1", "y", "yes", "t", "true", "active", "enabled", "on")
_NO = ("0", "n", "no", "f", "false", "inactive", "disabled", "off")


def flag(request: HttpRequest, name: str, *, default: bool = False) -> bool:
    """A parameter that is yes or no. Raises ApiError (400) for anything else."""
    text = parameter(request, name).strip().lower()
    if text in ("", *_YES, *_NO):
        return text in _YES if text else default
    raise ApiError(400, errors=[(name, gettext("Bitte true oder false angeben."))])


def query_parameter(name: str, kind: str, description: str, **schema: Any) -> dict[str, Any]:
    """A parameter for the OpenAPI document: ``openapi_extra={"parameters": [...]}``."""
    return {
        "in": "query",
        "name": name,
        "required": False,
        "description": description,
        "schema": {"type": kind, **schema},
    }


def whole_number(
    request: HttpRequest, name: str, default: int | str, *, least: int = 0, most: int = MOST_NUMBER
) -> int:
    """A parameter that is a whole number. Raises ApiError (400) for anything else."""
    text = parameter(request, name, str(default))
    # Looked at only if short: Python reads no number of thousands of digits.
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_NUMBER))
    if is_number and least <= int(text) <= most:
        return int(text)
    if most == MOST_NUMBER:
        message = gettext("Bitte eine ganze Zahl ab %(least)d angeben.") % {"least": least}
    else:
        message = gettext("Bitte eine Zahl von %(least)d bis %(most)d angeben.")
        message %= {"least": least, "most": most}
    raise ApiError(400, errors=[(name, message)])


# --- batches -------------------------------------------------------------------------------------

#: For the OpenAPI document of every service that answers in batches.
BATCH_PARAMETERS = [
    query_parameter(
        "b_start", "integer", "Number of the first item, from 0.", minimum=0, maximum=MOST_NUMBER
    ),
    query_parameter(
        "b_size",
        "integer",
        f"Items in one answer; at most {MAX_BATCH_SIZE}.",
        minimum=0,
        maximum=MOST_NUMBER,
        default=DEFAULT_BATCH_SIZE,
    ),
]


@dataclass(frozen=True)
class Batch:
    """The part of a listing that is asked for: ``size`` items from ``start`` of ``total``."""

    start: int
    size: int
    total: int

    def of(self, items: Any) -> Any:
        """This part of a list or of a queryset."""
        return items[self.start : self.start + self.size]


def batch(
    request: HttpRequest,
    total: int,
    default_size: int = DEFAULT_BATCH_SIZE,
    max_size: int = MAX_BATCH_SIZE,
) -> Batch:
    """The batch that ``b_start`` and ``b_size`` ask for; more than ``max_size`` is cut to that.

    A service that must know start and size before the total can pass 0 and put the total in
    with ``dataclasses.replace``. Raises ApiError (400) for anything but whole numbers from 0.
    """
    start = whole_number(request, "b_start", 0)
    size = min(whole_number(request, "b_size", default_size), max_size)
    return Batch(start, size, total)


#: Parameters that choose a page of a listing and its order, and no other listing.
_OF_BATCHES = ("b_start", "b_size", "sort_on", "sort_order", "sort_limit")


def canonical(request: HttpRequest) -> str:
    """The address of a listing as a whole: ``@id`` of each of its batches."""
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    kept = urlencode([(name, value) for name, value in query if _bare(name) not in _OF_BATCHES])
    return request.build_absolute_uri(f"{request.path}{'?' if kept else ''}{kept}")


def batching_links(request: HttpRequest, wanted: Batch) -> dict[str, Any]:
    """``{"batching": {"@id", "first", "last", "prev", "next"}}`` to merge into an answer.

    Empty if everything fits on one page; without ``prev`` on the first page and without
    ``next`` on the last. All other parameters stay in the links as the client wrote them.
    """
    if wanted.size == 0 or (wanted.total <= wanted.size and wanted.start == 0):
        return {}
    last = max(wanted.total - 1, 0) // wanted.size * wanted.size
    links = {
        "@id": request.build_absolute_uri(),
        "first": _link_to(request, 0),
        "last": _link_to(request, last),
    }
    if wanted.start > 0:
        links["prev"] = _link_to(request, max(wanted.start - wanted.size, 0))
    if wanted.start + wanted.size < wanted.total:
        links["next"] = _link_to(request, wanted.start + wanted.size)
    return {"batching": links}


def listed(
    request: HttpRequest, here: str, items: Sequence[Any], wanted: Batch | None = None
) -> dict[str, Any]:
    """``{"@id", "items", "items_total", "batching"}``, as schemas.Listing describes it.

    :param here: the address of the list
    :param wanted: the batch that ``items`` are; None if they are all
    """
    data = {"@id": here, "items": items, "items_total": wanted.total if wanted else len(items)}
    return {**data, **batching_links(request, wanted)} if wanted else data


def _link_to(request: HttpRequest, start: int) -> str:
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    others = [(name, value) for name, value in query if _bare(name) != "b_start"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*others, ('b_start', start)])}")


# --- versions ------------------------------------------------------------------------------------


def version(obj: Model | Folder | None, request: HttpRequest) -> str:
    """The part of a tag that names what the reader may know of the object's versions.

    Live revision and latest one, with its time: a form that saves by itself goes on in the same
    revision. For who may not see drafts only the live one. "0" for what has no versions.
    """
    if not isinstance(obj, RevisionMixin):
        return "0"
    live = getattr(obj, "live_revision_id", None) or 0
    if not sees_drafts_of(obj, request):
        return str(live)
    latest = obj.latest_revision
    return f"{live}.{latest.pk}.{latest.created_at:%Y%m%d%H%M%S%f}" if latest else f"{live}.0"


def require_match(
    request: HttpRequest, obj: Model | Folder | None, tags: str | None = None
) -> None:
    """Raises ApiError (412) if If-Match names other versions of ``obj`` than the present ones.

    :param tags: instead of that header, where one request is about many objects

    Only the version in the tag counts, so that the tag of any answer about the object is good:
    with ``fields``, with ``expand``, or weakened by a proxy that compresses. Hold the row (see
    :func:`held`), or it may change right afterwards.
    """
    sent = (request.headers.get("If-Match", "") if tags is None else tags).strip()
    if sent in ("", "*"):
        return
    named = {tag.strip().removeprefix("W/").strip('"').partition("-")[0] for tag in sent.split(",")}
    if version(obj, request) not in named:
        raise ApiError(412)


@contextmanager
def held(
    request: HttpRequest,
    obj: AnyModel,
    as_read: Callable[[AnyModel], dict[str, Any]] | None = None,
) -> Iterator[AnyModel]:
    """A transaction that holds the row of ``obj``, which If-Match (if sent) names as it is now.

    What changes something stands in here. Raises ApiError (412), and DoesNotExist (404) if the
    object is gone, or thrown away meanwhile.

    :param as_read: of what has no versions: what is answered about it, which counts as a whole
    """
    with transaction.atomic():
        row = locked(obj)
        if as_read is None:
            require_match(request, row)
        elif "If-Match" in request.headers:
            require_answer(request, as_read(row))
        yield row


def require_answer(request: HttpRequest, data: dict[str, Any]) -> None:
    """If-Match, if it is sent, must name this answer. Raises ApiError (412)."""
    tags = _tags(request, "If-Match")
    if (
        "If-Match" in request.headers
        and tags != ["*"]
        and _tag(as_json(data), None, request) not in tags
    ):
        raise ApiError(412)


def _tags(request: HttpRequest, header: str) -> list[str]:
    """Weak ones too: a proxy that compresses weakens them."""
    return [tag.removeprefix("W/") for tag in parse_etags(request.headers.get(header, ""))]


def _tag(content: bytes, obj: Model | Folder | None, request: HttpRequest) -> str:
    return f'"{version(obj, request)}-{blake2b(content, digest_size=12).hexdigest()}"'


# --- the answer ----------------------------------------------------------------------------------


def answer(
    request: HttpRequest,
    data: dict[str, Any] | list[Any],
    status: int = 200,
    obj: Model | Folder | None = None,
    *,
    may_be_held: bool = False,
) -> HttpResponse:
    """``data`` as JSON with its ETag; 304 without a body if the client has it already.

    Raises ApiError (412) if what is only read has to be another version. Conditions on times are
    left out, as where nothing has a time (RFC 9110, 13.1.4): no answer tells one.

    :param obj: what the data is about; its versions stand in the ETag, for If-Match. After a
        change: the row as it is now.
    :param may_be_held: a proxy is told when the answer changes (services/purge_proxy.py)

    Anonymous answers may be kept by a proxy, which asks again each time: what is withdrawn
    is gone at once. With the setting API_CACHE_SECONDS it need not ask for so long where it is
    told.
    """
    content = as_json(data)
    etag = _tag(content, obj, request)
    response = HttpResponse(content, content_type="application/json", status=status)
    if request.method in _READING:  # of a change, conditions were asked before
        require_match(request, obj)
        known = _tags(request, "If-None-Match")
        if known == ["*"] or etag in known:
            response = HttpResponseNotModified()
    marked(request, response, may_be_held=may_be_held)
    response["ETag"] = etag
    return response


def no_content(request: HttpRequest, obj: Model | None = None) -> HttpResponse:
    """204. With ``obj``, the row as it is now, a tag that is good for the next If-Match."""
    response = HttpResponse(status=204)
    marked(request, response)
    del response["Content-Type"]
    if obj is not None:
        response["ETag"] = f'"{version(obj, request)}"'
    return response


_READING = ("GET", "HEAD")


def marked(
    request: HttpRequest, response: HttpResponse, *, may_be_held: bool = False
) -> HttpResponse:
    """The answer, which says who may keep it, and for whom."""
    if request.method not in _READING:
        control = "no-store"
    elif person(request).is_authenticated:
        control = "private, no-cache"
    else:
        seconds = getattr(settings, "API_CACHE_SECONDS", 0)
        # An address with parameters can't be told from all the others to the proxy.
        hold = may_be_held and seconds and not request.META.get("QUERY_STRING")
        control = f"public, max-age=0, s-maxage={seconds}" if hold else "public, no-cache"
    response["Cache-Control"] = control
    patch_vary_headers(response, ("Cookie", "Authorization"))
    return response
