"""``@comments``: what is said about a draft. Never public; the services decide who says what."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from cms.api.addresses import EXPERIENCES, address
from cms.api.contract import (
    BATCH_PARAMETERS,
    ApiError,
    answer,
    batch,
    body,
    held,
    listed,
    no_content,
    person,
    reader,
)
from cms.api.schemas import LOCATED, Error, Listing, sends
from cms.api.summaries import iso_time
from cms.api.traversal import find
from cms.domain.people import name_of
from cms.models import Comment, Experience
from cms.models.entry import Entry
from cms.permissions import policies
from cms.published.comments import Thread, comments_of
from cms.services.comment import (
    add_comment,
    answer_comment,
    change_comment,
    delete_comment,
    is_answered,
    reopen_comment,
    resolve_comment,
)

router = Router(tags=["comments"])

JSON = dict[str, Any]


# --- who and what --------------------------------------------------------------------------------


def _commented(request: HttpRequest, path: str) -> Model:
    """What stands at ``path``; for who is invited to comment on it, also a draft. Or Http404."""
    try:
        return find(path, request).obj
    except Http404:
        folder, _slash, slug = path.rpartition("/")
        entry = Experience.objects.filter(slug=slug).first() if folder == EXPERIENCES.path else None
        if entry is None or not policies.can(person(request), policies.COMMENT, entry):
            raise
        return entry


def _entry_or_404(request: HttpRequest, path: str) -> Entry:
    obj = _commented(request, path)
    if not isinstance(obj, Entry):
        raise Http404
    return obj


def _may_read(user, obj: Any) -> bool:
    if not isinstance(obj, Entry):
        return False
    return policies.can(user, policies.SEE, obj) or policies.can(user, policies.COMMENT, obj)


def _may_comment(user, obj: Any) -> bool:
    return isinstance(obj, Entry) and obj.has_draft and policies.can(user, policies.COMMENT, obj)


def _comment(request: HttpRequest, entry: Entry, pk: int) -> Comment:
    """A comment of ``entry`` that the person may read. Raises Http404."""
    user = person(request)
    comment = Comment.objects.of(entry).select_related("parent").filter(pk=pk).first()
    if comment is None or not _may_read(user, entry):
        raise Http404
    began = (comment.parent or comment).author_id == user.pk
    if not began and not policies.can(user, policies.SEE, entry):
        raise Http404
    return comment


# --- as JSON -------------------------------------------------------------------------------------


def _listed(entry: Entry, request: HttpRequest) -> list[JSON]:
    """All that the person may read: threads on the draft of now, then on earlier versions."""
    comments = comments_of(entry, reader(request))
    threads = [*comments.threads]
    for version in comments.versions:
        threads += version.threads
    user = person(request)
    may_comment = _may_comment(user, entry)
    return [
        _as_json(comment, thread, entry, request, user if may_comment else AnonymousUser())
        for thread in threads
        for comment in (thread.comment, *thread.answers)
    ]


def _one(comment: Comment, entry: Entry, request: HttpRequest) -> JSON:
    """Raises Http404 if it is gone meanwhile."""
    for item in _listed(entry, request):
        if item["comment_id"] == str(comment.pk):
            return item
    raise Http404


def _as_json(
    comment: Comment, thread: Thread, entry: Entry, request: HttpRequest, mender: Any
) -> JSON:
    """Plone's fields, and ours. ``mender``: who asks, if they may say something here."""
    own = comment.author_id == mender.pk and comment.publication_id is None
    is_mendable = own and not is_answered(comment, thread.answers)
    parent = comment.parent_id
    published = comment.publication.published_at if comment.publication else None
    return {
        "@id": _address(entry, comment.pk, request),
        "@type": "Discussion Item",
        "@parent": _address(entry, parent, request) if parent else None,
        "comment_id": str(comment.pk),
        "in_reply_to": str(parent) if parent else None,
        "text": {"data": comment.text, "mime-type": "text/plain"},
        "author_name": name_of(comment.author),
        "author_username": comment.author.get_username() if comment.author else None,
        "author_image": None,
        "creation_date": iso_time(comment.created_at),
        "modification_date": iso_time(comment.changed_at or comment.created_at),
        "user_notification": None,
        "is_editable": is_mendable,
        "is_deletable": is_mendable,
        "field": comment.field or None,
        "quote": comment.quote or None,
        "quote_found": thread.still_there if comment.quote else None,
        "resolved": iso_time(comment.resolved_at),
        "resolved_by": name_of(comment.resolved_by) if comment.resolved_at else None,
        "published": iso_time(published),
    }


def _address(entry: Entry, pk: int, request: HttpRequest) -> str:
    return f"{address(entry, request)}/@comments/{pk}"


def _text(sent: JSON, name: str) -> str:
    text = sent.get(name, "")
    if not isinstance(text, str):
        raise ApiError(422, errors=[(name, gettext("Bitte einen Text angeben."))])
    return text


def _written(request: HttpRequest, entry: Entry, comment: Comment) -> HttpResponse:
    response = no_content(request)
    response["Location"] = _address(entry, comment.pk, request)
    return response


# --- the service ---------------------------------------------------------------------------------


class CommentText(Schema):
    model_config = ConfigDict(populate_by_name=True)

    data: str
    mime_type: str = Field(alias="mime-type")


class CommentSchema(Schema):
    """A comment, or an answer to one."""

    model_config = ConfigDict(populate_by_name=True)

    id_: str = Field(alias="@id")
    type_: str = Field(alias="@type")
    parent: str | None = Field(alias="@parent")
    comment_id: str
    in_reply_to: str | None
    text: CommentText
    author_name: str
    author_username: str | None
    author_image: str | None
    creation_date: str
    modification_date: str
    user_notification: bool | None
    is_editable: bool = Field(description="May the person change its words?")
    is_deletable: bool
    field: str | None = Field(description="Of the vocabulary `passages`; null for the whole.")
    quote: str | None = Field(description="The passage of the draft that it is about.")
    quote_found: bool | None = Field(description="Does that passage still stand in the draft?")
    resolved: str | None = Field(description="Since when it is settled.")
    resolved_by: str | None
    published: str | None = Field(
        description="When the version was published that came out of the draft; null before."
    )


class Permissions(Schema):
    view_comments: bool
    can_reply: bool


class Comments(Listing):
    """What the person may read of what was said."""

    items: list[CommentSchema]
    permissions: Permissions


class NewComment(Schema):
    """What is said."""

    text: str
    field: str = Field("", description="To which text: a token of the vocabulary `passages`.")
    quote: str = Field("", description="A passage of the draft, word for word.")
    before: str = Field("", description="What stands before it, if its words stand twice.")


class Answer(Schema):
    text: str


class ChangedComment(Schema):
    """New words, or whether it is settled."""

    text: str | None = None
    resolved: bool | None = None


_REFUSED = {400: Error, 401: Error, 403: Error, 404: Error, 422: Error}


_COMMENTS: JSON = {
    "response": {200: Comments, 304: None, 400: Error, 404: Error},
    "openapi_extra": {"parameters": BATCH_PARAMETERS},
}


@router.get("/@comments", operation_id="home_comments", **_COMMENTS)
def read_home_comments(request: HttpRequest) -> HttpResponse:
    """Nobody comments on the home page."""
    return _answer_comments(request, "")


@router.get("/{path:path}/@comments", operation_id="comments", **_COMMENTS)
def read_comments(request: HttpRequest, path: str) -> HttpResponse:
    """What was said, the threads one after the other; empty for who may not read it."""
    return _answer_comments(request, path)


def _answer_comments(request: HttpRequest, path: str) -> HttpResponse:
    obj, user = _commented(request, path), person(request)
    may_read = _may_read(user, obj)
    items = _listed(obj, request) if may_read else []
    wanted = batch(request, len(items))
    permissions = {"view_comments": may_read, "can_reply": _may_comment(user, obj)}
    here = f"{address(obj, request)}/@comments"
    data = listed(request, here, wanted.of(items), wanted)
    return answer(request, {**data, "permissions": permissions})


@router.post(
    "/{path:path}/@comments",
    operation_id="add_comment",
    response={204: None, **_REFUSED},
    openapi_extra=sends(NewComment) | LOCATED,
)
def write_comment(request: HttpRequest, path: str) -> HttpResponse:
    """Says something about the draft; `Location` is the comment."""
    entry, sent = _commented(request, path), body(request)
    if not isinstance(entry, Entry):
        raise PermissionDenied
    texts = {name: _text(sent, name) for name in ("text", "field", "quote", "before")}
    comment = add_comment(entry, person(request), **texts)
    return _written(request, entry, comment)


@router.get(
    "/{path:path}/@comments/{int:comment_id}",
    operation_id="comment",
    response={200: CommentSchema, 304: None, 404: Error},
)
def read_comment(request: HttpRequest, path: str, comment_id: int) -> HttpResponse:
    """One comment."""
    entry = _entry_or_404(request, path)
    return answer(request, _one(_comment(request, entry, comment_id), entry, request))


@router.post(
    "/{path:path}/@comments/{int:comment_id}",
    operation_id="answer_comment",
    response={204: None, **_REFUSED},
    openapi_extra=sends(Answer) | LOCATED,
)
def write_answer(request: HttpRequest, path: str, comment_id: int) -> HttpResponse:
    """Answers a comment; an answer to an answer joins its thread."""
    entry = _entry_or_404(request, path)
    comment = _comment(request, entry, comment_id)
    text = _text(body(request), "text")
    return _written(request, entry, answer_comment(comment, person(request), text))


@router.patch(
    "/{path:path}/@comments/{int:comment_id}",
    operation_id="change_comment",
    response={204: None, **_REFUSED},
    openapi_extra=sends(ChangedComment) | LOCATED,
)
def patch_comment(request: HttpRequest, path: str, comment_id: int) -> HttpResponse:
    """Mends one's own words (`text`), or settles a comment and opens it again (`resolved`)."""
    entry = _entry_or_404(request, path)
    comment, sent, user = _comment(request, entry, comment_id), body(request), person(request)
    resolved = sent.get("resolved")
    if not isinstance(resolved, bool | None):
        raise ApiError(422, errors=[("resolved", gettext("Bitte true oder false angeben."))])
    with held(request, entry, lambda row: _one(comment, row, request)):
        if "text" in sent or resolved is None:
            change_comment(comment, user, _text(sent, "text"))
        if resolved is not None:
            (resolve_comment if resolved else reopen_comment)(comment, user)
    return _written(request, entry, comment)


@router.delete(
    "/{path:path}/@comments/{int:comment_id}",
    operation_id="delete_comment",
    response={204: None, **_REFUSED},
)
def remove_comment(request: HttpRequest, path: str, comment_id: int) -> HttpResponse:
    """Takes one's own comment back, while nobody else has answered."""
    entry = _entry_or_404(request, path)
    comment = _comment(request, entry, comment_id)
    with held(request, entry, lambda row: _one(comment, row, request)):
        delete_comment(comment, person(request))
    return no_content(request)
