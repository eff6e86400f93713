"""What a person can read now and could not read before: for saved searches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, Outcome, Publication, TablePage

Ref = tuple[ObjectType, int]

_BY_MODEL = {
    **{object_type.value: object_type for object_type in ObjectType},
    "exchangeeventpage": ObjectType.EVENT,
    "tablepage": ObjectType.TABLE,
    "newspage": ObjectType.NEWS,
}
_BATCH = 500


@dataclass(frozen=True)
class Fresh:
    """Something new, and when it (or the page that it hangs on) was published."""

    ref: Ref
    published_at: datetime


def fresh(reader: Reader, since: datetime, looked_until: datetime) -> list[Fresh]:
    """What was published after ``looked_until`` and was not open to ``reader`` at ``since``.

    An entry that is published again is not new; one whose circle was widened to this reader is,
    and so is what hangs on a table or event that was published for the first time. Whether it is
    still to be read, and fits, is asked elsewhere.
    """
    types = object_types()
    rows = Publication.objects.filter(
        published_at__gt=looked_until, withdrawn_at=None, content_type__in=types
    )
    candidates = {
        (types[content_type_id], pk): when
        for content_type_id, pk, when in rows.order_by("published_at", "pk").values_list(
            "content_type", "object_id", "published_at"
        )
    }
    known = _known(candidates, types, reader, since)
    new = {ref: when for ref, when in candidates.items() if ref not in known}
    for ref, when in list(new.items()):
        for below in hanging_on(ref):
            new.setdefault(below, when)
    return [Fresh(ref, when) for ref, when in new.items()]


def newest() -> datetime | None:
    """When something was published last."""
    rows = Publication.objects.order_by("-published_at").values_list("published_at", flat=True)
    return rows.first()


def ref_of(obj: Model) -> Ref:
    """Type and id of an object of the history; a page must be of its own class."""
    return _BY_MODEL[obj._meta.model_name], obj.pk


def object_types() -> dict[int, ObjectType]:
    """What search calls the objects of the history, by the id of their content type."""
    found = ContentType.objects.filter(app_label="cms", model__in=_BY_MODEL)
    return {pk: _BY_MODEL[model] for pk, model in found.values_list("pk", "model")}


def _known(
    candidates: Iterable[Ref], types: dict[int, ObjectType], reader: Reader, since: datetime
) -> set[Ref]:
    """Those that this reader could already read at ``since``, as far as the history tells."""
    ids = sorted({pk for _type, pk in candidates})
    known = set()
    for start in range(0, len(ids), _BATCH):
        rows = Publication.objects.filter(
            object_id__in=ids[start : start + _BATCH],
            content_type__in=types,
            published_at__lte=since,
        )
        fields = rows.order_by().values_list("content_type", "object_id", "circle", "project")
        known |= {
            (types[content_type_id], pk)
            for content_type_id, pk, circle, project_id in fields
            if reader.may_see(Circle(circle), project_id)
        }
    return known


def hanging_on(ref: Ref) -> Iterator[Ref]:
    """What is open only together with a table or an event."""
    object_type, pk = ref
    if object_type is ObjectType.TABLE:
        said = {"table": pk}
    elif object_type is ObjectType.EVENT:
        event = ExchangeEventPage.objects.filter(pk=pk).first()
        tables = TablePage.objects.descendant_of(event) if event else TablePage.objects.none()
        keys = list(tables.values_list("pk", flat=True))
        yield from ((ObjectType.TABLE, key) for key in keys)
        yield from _rows(ObjectType.OUTCOME, Outcome.objects.filter(event=pk))
        said = {"table__in": keys}
    else:
        return
    yield from _rows(ObjectType.EXPERIENCE, Experience.objects.filter(**said))
    yield from _rows(ObjectType.OUTCOME, Outcome.objects.filter(**said))


def _rows(object_type: ObjectType, rows: QuerySet) -> Iterator[Ref]:
    return ((object_type, pk) for pk in rows.order_by().values_list("pk", flat=True))
