"""Reading comments: never public, and an invited person reads only what they began."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from cms.domain.passages import find_passage
from cms.domain.reader import Reader
from cms.models import Comment, Experience, Publication, Supplement
from cms.models.entry import Entry


@dataclass(frozen=True)
class Thread:
    """A comment with its answers."""

    comment: Comment
    answers: list[Comment]
    #: Does the passage still stand in the newest draft? True without a passage.
    still_there: bool


@dataclass(frozen=True)
class CommentedVersion:
    """What was said about a draft before it was published."""

    publication: Publication
    threads: list[Thread]


@dataclass(frozen=True)
class Comments:
    """What was said about an entry: about the draft of now, and about earlier versions."""

    threads: list[Thread]
    versions: list[CommentedVersion]

    @property
    def is_empty(self) -> bool:
        return not self.threads and not self.versions

    @property
    def open_count(self) -> int:
        return sum(thread.comment.resolved_at is None for thread in self.threads)


def visible_comments(reader: Reader) -> QuerySet[Comment]:
    """Comments on the entries whose drafts this reader sees, but for those in the trash.

    Who is only invited to comment finds what they began on the entry's own screen.
    """
    on_visible = Q()
    for model in (Experience, Supplement):
        entries = model.objects.order_by()
        if not reader.is_office:
            entries = entries.filter(project__in=reader.project_ids)
        content_type = ContentType.objects.get_for_model(model)
        on_visible |= Q(content_type=content_type, object_id__in=entries.values("pk"))
    return Comment.objects.filter(on_visible)


def comments_of(entry: Entry, reader: Reader) -> Comments:
    """The comments on ``entry`` that this reader may see. One query, and one for the draft."""
    rows = Comment.objects.of(entry).select_related("author", "resolved_by", "publication")
    answers: dict[int, list[Comment]] = defaultdict(list)
    beginnings = []
    for comment in rows:
        if comment.parent_id:
            answers[comment.parent_id].append(comment)
        elif reader.may_see_draft(entry.project_id) or comment.author_id == reader.user_id:
            beginnings.append(comment)
    passages = entry.get_latest_revision_as_object().passages() if beginnings else {}
    current: list[Thread] = []
    by_version: dict[Publication, list[Thread]] = defaultdict(list)
    for comment in beginnings:
        thread = Thread(comment, answers[comment.pk], _still_there(comment, passages))
        (by_version[comment.publication] if comment.publication else current).append(thread)
    versions = [CommentedVersion(*item) for item in by_version.items()]
    return Comments(current, sorted(versions, key=lambda v: v.publication.pk, reverse=True))


def _still_there(comment: Comment, passages: dict[str, str]) -> bool:
    if not comment.quote:
        return True
    own = {name: text for name, text in passages.items() if name == comment.field}
    return find_passage(own, comment.quote, comment.before) is not None
