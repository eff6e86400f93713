"""What a project contributed in a period: the list for its yearly report."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Min, Model, QuerySet
from django.utils import timezone

from cms.domain.reader import Reader
from cms.models import ExchangeEventPage, Experience, Project, Publication, Supplement
from cms.published import events, experiences, supplements


@dataclass(frozen=True)
class Contribution:
    """Something published: when, its title then, to whom, and whether readers still have it."""

    day: date
    title: str
    object_id: int
    circle: str
    is_first: bool
    is_withdrawn: bool
    url: str | None


@dataclass(frozen=True)
class Contributions:
    """All of it, each list in the order of time."""

    experiences: list[Contribution]
    supplements: list[Contribution]
    verdicts: list[Supplement]
    events: list[ExchangeEventPage]

    def __bool__(self) -> bool:
        return bool(self.experiences or self.supplements or self.verdicts or self.events)


def contributions(project: Project, first: date, last: date, reader: Reader) -> Contributions:
    """What ``project`` published and hosted from ``first`` to ``last``, both included.

    Of each entry the latest publication of the period counts. Verdicts are those of other
    projects on its experiences, as far as ``reader`` may see them. A constant number of queries.
    """
    verdicts = supplements(reader).exclude(verdict="").exclude(project=project)
    hosted = events().filter(host_project=project, date__range=(first, last))
    begin, end = _moment(first), _moment(last + timedelta(days=1))
    return Contributions(
        experiences=_published(Experience, project, begin, end),
        supplements=_named(_published(Supplement, project, begin, end), reader),
        verdicts=list(
            verdicts.filter(
                experience__project=project,
                first_published_at__gte=begin,
                first_published_at__lt=end,
            )
        ),
        events=list(hosted.order_by("date", "pk")),
    )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _published(
    model: type[Model], project: Project, begin: datetime, end: datetime
) -> list[Contribution]:
    of_model = Publication.objects.filter(
        content_type=ContentType.objects.get_for_model(model), project=project
    )
    rows = of_model.filter(published_at__gte=begin, published_at__lt=end)
    latest = {row.object_id: row for row in rows.order_by("published_at", "pk")}
    first_times = _first_times(of_model.filter(object_id__in=latest))
    objects = _with_addresses(model, latest)
    return [
        Contribution(
            day=timezone.localdate(row.published_at),
            title=row.title,
            object_id=row.object_id,
            circle=row.get_circle_display(),
            is_first=first_times[row.object_id] >= begin,
            is_withdrawn=not getattr(objects.get(row.object_id), "live", False),
            url=objects[row.object_id].get_absolute_url()
            if row.object_id in objects and objects[row.object_id].live
            else None,
        )
        for row in sorted(latest.values(), key=lambda row: (row.published_at, row.pk))
    ]


def _named(found: list[Contribution], reader: Reader) -> list[Contribution]:
    """Supplements by the title of what they are about, where this reader may see that.

    The history keeps only whose they are: the title is another project's.
    """
    ids = [contribution.object_id for contribution in found]
    seen = experiences(reader).order_by().values("pk")
    rows = Supplement.objects.filter(pk__in=ids, experience__in=seen).select_related("experience")
    titles = {row.pk: row.title for row in rows}
    return [
        replace(item, title=titles[item.object_id])
        if item.object_id in titles
        # The address holds the title, too.
        else replace(item, url=None)
        for item in found
    ]


def _first_times(rows: QuerySet[Publication]) -> dict[int, datetime]:
    grouped = rows.order_by().values_list("object_id").annotate(Min("published_at"))
    return dict(grouped)


def _with_addresses(model: type[Model], ids: Iterable[int]) -> dict[int, Model]:
    rows = model._default_manager.filter(pk__in=list(ids))
    if model is Supplement:
        rows = rows.select_related("experience")
    return {row.pk: row for row in rows}
