"""Values for the parameters of a pattern: rows of both projects, chosen by general rules."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    Page,
    PageViewRestriction,
    Revision,
    RevisionMixin,
    Site,
    Task,
    UploadedFile,
    Workflow,
    WorkflowMixin,
)

from cms.models import (
    ApiToken,
    Comment,
    ExchangeEventPage,
    Experience,
    Invitation,
    MinutesCorrection,
    MinutesImport,
    MinutesRound,
    MissedSearch,
    NewsPage,
    Outcome,
    Project,
    SavedSearch,
    Supplement,
    Topic,
)
from cms.models.entry import Entry
from cms.permissions.grants import ExperienceUserGrant
from tests.functional.matrix.patterns import Pattern
from tests.functional.matrix.world import Row, World


@dataclass(frozen=True)
class Filling:
    """One address of a pattern: whose row it shows (None: nobody's), and the path."""

    label: str
    path: str
    row: Row | None = None


#: Parameters that name a row by something else than ``<model>_id`` or ``<model>_pk``.
ROWS_BY_PARAMETER = {
    "page_id": Page,
    "page_pk": Page,
    "parent_page_id": Page,
    "page_to_move_id": Page,
    "destination_id": Page,
    "document_id": get_document_model(),
    "doc_id": get_document_model(),
    "image_id": get_image_model(),
    "collection_id": Collection,
    "redirect_id": Redirect,
    "correction_pk": MinutesCorrection,
    "token_id": ApiToken,
    "holder": get_user_model(),
    "uploaded_file_id": UploadedFile,
    "session_id": EditingSession,
    "workflow_pk": Workflow,
    "task_id": Task,
    "page_view_restriction_id": PageViewRestriction,
    "import_id": MinutesImport,
    "restriction_id": PageViewRestriction,  # of a collection: there is none
}

#: Views that don't say their model: the beginning of their URL's name -> model.
ROWS_BY_NAME = {
    "guide_minutes_round": ExchangeEventPage,
    "guide_minutes": MinutesImport,
    "guide_sharing": Project,
    "guide_invitation": Project,
    "guide_end_project": Project,
    "guide_reopen_project": Project,
    "guide_group": Group,
    "guide_reset_second_factor": get_user_model(),
    "guide_emergency": Entry,
    "guide_trash_restore": Entry,
    "guide_pages": NewsPage,
    "guide_kept": Revision,
    "guide_missed_search_done": MissedSearch,
    "cms:minutes": MinutesRound,
    "cms:picture": get_image_model(),
    "cms:saved_search": SavedSearch,
    "cms:delete_saved_search": SavedSearch,
    "cms:revoke_api_token": ApiToken,
    "api:token": ApiToken,
    "api:revoke_token": ApiToken,
    "cms:add_supplement": Experience,
    "search:related": Experience,
    "cms:report_problem": Experience,
    "cms:invite_comment": Experience,
    "cms:uninvite_comment": ExperienceUserGrant,
    "cms:answer_comment": Comment,
    "cms:resolve_comment": Comment,
    "cms:reopen_comment": Comment,
    "wagtailadmin_pages:": Page,
    "wagtailadmin_api:pages": Page,
    "wagtailadmin_api:documents": get_document_model(),
    "wagtailadmin_api:images": get_image_model(),
    "wagtaildocs_chooser:": get_document_model(),
    "wagtailimages_chooser:": get_image_model(),
    "wagtailadmin_collections:": Collection,
    "wagtailadmin_workflows:": Workflow,
    "wagtailusers_users:": get_user_model(),
    "wagtailusers_groups:": Group,
    "wagtailsites:": Site,
    "wagtailsettings:": Site,
    "cms:short_link": Experience,
    "cms:experience": Experience,
    "cms:project": Project,
    "cms:topic": Topic,
    "api:": Experience,
}

#: Parameters with fixed values; a row may be among them to cross it with the other ones.
VALUES = {
    "app_label": ["cms"],
    "app_name": ["cms"],
    "content_type_app_name": ["cms"],
    "content_type_model_name": ["newspage", "exchangeeventpage", "tablepage"],
    "model_name": ["experience", "supplement", "outcome", "newspage", "project"],
    "action": ["delete"],
    "action_name": ["approve", "reject", "publish"],
    "filter_spec": ["width-100"],
    "uidb64": ["MQ"],
    "scale": ["preview", "original", "icon"],
    "token": ["abc-def"],
    "note": ["abc-def"],
    "key": ["6e0c1f6e-2b1d-4c53-9a55-0d6f3a1f7c11"],
    "section": ["experiences", "pages", "topics", "projects"],
    "format_name": ["atom", "json"],
    "role": ["editor", "lead"],
    "service": ["history", "search", "navigation", "breadcrumbs", "types", "workflow", "sharing"],
    "transition": ["submit", "publish", "withdraw", "emergency-withdraw"],
    "number": ["0", "1"],
    "field": ["topics", "project"],
    "part": ["default", "topics"],
    "revision_id_a": ["earliest", "live"],
    "revision_id_b": ["latest", "live"],
}

#: The same for one pattern: its name -> parameter -> values.
VALUES_BY_NAME = {
    "wagtailsettings:edit": {"model_name": ["guidesettings"]},
    "wagtailsettings:preview_on_edit": {"model_name": ["guidesettings"]},
    "api:read_home_type": {"name": ["Experience", "Supplement"]},
    "api:read_type": {"name": ["Experience", "Supplement"]},
    "api:read_home_type_part": {"name": ["Experience"]},
    "api:read_type_part": {"name": ["Experience", "News"]},
    "api:read_home_vocabulary": {"name": ["topics", "projects", "own_projects"]},
    "api:read_vocabulary": {"name": ["topics", "projects", "institutions"]},
    "api:read_home_service": {"service": ["navigation", "breadcrumbs", "navroot"]},
    "wagtailadmin_tag_model_autocomplete": {"app_name": ["taggit"], "model_name": ["tag"]},
    "wagtailadmin_workflows:add_task": {"app_label": ["wagtailcore"], "model_name": ["task"]},
    "wagtailadmin_pages:choose_parent": {"model_name": ["newspage"]},
}


def fillings(pattern: Pattern, world: World) -> list[Filling]:
    """Every address of ``pattern`` that is tried. Fails the test for an unknown parameter."""
    addresses = _odd(pattern)
    if addresses:
        return [Filling(path, path) for path in addresses(pattern, world)]
    names = pattern.parameters
    if not names:
        return [Filling("", pattern.address({}))]
    found = []
    for row in _rows_of(pattern, world) or [None]:
        for values in _values(pattern, names, row, world):
            label = f"{row.label if row else ''} {sorted(values.items())}"
            found.append(Filling(label, pattern.address(values), row))
    return found


def _rows_of(pattern: Pattern, world: World) -> list[Row]:
    """Sample rows of the model that the address shows, if it shows one."""
    model = _model_of(pattern)
    if model is None:
        return []
    # One of the other project, one own: what stands at the beginning is tried most.
    rows = sorted(_of_model(world, model), key=lambda row: row.project != world.other)
    own = next((row for row in rows if row.project == world.own), None)
    rows = [*rows[:1], own, *(row for row in rows[1:] if row is not own)] if own else rows
    return [row for row in rows if not (pattern.is_admin and _is_repetition(row, world))]


def _is_repetition(row: Row, world: World) -> bool:
    """In the admin an own row is told from a foreign one, hardly one state from another."""
    known = ["projects", "draft", "in review"]
    if row.project == world.other:
        known += ["project", "in the trash", "withdrawn"]
    return isinstance(row.obj, Experience) and row.label.split(", ")[-1] not in known


def _model_of(pattern: Pattern):
    for name, model in ROWS_BY_NAME.items():
        if pattern.name.startswith(name):
            return model
    for parameter in pattern.parameters:
        if parameter in ROWS_BY_PARAMETER:
            return ROWS_BY_PARAMETER[parameter]
        if parameter.endswith(("_id", "_pk")) and _cms_model(parameter[:-3]):
            return _cms_model(parameter[:-3])
    return pattern.model


def _cms_model(name: str):
    return apps.get_app_config("cms").models.get(name.replace("_", ""))


def _of_model(world: World, model) -> list[Row]:
    return [row for known, rows in world.rows.items() if issubclass(known, model) for row in rows]


def _foreign(world: World, model) -> Row:
    return next(row for row in _of_model(world, model) if row.project == world.other)


def _values(pattern: Pattern, names: list[str], row: Row | None, world: World):
    """Dictionaries of values: each parameter's first ones, and each of the others once."""
    choices = {name: _choices(pattern, name, row, world) for name in names}
    longest = max(len(values) for values in choices.values())
    for number in range(longest):
        yield {name: values[number % len(values)] for name, values in choices.items()}


def _choices(pattern: Pattern, name: str, row: Row | None, world: World) -> list:
    fixed = VALUES_BY_NAME.get(pattern.name, {}).get(name) or VALUES.get(name)
    if fixed:
        return fixed
    if name in ("pk", "instance_pk", "object_id") and row:
        return [row.obj.pk]
    if name in _PARTS:
        return _PARTS[name](row, world)
    if name == "slug" and row:
        return [row.obj.slug]
    if name == "path" and row:
        return [row.obj.get_absolute_url().strip("/").removeprefix("leitfaden/")]
    model = ROWS_BY_PARAMETER.get(name) or _cms_model(name[:-3])
    if model and row and isinstance(row.obj, model):
        return [row.obj.pk]
    rows = _of_model(world, model) if model else []
    if rows:
        return [other.obj.pk for other in rows]
    pytest.fail(
        f"{pattern.route} ({pattern.name}): nobody knows what to fill in for <{name}>. See "
        "tests/functional/matrix/__init__.py, how to teach the matrix a pattern."
    )


def _own_and_foreign(row: Row | None, world: World, ids) -> list:
    """Ids of parts of this row, and of the other project's row of that kind: a crossed address."""
    own = ids(row.obj)[:1] if row else []
    others = [
        found
        for other in world.rows[type(row.obj)]
        if row.project and other.project != row.project
        for found in ids(other.obj)[:1]
    ]
    return [*own, *others[:1]] or [1]


def _revisions(obj) -> list[int]:
    if not isinstance(obj, RevisionMixin | Page):
        return []
    return list(obj.revisions.order_by("pk").values_list("pk", flat=True))


def _workflow_states(obj) -> list[int]:
    if not isinstance(obj, WorkflowMixin | Page):
        return []
    return list(obj.workflow_states.order_by("-pk").values_list("pk", flat=True))


def _task_states(obj) -> list[int]:
    if not isinstance(obj, WorkflowMixin | Page):
        return []
    states = obj.workflow_states.order_by("-pk")
    return [pk for state in states for pk in state.task_states.values_list("pk", flat=True)]


#: Parameters that name a part of the row.
_PARTS = {
    "kind": lambda row, world: [row.obj._meta.model_name],
    "revision_id": lambda row, world: _own_and_foreign(row, world, _revisions),
    "workflow_state_id": lambda row, world: _own_and_foreign(row, world, _workflow_states),
    "task_state_id": lambda row, world: _own_and_foreign(row, world, _task_states),
}


def _editing_pings(pattern: Pattern, world: World):
    for session in world.rows[EditingSession]:
        for model in (Experience, Supplement, Outcome, Project):
            for row in world.rows[model][:: max(len(world.rows[model]) // 2, 1)]:
                name = model._meta.model_name
                yield f"/admin/editing-sessions/ping/cms/{name}/{row.obj.pk}/{session.obj.pk}/"


def _pages(pattern: Pattern, world: World):
    """Wagtail's own addresses of pages."""
    yield "/"
    for row in _of_model(world, Page):
        if row.obj.url_path.count("/") > 2:
            yield "/" + row.obj.url_path.split("/", 2)[2]


def _served_documents(pattern: Pattern, world: World):
    for row in world.rows[get_document_model()]:
        yield f"/documents/{row.obj.pk}/{row.obj.filename}"


def _media(pattern: Pattern, world: World):
    for row in world.rows[get_image_model()]:
        yield f"/media/{row.obj.get_rendition('width-50').file.name}"
        yield f"/media/{row.obj.file.name}"
    for row in world.rows[get_document_model()]:
        yield f"/media/{row.obj.file.name}"


def _content(pattern: Pattern, world: World):
    """The API's address of everything that has a public one, its services too."""
    services = VALUES["service"] if pattern.name == "api:read_service" else [""]
    # An entry and the folder of the other project first: at the beginning all methods are tried.
    rows = [_foreign(world, Experience), _foreign(world, Project)]
    rows += [row for model in (Experience, Topic, Project, Page) for row in _of_model(world, model)]
    paths = []
    for row in rows:
        url = row.obj.get_url() if isinstance(row.obj, Page) else row.obj.get_absolute_url()
        paths.append((url or "/").strip("/"))
    paths += ["leitfaden", "erfahrungen", "projekte", "veranstaltungen", "aktuelles"]
    for number, path in enumerate(dict.fromkeys(paths)):
        # In turn: each service somewhere, each address with some service.
        service = services[number % len(services)]
        yield f"/api/{path}/@{service}" if service else f"/api/{path}"


def _users(world: World):
    """Who has an account, and who is invited, the other project's first."""
    invited = sorted(world.rows[Invitation], key=lambda row: row.project != world.other)
    names = [row.obj.email for row in invited]
    for name in names[:1] + [author.get_username() for author in world.authors.values()] + names:
        yield f"/api/@users/{name}"


#: Patterns whose addresses no rule can make, by name or, where they have none, by route.
_ODD = {
    "wagtailadmin_editing_sessions:ping": _editing_pings,
    "wagtail_serve": _pages,
    "wagtaildocs_serve": _served_documents,
    "^documents/": _served_documents,
    "^media/": _media,
    "api:read_content": _content,
    "api:read_service": _content,
    "api:user": lambda pattern, world: list(_users(world)),
    "api:reset_password": lambda pattern, world: [
        f"{address}/reset-password" for address in _users(world)
    ],
    "api:group": lambda pattern, world: [
        f"/api/@groups/{row.obj.name}" for row in world.rows[Group]
    ],
    "admin/test404/": lambda pattern, world: ["/admin/test404/"],
    "admin/^.*/$": lambda pattern, world: ["/admin/gibt-es-nicht/"],
}


def _odd(pattern: Pattern):
    if pattern.is_named:
        return _ODD.get(pattern.name)
    return next((make for start, make in _ODD.items() if pattern.route.startswith(start)), None)
