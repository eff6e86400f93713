"""``@vocabularies``: the values that fields offer, by name. Each reader gets what they may see."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms import published
from cms.api.addresses import api_root, topic_nodes
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    batching_links,
    canonical,
    parameter,
    parameter_list,
    person,
    query_parameter,
)
from cms.api.schemas import Error, Listing
from cms.api.traversal import find, visible_topic_nodes
from cms.models import Institution, TargetGroup
from cms.models.choices import (
    AttributionChoices,
    CircleChoices,
    EventKindChoices,
    KindChoices,
    OutcomeKindChoices,
    OutcomeStateChoices,
    PassageChoices,
    SideChoices,
    StateChoices,
    VerdictChoices,
)
from cms.models.vocabulary import VocabularyTerm
from cms.permissions import policies, roles

router = Router(tags=["types"])

#: ``token`` is what is sent, ``title`` what is shown; a topic has the token of its ``parent``.
Term = dict[str, str | None]
ALL = "-1"


#: Gives the terms that the person who asks may see.
Vocabulary = Callable[[HttpRequest], list[Term]]


def _choices(choices: type[TextChoices]) -> Vocabulary:
    return lambda request: [_term(str(token), name) for token, name in choices.choices]


def _rows(model: type[VocabularyTerm]) -> Vocabulary:
    return lambda request: [_term(*row) for row in model.objects.values_list("slug", "title")]


def _term(token: str, title: str | Promise) -> Term:
    return {"token": token, "title": str(title)}


def _projects(request: HttpRequest) -> list[Term]:
    rows = published.projects().prefetch_related(None)
    return [_term(*row) for row in rows.values_list("slug", "title")]


def _own_projects(request: HttpRequest) -> list[Term]:
    """Those that the person writes for."""
    rows = published.projects().prefetch_related(None)
    project_ids = policies.project_ids_for(person(request), policies.EDIT)
    rows = rows if project_ids is None else rows.filter(pk__in=project_ids)
    return [_term(*row) for row in rows.values_list("slug", "title")]


def _topics(request: HttpRequest) -> list[Term]:
    """All of them for those who write, as in the form of an experience; else what is shown."""
    writes = policies.can_somewhere(person(request), policies.EDIT)
    nodes = topic_nodes(request) if writes else visible_topic_nodes(request)
    return [
        {
            **_term(node.topic.slug, node.topic.title),
            "parent": node.parent.topic.slug if node.parent else None,
        }
        for node in nodes.values()
    ]


def _roles(request: HttpRequest) -> list[Term]:
    return [_term(role, name) for role, name in roles.ROLE_NAMES.items()]


VOCABULARIES: dict[str, Vocabulary] = {
    "attribution": _choices(AttributionChoices),
    "circles": _choices(CircleChoices),
    "event_kinds": _choices(EventKindChoices),
    "institutions": _rows(Institution),
    "kinds": _choices(KindChoices),
    "outcome_kinds": _choices(OutcomeKindChoices),
    "outcome_states": _choices(OutcomeStateChoices),
    "own_projects": _own_projects,
    "passages": _choices(PassageChoices),
    "projects": _projects,
    "roles": _roles,
    "sides": _choices(SideChoices),
    "states": _choices(StateChoices),
    "target_groups": _rows(TargetGroup),
    "topics": _topics,
    "verdicts": _choices(VerdictChoices),
}


def vocabulary_address(name: str, request: HttpRequest) -> str:
    """Where the terms of a vocabulary are: they are the same wherever they are asked for."""
    return f"{api_root(request)}/@vocabularies/{name}"


def terms_of(name: str, request: HttpRequest) -> list[Term]:
    """The terms of a vocabulary that this person may see. Raises Http404 for an unknown one."""
    if name not in VOCABULARIES:
        raise Http404
    return VOCABULARIES[name](request)


# --- the service ---------------------------------------------------------------------------------


class VocabularyLink(Schema):
    """A vocabulary in the list of all."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    title: str


class TermSchema(Schema):
    token: str
    title: str
    parent: str | None = Field(None, description="Of a topic: the token of the one above.")


class Terms(Listing):
    """The terms of one vocabulary."""

    items: list[TermSchema]


_LIST = {"response": {200: list[VocabularyLink], 304: None, 404: Error}}
FILTERS = [
    query_parameter("title", "string", "Only terms with these letters in their title."),
    query_parameter("token", "string", "Only the term with this token."),
    query_parameter("tokens", "string", "Only these tokens; repeatable, also `:list`."),
    query_parameter("sort_on", "string", "`title`: in the order of the alphabet."),
    BATCH_PARAMETERS[0],
    query_parameter("b_size", "integer", "As everywhere; `-1` for all.", minimum=-1),
]
_TERMS = {
    "response": {200: Terms, 304: None, 400: Error, 404: Error},
    "openapi_extra": {"parameters": FILTERS},
}


@router.get("/@vocabularies", operation_id="home_vocabularies", **_LIST)
def read_home_vocabularies(request: HttpRequest) -> HttpResponse:
    """The names of all vocabularies."""
    return _answer_list(request, "")


@router.get("/{path:path}/@vocabularies", operation_id="vocabularies", **_LIST)
def read_vocabularies(request: HttpRequest, path: str) -> HttpResponse:
    """The names of all vocabularies; they are the same everywhere."""
    return _answer_list(request, path)


@router.get("/@vocabularies/{name}", operation_id="home_vocabulary", **_TERMS)
def read_home_vocabulary(request: HttpRequest, name: str) -> HttpResponse:
    """The terms of one vocabulary, as far as the person may see them."""
    return _answer_terms(request, "", name)


@router.get("/{path:path}/@vocabularies/{name}", operation_id="vocabulary", **_TERMS)
def read_vocabulary(request: HttpRequest, path: str, name: str) -> HttpResponse:
    """The same, asked for at an object."""
    return _answer_terms(request, path, name)


def _answer_list(request: HttpRequest, path: str) -> HttpResponse:
    find(path, request)
    links = [{"@id": vocabulary_address(name, request), "title": name} for name in VOCABULARIES]
    return answer(request, links)


def _answer_terms(request: HttpRequest, path: str, name: str) -> HttpResponse:
    find(path, request)
    return answer_terms(request, filtered(terms_of(name, request), request))


def answer_terms(request: HttpRequest, terms: list[Term]) -> HttpResponse:
    """A batch of them; with ``b_size=-1`` all."""
    data = {"@id": canonical(request), "items": terms, "items_total": len(terms)}
    if parameter(request, "b_size") != ALL:
        wanted = batch(request, len(terms))
        data |= {"items": wanted.of(terms), **batching_links(request, wanted)}
    return answer(request, data)


def filtered(terms: list[Term], request: HttpRequest) -> list[Term]:
    """Those that the parameters ask for, in the order that they ask for. Raises ApiError (400)."""
    title, token = parameter(request, "title").casefold(), parameter(request, "token")
    if title and token:
        raise ApiError(400, gettext("Bitte nur nach title oder nur nach token fragen."))
    if title:
        terms = [term for term in terms if title in str(term["title"]).casefold()]
    tokens = [token] if token else parameter_list(request, "tokens")
    if tokens:
        wanted = {token.casefold() for token in tokens}
        terms = [term for term in terms if str(term["token"]).casefold() in wanted]
    if parameter(request, "sort_on") == "title":
        terms = sorted(terms, key=lambda term: str(term["title"]).casefold())
    return terms
