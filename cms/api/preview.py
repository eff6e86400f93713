"""``@preview``: one draft version for somebody without an account, in any front end."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms import published
from cms.api.addresses import api_root, public_path
from cms.api.contract import ApiError, answer, body, person
from cms.api.schemas import Content, Error, sends
from cms.api.serializers import own_fields
from cms.api.summaries import envelope_summary, iso_time
from cms.api.traversal import find
from cms.domain.kinds import State
from cms.domain.reader import ANONYMOUS
from cms.services.preview import (
    PREVIEWED,
    Preview,
    make_preview,
    most_hours,
    open_preview,
)

router = Router(tags=["preview"])

JSON = dict[str, Any]


class PreviewLink(Schema):
    """A link that shows one version of one object."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id", description="Where anybody reads it, without credentials.")
    token: str
    expires: str


class WantedPreview(Schema):
    hours: int | None = Field(None, ge=1, description="How long the link is good.")


@router.post(
    "/{path:path}/@preview",
    operation_id="make_preview",
    response={201: PreviewLink, 400: Error, 401: Error, 403: Error, 404: Error, 422: Error},
    openapi_extra=sends(WantedPreview),
)
def write_preview(request: HttpRequest, path: str) -> HttpResponse:
    """A link to the newest draft as it is now; for those who may see it."""
    obj = find(path, request, "").obj
    if not isinstance(obj, PREVIEWED):
        raise Http404
    link = make_preview(obj, person(request), _hours(body(request)))
    where = f"{api_root(request)}/@preview/{link.token}"
    data = {"@id": where, "token": link.token, "expires": iso_time(link.expires)}
    response = answer(request, data, status=201)
    response["Location"] = where
    return response


def _hours(sent: JSON) -> int | None:
    hours = sent.get("hours")
    if hours is None or (isinstance(hours, int) and not isinstance(hours, bool)):
        return hours
    message = gettext("Bitte eine ganze Zahl von 1 bis %(most)d angeben.")
    raise ApiError(422, errors=[("hours", message % {"most": most_hours()})])


@router.get("/@preview/{token}", operation_id="preview", response={200: Content, 404: Error})
def read_preview(request: HttpRequest, token: str) -> HttpResponse:
    """The version behind a link: as everybody would read it, were it published now."""
    # Whoever opens the link reads the same, with credentials or without.
    request.user = AnonymousUser()
    preview = open_preview(token)
    if preview is None:
        raise Http404
    response = answer(request, _as_json(preview, token, request))
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _as_json(preview: Preview, token: str, request: HttpRequest) -> JSON:
    version = preview.version
    fields = own_fields(version, request)
    if "topics" in fields:
        # A chapter with nothing published in it is not told to everybody.
        visible = published.topic_ids(ANONYMOUS)
        shown = {topic.slug for topic in version.topics.all() if topic.pk in visible}
        fields["topics"] = [topic for topic in fields["topics"] if topic["token"] in shown]
    return {
        **envelope_summary(version, request, ("UID", "is_folderish")),
        # Nothing of other versions: neither when one was published nor that there are newer ones.
        "created": None,
        "modified": iso_time(preview.saved),
        "effective": None,
        "@id": f"{api_root(request)}/@preview/{token}",
        "id": public_path(version, request).rpartition("/")[2],
        "review_state": State.DRAFT.value,
        "parent": {},
        "lock": {"locked": False, "stealable": False},
        "@components": {},
        **fields,
    }
