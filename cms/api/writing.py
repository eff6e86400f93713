"""Writing content: ``POST`` into a folder, ``PATCH`` and ``DELETE`` of what stands at an address.

Nothing goes live here: what is written is a draft, which waits for ``@workflow``.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from wagtail.models import Page

from cms.admin.forms import projects_to_write_for
from cms.api.addresses import address, public_path
from cms.api.contract import ApiError, answer, body, error_answer, held, no_content, person
from cms.api.descriptions import described
from cms.api.deserializers import FIELDS, description_of, fields_of, named_project
from cms.api.representation import representation
from cms.api.schemas import ImageUpload
from cms.api.summaries import TYPE_NAMES
from cms.api.traversal import DRAFT, Found, Item, find, items, just_made
from cms.domain.errors import RuleError
from cms.domain.kinds import Kind
from cms.models import Experience, NewsIndexPage, NewsPage, Project, Supplement
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import require
from cms.services.create_experience import create_experience
from cms.services.delete_page import delete_page, was_published
from cms.services.edit_content import edit_content
from cms.services.keep_picture import kept
from cms.services.project_pages import create_news
from cms.services.supplement import OWN_EXPERIENCE, create_supplement
from cms.services.trash import trash

MAX_TITLE = 255
#: The header that names one's own lock, as `@lock` answered it.
LOCK_HEADER = "Lock-Token"


def create(request: HttpRequest, path: str) -> HttpResponse:
    """201 with the new draft; ``Location`` is its address, which stays."""
    folder = find(path, request, "").obj
    if type(folder) not in CHILD_TYPES:
        return _no_such_method(request, folder)
    _require_writer(request, folder)
    data = body(request)
    model, make = CHILD_TYPES[type(folder)]
    if data.get("@type") not in (None, "", TYPE_NAMES[model], *_PLONES_NAMES[model]):
        message = gettext("Hier kann nur „%s“ angelegt werden.") % TYPE_NAMES[model]
        raise ApiError(422, errors=[("@type", message)])
    fields = _with_description(model(), data, fields_of(model, data))
    # What can't be answered as it is asked for (a parameter is wrong) was not made either.
    with transaction.atomic():
        obj = make(request, folder, data, fields)
        is_whole = isinstance(obj, Experience)
        made = just_made(obj) if is_whole else find(public_path(obj, request), request, DRAFT)
        response = answer(request, representation(made, request), 201, made.obj)
    response["Location"] = address(made.obj, request)
    return response


def change(request: HttpRequest, path: str) -> HttpResponse:
    """A new version of the newest draft: 204, or with ``Prefer: return=representation`` 200."""
    found = find(path, request, "")
    obj = found.obj
    if type(obj) not in FIELDS:
        _refuse_ordering(found, request)
        return _no_such_method(request, obj)
    require(person(request), policies.EDIT, obj)
    _refuse_ordering(found, request)
    data, token = body(request), request.headers.get(LOCK_HEADER, "")
    # Before anything is held: a picture takes its time.
    sent, project = fields_of(type(obj), data), getattr(obj, "project", None)
    with held(request, obj) as row, kept(sent, project, person(request)) as fields:
        fields = _with_description(row, data, fields)
        row = edit_content(row, person(request), fields, lock_token=token)
        if "return=representation" not in request.headers.get("Prefer", ""):
            return no_content(request, row)
        changed = find(path, request, DRAFT)
        response = answer(request, representation(changed, request), obj=changed.obj)
    response["Preference-Applied"] = "return=representation"
    return response


def _refuse_ordering(found: Found, request: HttpRequest) -> None:
    """As Plone of a folder without an order by hand. Raises ApiError (400)."""
    if "ordering" in body(request) and items(found, request) is not None:
        raise ApiError(400, gettext("Die Reihenfolge hier steht fest."))


def _with_description(row: Model, data: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """``fields`` with what ``data`` says of ``row`` (or of a new one) in Plone's words."""
    text = description_of(data)
    if text is None:
        return fields
    draft = row.get_latest_revision_as_object() if row.pk else row
    return fields | described(draft, text, fields)


def remove(request: HttpRequest, path: str) -> HttpResponse:
    """204: an entry into the trash, from where it can be brought back for a while; a page for good.

    Only what was never published.
    """
    obj = find(path, request, "").obj
    if type(obj) not in FIELDS:
        return _no_such_method(request, obj)
    require(person(request), policies.EDIT, obj)
    with held(request, obj) as row:
        # As it is now: it may have been published meanwhile.
        if row.first_published_at is not None or (isinstance(row, Page) and was_published(row)):
            message = gettext("Was veröffentlicht war, wird zurückgezogen, nicht gelöscht.")
            raise ApiError(409, message)
        throw_away = trash if isinstance(row, Entry) else delete_page
        throw_away(row, person(request))
    return no_content(request)


# --- what is made where --------------------------------------------------------------------------


def _new_experience(
    request: HttpRequest, project: Project, data: dict[str, Any], fields: dict[str, Any]
) -> Experience:
    title = _title_of(fields, gettext("Bitte schreiben Sie die Erfahrung in einem Satz."))
    if data.get("@type") in _PLONES_NAMES[Experience]:
        # Whoever writes a page does not say whether it went well.
        fields.setdefault("kind", Kind.NEUTRAL.value)
    return create_experience(person(request), project, title, fields=fields, keep_address=True)


def _new_supplement(
    request: HttpRequest, experience: Experience, data: dict[str, Any], fields: dict[str, Any]
) -> Supplement:
    """For the project that is named; whoever writes for one project only need not name it."""
    projects = list(projects_to_write_for(person(request)).exclude(pk=experience.project_id))
    project = named_project(data, projects)
    if project is None and len(projects) == 1:
        project = projects[0]
    if project is None:
        if not projects:
            raise RuleError(str(OWN_EXPERIENCE))
        message = gettext("Bitte angeben, für welches Projekt Sie das schreiben.")
        raise ApiError(422, errors=[("project", message)])
    return create_supplement(person(request), experience, project, fields=fields)


def _new_news(
    request: HttpRequest, folder: NewsIndexPage, data: dict[str, Any], fields: dict[str, Any]
) -> NewsPage:
    """Of the project that is named, or the only one; the office's own carry none."""
    projects = list(projects_to_write_for(person(request)))
    project = named_project(data, projects)
    if project is None and not policies.can(person(request), policies.OFFICE):
        if len(projects) != 1:
            message = gettext("Bitte angeben, für welches Projekt Sie das schreiben.")
            raise ApiError(422, errors=[("project", message)])
        project = projects[0]
    title = _title_of(fields, gettext("Bitte schreiben Sie eine Überschrift."))
    with kept(fields, project, person(request)) as content:
        return create_news(person(request), project, title, content)


def _title_of(fields: dict[str, Any], missing: str) -> str:
    """Takes the title out of ``fields``. Raises ApiError (422) without one, or if too long."""
    title = fields.pop("title", "")
    if not title:
        raise ApiError(422, errors=[("title", missing)])
    if len(title) > MAX_TITLE:
        message = gettext("Der Titel ist zu lang: höchstens %(n)d Zeichen.") % {"n": MAX_TITLE}
        raise ApiError(422, errors=[("title", message)])
    return title


#: The type of a folder -> what is made in it, and how.
CHILD_TYPES: dict[type, tuple[type, Callable[..., Model]]] = {
    Project: (Experience, _new_experience),
    Experience: (Supplement, _new_supplement),
    NewsIndexPage: (NewsPage, _new_news),
}
#: What Plone's clients call what is made there, as far as it is the same thing.
_PLONES_NAMES: dict[type, tuple[str, ...]] = {
    Experience: ("Document",),
    Supplement: (),
    NewsPage: ("News Item",),
}


def _require_writer(request: HttpRequest, folder: Item) -> None:
    """Before anything that was sent is looked at."""
    if isinstance(folder, Project):
        require(person(request), policies.EDIT, folder)
    elif not policies.can_somewhere(person(request), policies.EDIT):
        raise PermissionDenied


def _no_such_method(request: HttpRequest, obj: Item) -> HttpResponse:
    response = error_answer(request, 405)
    methods = ["GET"]
    if type(obj) in CHILD_TYPES:
        methods.append("POST")
    if type(obj) in FIELDS:
        methods += ["PATCH", "DELETE"]
    response["Allow"] = ", ".join(methods)
    return response


def body_of(description: str) -> dict[str, Any]:
    """For the OpenAPI document: a JSON object with any of our fields."""
    names = {name for known in FIELDS.values() for name in known}
    properties = {name: {} for name in ["@type", "description", *sorted(names)]}
    as_read = {"type": "object", "required": ["download"]}  # it stays
    sent = ImageUpload.model_json_schema()
    properties["image"] = {"anyOf": [sent, as_read, {"type": "null"}]}
    schema = {"type": "object", "properties": properties}
    return {
        "description": description,
        "required": False,
        "content": {"application/json": {"schema": schema}},
    }
