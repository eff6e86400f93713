"""``@site``: what a front end must know of the site as a whole. The same for everybody."""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import NAMESPACE, api_root
from cms.api.contract import answer
from cms.api.expanders import EXPANDERS
from cms.views.layout import frame

router = Router(tags=["site"])

_SERVICE = re.compile(r"@[a-z-]+")


class Site(Schema):
    """Facts about the site; those with Plone's names for Plone's clients."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    id_: str = Field(alias="@id")
    title: str
    site_title: str = Field(alias="plone.site_title")
    site_logo: str | None = Field(alias="plone.site_logo")
    default_language: str = Field(alias="plone.default_language")
    available_languages: list[str] = Field(alias="plone.available_languages")
    portal_timezone: str = Field(alias="plone.portal_timezone")
    features: dict[str, Any] = Field(description="`services`: the services that this API has.")


@router.get("/@site", operation_id="site", response={200: Site, 304: None})
def read_site(request: HttpRequest) -> HttpResponse:
    """Title, language, time zone, and which services there are."""
    guide = frame(request).guide
    title = guide.programme_name if guide else settings.WAGTAIL_SITE_NAME
    data = {
        "@id": f"{api_root(request)}/@site",
        "title": title,
        "plone.site_title": title,
        "plone.site_logo": None,
        "plone.default_language": settings.LANGUAGE_CODE,
        "plone.available_languages": [settings.LANGUAGE_CODE],
        "plone.portal_timezone": settings.TIME_ZONE,
        "features": {"services": _services()},
    }
    return answer(request, data)


@cache
def _services() -> list[str]:
    """The names of all services, read from the addresses of the API."""
    _prefix, resolver = get_resolver().namespace_dict[NAMESPACE]
    found = {f"@{name}" for name in EXPANDERS}
    for pattern in resolver.url_patterns:
        found.update(_SERVICE.findall(str(pattern.pattern)))
    return sorted(found)
