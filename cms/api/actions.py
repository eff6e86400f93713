"""``@actions``: what the person can do with an object now; nothing that the policy refuses."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.api.actors import user_address
from cms.api.addresses import address, api_root
from cms.api.content_types import types_of
from cms.api.contract import parameter_list, person
from cms.api.deserializers import FIELDS
from cms.api.traversal import Found
from cms.models import Experience, Project
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.delete_page import was_published
from cms.services.locks import LockKind, hold_of
from cms.services.preview import may_be_previewed

JSON = dict[str, Any]
#: Category, id, title, and the address where it is done.
Action = tuple[str, str, str | Promise, str | None]

CATEGORIES = ("object", "object_buttons", "user")


def actions_of(found: Found, request: HttpRequest) -> dict[str, list[JSON]]:
    """The actions by category; only those of ``categories``, if that is asked for."""
    wanted = parameter_list(request, "categories") or CATEGORIES
    listed: dict[str, list[JSON]] = {name: [] for name in CATEGORIES if name in wanted}
    for possible in (_of_object(found, request), _of_user(request)):
        for category, name, title, url in possible:
            if category in listed:
                action = {"id": name, "title": str(title), "icon": "", "url": url}
                listed[category].append(action)
    return listed


def _of_user(request: HttpRequest) -> Iterator[Action]:
    user, root = person(request), api_root(request)
    if user.is_authenticated:
        yield "user", "preferences", _("Mein Konto"), user_address(user, request)
        yield "user", "logout", _("Abmelden"), f"{root}/@logout"
    else:
        yield "user", "login", _("Anmelden"), f"{root}/@login"


def _of_object(found: Found, request: HttpRequest) -> Iterator[Action]:
    user, obj, here = person(request), found.obj, address(found.obj, request)
    yield "object", "view", _("Ansehen"), here
    if any(each["addable"] for each in types_of(found, request)):
        yield "object", "add", _("Hinzufügen"), f"{here}/@types"
    if isinstance(obj, Entry):
        yield from _of_entry(user, obj, here)
    elif type(obj) in FIELDS:
        yield from _of_page(user, obj, here)
    if isinstance(obj, Entry | Project) and policies.can(user, policies.SEE, obj):
        yield "object", "local_roles", _("Wer sieht was?"), f"{here}/@sharing"


def _of_page(user: Any, page: Page, here: str) -> Iterator[Action]:
    if policies.can(user, policies.SEE, page):
        yield "object", "history", _("Verlauf"), f"{here}/@history"
        if may_be_previewed(page):
            yield "object", "preview", _("Vorschau weitergeben"), f"{here}/@preview"
    if policies.can(user, policies.EDIT, page):
        hold = hold_of(page, user)
        if hold is None or not hold.message:
            yield "object", "edit", _("Bearbeiten"), here
            if policies.can(user, policies.DELETE, page) and not was_published(page):
                yield "object_buttons", "delete", _("Löschen"), here


def _of_entry(user: Any, entry: Entry, here: str) -> Iterator[Action]:
    sees = policies.can(user, policies.SEE, entry)
    yield "object", "history", _("Verlauf"), f"{here}/@history"
    if sees or policies.can(user, policies.COMMENT, entry):
        yield "object", "comments", _("Kommentare"), f"{here}/@comments"
    if sees and may_be_previewed(entry):
        yield "object", "preview", _("Vorschau weitergeben"), f"{here}/@preview"
    if policies.can(user, policies.EDIT, entry):
        hold = hold_of(entry, user)
        is_free = hold is None or not hold.message
        if is_free:
            yield "object", "edit", _("Bearbeiten"), here
        # A review ends when its draft is thrown away.
        if policies.can(user, policies.DELETE, entry) and (
            is_free or (hold and hold.kind is LockKind.REVIEW)
        ):
            yield "object_buttons", "delete", _("Löschen"), here
    # Into a project that the person writes for, or leads: where, is asked there.
    if isinstance(entry, Experience) and policies.can_somewhere(user, policies.EDIT):
        yield "object_buttons", "copy", _("Kopieren"), here
    if policies.can(user, policies.MOVE, entry):
        yield "object_buttons", "cut", _("Übergeben"), here
