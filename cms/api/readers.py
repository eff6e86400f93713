"""Who asks, and what they may see: for contract.py, which hands it on, and summaries.py."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from cms.api.addresses import Folder, once
from cms.domain.reader import Reader
from cms.permissions import policies


def person(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Who asks: the signed-in person of the session or of the token, or an anonymous one."""
    return request.user


def reader(request: HttpRequest) -> Reader:
    """What the person may see, for published.py."""
    return once(request, "reader", lambda: policies.reader_for(person(request)))


def sees_drafts_of(obj: Model | Folder, request: HttpRequest) -> bool:
    """May the person see what is not published of ``obj``? No query.

    The drafts of a project's entries, news and steering groups are its own and the office's;
    those of all else are the office's.
    """
    return reader(request).may_see_draft(getattr(obj, "project_id", None))
