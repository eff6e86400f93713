"""Comments on a draft: say something, answer, mend or take back, settle it, open it again."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.occasions import Occasion
from cms.domain.passages import find_passage
from cms.models import Comment
from cms.models.entry import Entry
from cms.permissions import policies
from cms.services.access import allowed, locked, require
from cms.services.audit import record
from cms.services.notify import notify

MAX_LENGTH = 4000


@transaction.atomic
def add_comment(
    entry: Entry, user, text: str, *, field: str = "", quote: str = "", before: str = ""
) -> Comment:
    """Says something about the latest draft of ``entry``.

    :param field: to which of its texts (see PassageChoices); "" for the whole, or where the
        quote tells it
    :param quote: a passage of the draft, word for word
    :param before: what stands before that passage, if its words stand more than once
    :raises NotAllowedError: without the right
    :raises RuleError: without a text, if there is no draft, or no such passage in it
    """
    entry = allowed(user, policies.COMMENT, entry)
    if not entry.has_draft:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    passages = entry.get_latest_revision_as_object().passages()
    if field:
        passages = {name: passage for name, passage in passages.items() if name == field}
    quote = quote.strip()
    if quote:
        found = find_passage(passages, quote, before)
        if found is None:
            found, before = find_passage(passages, quote), ""
        if found is None:
            raise RuleError(
                _(
                    "Diese Stelle steht so nicht im Entwurf. Bitte kopieren Sie sie Wort für "
                    "Wort, oder lassen Sie das Feld leer."
                )
            )
        field = found
    return _write(user, entry, text, field=field, quote=quote, before=before if quote else "")


@transaction.atomic
def answer_comment(comment: Comment, user, text: str) -> Comment:
    """Answers a comment. Raises NotAllowedError, RuleError as :func:`add_comment`.

    Who is invited answers only where they began.
    """
    entry = allowed(user, policies.COMMENT, comment.entry)
    comment = locked(comment.parent or comment)
    if comment.author_id != user.pk:
        require(user, policies.SEE, entry)
    if comment.publication_id:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    return _write(user, entry, text, parent=comment)


def _write(user, entry: Entry, text: str, **values) -> Comment:
    comment = Comment.objects.create(
        entry=entry,
        revision_id=entry.latest_revision_id,
        author=user,
        text=_checked(text),
        **values,
    )
    record("comment.added", by=user, obj=entry, data={"comment": comment.pk})
    notify(Occasion.COMMENTED, entry, by=user)
    return comment


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise RuleError(_("Bitte schreiben Sie, was Sie dazu sagen möchten."))
    if len(text) > MAX_LENGTH:
        raise RuleError(_("Das ist zu lang: höchstens %(n)s Zeichen.") % {"n": MAX_LENGTH})
    return text


@transaction.atomic
def change_comment(comment: Comment, user, text: str) -> None:
    """Mends the words of one's own comment, while nobody else has answered.

    Raises NotAllowedError for another person's; RuleError without a text, after an answer, and
    once it belongs to a published version.
    """
    comment = _held_to_mend(comment, user)
    comment.text, comment.changed_at = _checked(text), timezone.now()
    comment.save(update_fields=["text", "changed_at"])
    record("comment.changed", by=user, obj=comment.entry, data={"comment": comment.pk})


@transaction.atomic
def delete_comment(comment: Comment, user) -> None:
    """Takes one's own comment back, with one's own answers to it. Raises as change_comment()."""
    comment = _held_to_mend(comment, user)
    record("comment.deleted", by=user, obj=comment.entry, data={"comment": comment.pk})
    comment.delete()


def _held_to_mend(comment: Comment, user) -> Comment:
    # The entry first, as publishing does, which closes its comments.
    allowed(user, policies.COMMENT, comment.entry)
    comment = locked(comment)
    if comment.author_id != user.pk:
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))
    if comment.publication_id:
        raise RuleError(_("Diese Fassung ist schon veröffentlicht."))
    if is_answered(comment, Comment.objects.of(comment.entry)):
        raise RuleError(_("Darauf hat schon jemand geantwortet."))
    return comment


def is_answered(comment: Comment, others: Iterable[Comment]) -> bool:
    """Did somebody else say something after ``comment`` in its thread?"""
    thread = comment.parent_id or comment.pk
    return any(
        other.pk > comment.pk and other.parent_id == thread and other.author_id != comment.author_id
        for other in others
    )


@transaction.atomic
def resolve_comment(comment: Comment, user) -> None:
    """Marks a comment as settled: whoever writes for the project, or began it, may.

    Raises NotAllowedError.
    """
    comment = _held_to_settle(comment, user)
    comment.resolved_at, comment.resolved_by = timezone.now(), user
    comment.save(update_fields=["resolved_at", "resolved_by"])
    record("comment.resolved", by=user, obj=comment.entry, data={"comment": comment.pk})


@transaction.atomic
def reopen_comment(comment: Comment, user) -> None:
    """Takes that back. Raises NotAllowedError."""
    comment = _held_to_settle(comment, user)
    comment.resolved_at = comment.resolved_by = None
    comment.save(update_fields=["resolved_at", "resolved_by"])
    record("comment.reopened", by=user, obj=comment.entry, data={"comment": comment.pk})


def _held_to_settle(comment: Comment, user) -> Comment:
    """An answer and what belongs to a published version are settled by nobody."""
    own = comment.author_id == user.pk
    # The entry first, as publishing does, which closes its comments.
    allowed(user, policies.COMMENT if own else policies.EDIT, comment.entry)
    comment = locked(comment)
    if comment.parent_id or comment.publication_id:
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))
    return comment
