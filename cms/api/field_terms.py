"""``@sources`` and ``@querysources``: the values that a field of an object offers.

Behind each field with values is a vocabulary, and that is what both answer: the one all of its
terms, the other those with some letters in their title.
"""

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router

from cms.api.content_types import vocabulary_of
from cms.api.contract import BATCH_PARAMETERS, ApiError, parameter, query_parameter
from cms.api.schemas import Error
from cms.api.traversal import find
from cms.api.type_forms import TYPES
from cms.api.vocabularies import FILTERS, Term, Terms, answer_terms, filtered, terms_of

router = Router(tags=["types"])

_ANSWERS = {200: Terms, 304: None, 400: Error, 404: Error}
_QUERY = query_parameter("query", "string", "Letters in the title of the terms; not empty.")


@router.get(
    "/{path:path}/@sources/{field}",
    operation_id="source",
    response=_ANSWERS,
    openapi_extra={"parameters": FILTERS},
)
def read_source(request: HttpRequest, path: str, field: str) -> HttpResponse:
    """The values that a field of this object can have; filtered as a vocabulary."""
    return answer_terms(request, filtered(_terms(request, path, field), request))


@router.get(
    "/{path:path}/@querysources/{field}",
    operation_id="querysource",
    response=_ANSWERS,
    openapi_extra={"parameters": [_QUERY, *BATCH_PARAMETERS]},
)
def read_querysource(request: HttpRequest, path: str, field: str) -> HttpResponse:
    """Those with these letters in their title."""
    terms = _terms(request, path, field)
    text = parameter(request, "query").strip().casefold()
    if not text:
        message = gettext("Bitte angeben, wonach gesucht werden soll.")
        raise ApiError(400, errors=[("query", message)])
    return answer_terms(request, [term for term in terms if text in str(term["title"]).casefold()])


def _terms(request: HttpRequest, path: str, field: str) -> list[Term]:
    """Raises Http404 for a field that this type does not have, or that has no vocabulary."""
    obj = find(path, request).obj
    name = vocabulary_of(type(obj), field) if field in _fields_of(obj) else None
    if name is None:
        raise Http404
    return terms_of(name, request)


def _fields_of(obj: Model) -> set[str]:
    for content_type in TYPES.values():
        if content_type.is_written and type(obj) is content_type.model:
            return {name for fieldset in content_type.fieldsets for name in fieldset.fields}
    return set()
