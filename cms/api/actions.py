"""``@actions``: what the person can do with an object now; nothing that the policy refuses."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.api.addresses import address, api_root
from cms.api.content_types import types_of
from cms.api.contract import parameter_list, person
from cms.api.traversal import Found
from cms.models import Experience, Project
from cms.models.entry import Entry
from cms.permissions import policies

JSON = dict[str, Any]
#: Category, id, title, and where it is done: a service of the object, or an address of the API.
Action = tuple[str, str, str | Promise, str]

CATEGORIES = ("object", "object_buttons", "user")


def actions_of(found: Found, request: HttpRequest) -> dict[str, list[JSON]]:
    """The actions by category; only those of ``categories``, if that is asked for."""
    wanted = parameter_list(request, "categories") or CATEGORIES
    listed: dict[str, list[JSON]] = {name: [] for name in CATEGORIES if name in wanted}
    here, root = address(found.obj, request), api_root(request)
    for category, name, title, place in _possible(found, request):
        if category in listed:
            url = f"{root if category == 'user' else here}{place}"
            action = {"id": name, "title": str(title), "icon": "", "url": url}
            listed[category].append(action)
    return listed


def _possible(found: Found, request: HttpRequest) -> Iterator[Action]:
    user, obj = person(request), found.obj
    yield "object", "view", _("Ansehen"), ""
    if _may_edit(user, obj):
        yield "object", "edit", _("Bearbeiten"), ""
    if any(each["addable"] for each in types_of(found, request)):
        yield "object", "add", _("Hinzufügen"), "/@types"
    if isinstance(obj, Entry):
        yield from _of_entry(user, obj)
    if isinstance(obj, Entry | Project) and policies.can(user, policies.SEE, obj):
        yield "object", "local_roles", _("Wer sieht was?"), "/@sharing"
    if user.is_authenticated:
        yield "user", "preferences", _("Mein Konto"), f"/@users/{user.get_username()}"
        yield "user", "logout", _("Abmelden"), "/@logout"
    else:
        yield "user", "login", _("Anmelden"), "/@login"


def _may_edit(user: Any, obj: Any) -> bool:
    if isinstance(obj, Project):
        return policies.can(user, policies.EDIT_PROJECT, obj)
    return isinstance(obj, Entry) and policies.can(user, policies.EDIT, obj) and _is_free(user, obj)


def _is_free(user: Any, entry: Entry) -> bool:
    """No lock keeps the person from writing: by hand, of a review, or of an approved day."""
    lock = entry.get_lock()
    return lock is None or not lock.for_user(user)


def _of_entry(user: Any, entry: Entry) -> Iterator[Action]:
    sees = policies.can(user, policies.SEE, entry)
    if sees:
        yield "object", "history", _("Verlauf"), "/@history"
    if sees or policies.can(user, policies.COMMENT, entry):
        yield "object", "comments", _("Kommentare"), "/@comments"
    if sees and entry.has_draft and isinstance(entry, Experience):
        yield "object", "preview", _("Vorschau weitergeben"), "/@preview"
    is_kept = entry.approved_schedule or (entry.locked and entry.locked_by_id != user.pk)
    if policies.can(user, policies.DELETE, entry) and not is_kept:
        yield "object_buttons", "delete", _("Löschen"), ""
    if isinstance(entry, Experience) and policies.can(user, policies.MOVE, entry):
        yield "object_buttons", "cut", _("Übergeben"), ""
