"""Removes a passage or a person for good: from every version, history, comment and file."""

from collections import Counter
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from cms.domain.errors import RuleError
from cms.domain.indexing import ObjectType
from cms.domain.redaction import Wording
from cms.models import (
    Experience,
    ExperienceSource,
    IndexJob,
    Project,
    Publication,
    RedactedPlace,
    Redaction,
)
from cms.models.entry import Entry
from cms.models.publications import REDACTED
from cms.permissions import policies
from cms.services.access import require
from cms.services.audit import record
from cms.services.find_wording import Place, find_places
from cms.services.redact_addresses import OldTitles, give_new_addresses
from cms.services.redact_files import FoundFile, delete_documents, find_files, rename_files
from cms.services.tell_webhooks import told_redacted

REDACT_ACTION = "cms.redact"


@dataclass(frozen=True)
class Preview:
    """What an act would remove, and which files need a person's decision."""

    places: list[Place]
    files: list[FoundFile]

    @property
    def count(self) -> int:
        return sum(place.count for place in self.places)


def preview(wording: Wording, user) -> Preview:
    """Everything that :func:`redact` would remove. Changes nothing.

    Raises NotAllowedError, RuleError if the wording would meet half of the guide.
    """
    _check(wording, user)
    return Preview(list(find_places(wording)), find_files(wording))


@transaction.atomic
def redact(
    wording: Wording,
    user,
    reason: str,
    *,
    expected: int | None = None,
    document_ids: frozenset[int] = frozenset(),
) -> Redaction:
    """Removes the wording everywhere and leaves a tombstone, which tells all but what it was.

    :param reason: kept (without the wording, should it stand there)
    :param expected: how many places the person has seen; refuse if there are others now
    :param document_ids: documents to delete with their files
    :raises NotAllowedError, RuleError: nothing is changed then
    """
    _check(wording, user)
    if not reason.strip():
        raise RuleError(_("Bitte schreiben Sie, warum das entfernt wird."))
    is_person = wording.whole_words
    redaction = Redaction.objects.create(
        kind=Redaction.Kind.PERSON if is_person else Redaction.Kind.PASSAGE,
        by=user,
        reason=wording.remove(reason.strip())[0],
    )
    work = _Work(redaction)
    with LogContext(user=user):
        for place in find_places(wording):
            work.remove(place)
        if expected is not None and expected != work.count:
            raise RuleError(
                _("Inzwischen steht es an mehr oder weniger Stellen. Bitte sehen Sie neu nach.")
            )
        addresses = give_new_addresses(wording, work.old_titles)
        deleted = delete_documents(set(document_ids))
        renamed = rename_files(wording)
        work.write_places()
        _look_again(work.owners(), redaction, user)
        told_redacted(work.owners())
        # Whatever was found: an index that is only kept may still hold what stood there once.
        IndexJob.objects.enqueue(ObjectType.PROJECT, [Project.objects.office().pk], REDACTED)
    redaction.place_count = work.count
    redaction.save(update_fields=["place_count"])
    data = {"places": work.count, "addresses": addresses, "files": deleted + renamed}
    record("content.redacted", by=user, obj=redaction, data=data)
    return redaction


def _check(wording: Wording, user) -> None:
    require(user, policies.OFFICE)
    if wording.too_short:
        raise RuleError(
            _("Bitte geben Sie mindestens %(number)s Buchstaben an.") % {"number": wording.shortest}
        )


class _Work:
    """Counts what is removed, by the object that it belongs to."""

    def __init__(self, redaction: Redaction) -> None:
        self.redaction = redaction
        self.count = 0
        self.old_titles = OldTitles()
        self._found: Counter[tuple[int, int, int | None]] = Counter()

    def remove(self, place: Place) -> None:
        """Writes one row without the wording. No signals: what follows is done at the end."""
        row = place.model._base_manager.get(pk=place.pk)
        self._keep_old_title(row, place)
        place.model._base_manager.filter(pk=place.pk).update(**place.changes)
        content_type_id, object_id = _owner(row)
        revision_id = row.pk if isinstance(row, Revision) else None
        self._found[content_type_id, object_id, revision_id] += place.count
        self.count += place.count

    def _keep_old_title(self, row: Model, place: Place) -> None:
        if isinstance(row, Experience | Page) and "title" in place.changes:
            title, pk = row.title, row.pk
        elif isinstance(row, Revision) and "content" in place.changes:
            title, pk = row.content.get("title"), int(row.object_id)
            if title == place.changes["content"].get("title"):
                return
        else:
            return
        model = type(row) if not isinstance(row, Revision) else row.content_type.model_class()
        if issubclass(model, Experience):
            self.old_titles.of_experiences.setdefault(pk, set()).add(title)
        elif issubclass(model, Page):
            self.old_titles.of_pages.setdefault(pk, set()).add(title)

    def write_places(self) -> None:
        """The tombstones, by object and version."""
        RedactedPlace.objects.bulk_create(
            [
                RedactedPlace(
                    redaction=self.redaction,
                    content_type_id=content_type_id,
                    object_id=object_id,
                    revision_id=revision_id,
                    count=count,
                )
                for (content_type_id, object_id, revision_id), count in self._found.items()
            ],
            batch_size=500,
        )

    def owners(self) -> dict[tuple[int, int], int]:
        """How much was removed, by content type and id of the object."""
        owners: Counter[tuple[int, int]] = Counter()
        for (content_type_id, object_id, _revision), count in self._found.items():
            owners[content_type_id, object_id] += count
        return owners


def _owner(row: Model) -> tuple[int, int]:
    """Content type and id of what a row belongs to: a version's entry, an argument's experience."""
    if isinstance(row, TaskState):
        row = row.workflow_state
    if isinstance(row, ExperienceSource):
        row = row.experience
    for column in row._meta.fields:
        if isinstance(column, ParentalKey):
            row = getattr(row, column.name)
            break
    if isinstance(row, PageLogEntry):
        return row.content_type_id, row.page_id
    if isinstance(row, Page):
        return row.content_type_id, row.pk
    owner_id = str(getattr(row, "object_id", ""))
    if hasattr(row, "content_type_id") and owner_id.isdigit():
        return row.content_type_id, int(owner_id)
    content_type = ContentType.objects.get_for_model(row, for_concrete_model=False)
    return content_type.pk, row.pk if isinstance(row.pk, int) else 0


def _look_again(owners: dict[tuple[int, int], int], redaction: Redaction, user) -> None:
    """Saves each object once: both indices look again, and Wagtail's own; and its history tells."""
    for (content_type_id, object_id), count in owners.items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        row = model._base_manager.filter(pk=object_id).first() if model else None
        if row is None or isinstance(row, Publication):
            continue
        if isinstance(row, Page):
            row.save(clean=False, update_fields=["title"])
        elif hasattr(row, "title"):
            _save_unchanged(row)
        if isinstance(row, Entry | Page):
            log(row, REDACT_ACTION, user=user, data={"redaction": redaction.pk, "places": count})


def _save_unchanged(row: Model) -> None:
    """A save that changes nothing: receivers and Wagtail's index listen to saves."""
    columns = [column.name for column in row._meta.concrete_fields if not column.primary_key]
    row.save(update_fields=["title" if "title" in columns else columns[0]])
