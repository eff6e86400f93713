"""People in answers: who did something, for those who may know it."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from cms.api.addresses import api_root
from cms.domain.people import name_of


def actor(user: AbstractBaseUser | None, request: HttpRequest) -> dict[str, Any]:
    """Somebody with an account, as Plone's histories have it; all empty for nobody."""
    name = user.get_username() if user else None
    return {
        "@id": user_address(user, request),
        "id": name,
        "fullname": name_of(user) if user else "",
        "username": name,
    }


def user_address(user: AbstractBaseUser | None, request: HttpRequest) -> str | None:
    """Where the API tells of an account; None for nobody."""
    return f"{api_root(request)}/@users/{user.get_username()}" if user else None
