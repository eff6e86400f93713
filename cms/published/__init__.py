"""Reading: what is published and visible to this person, now.

Pages, API and search all ask here. Every function takes a Reader (policies.reader_for).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page

from cms.domain.circles import Circle, Readership
from cms.domain.reader import Reader
from cms.models import (
    ExchangeEventPage,
    Experience,
    ExperienceSource,
    InfoPage,
    Institution,
    Location,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    TargetGroup,
    Topic,
)
from cms.models.choices import AttributionChoices
from cms.published.topics import TopicNode, build_tree, topic_nodes, with_ancestors

#: treebeard's step: a parent's path is its child's without the last four letters.
_STEP = 4


def _parent_is_live(path: str) -> Exists:
    """SQL: the page above the one at ``path`` (a field name) is live."""
    parent_path = Substr(OuterRef(path), 1, Length(OuterRef(path)) - _STEP)
    return Exists(Page.objects.filter(path=parent_path, live=True))


def _source_is_live() -> Q:
    """An entry of a table is readable only while the table and its event are."""
    return Q(table=None) | (Q(table__live=True) & _parent_is_live("table__path"))


def in_circle(reader: Reader) -> Q:
    """SQL: what is published of entries in this reader's circles."""
    visible = Q(visibility__in=[circle.value for circle in reader.circles])
    if reader.project_ids and not reader.is_office:
        visible |= Q(visibility=Circle.PROJECT.value, project_id__in=reader.project_ids)
    return visible


def experiences(reader: Reader) -> QuerySet[Experience]:
    """Published experiences that this reader may see, newest first."""
    return (
        Experience.objects.filter(_source_is_live(), in_circle(reader), live=True)
        .select_related("project", "table")
        .order_by("-first_published_at", "-id")
    )


def supplements(reader: Reader) -> QuerySet[Supplement]:
    """Published supplements that this reader may see, on experiences that they may see."""
    return (
        Supplement.objects.filter(in_circle(reader), live=True)
        .filter(experience__in=experiences(reader).order_by().values("pk"))
        .select_related("project", "experience")
        .order_by("first_published_at", "pk")
    )


def readership_of(row: Supplement) -> Readership:
    """Who may read a published supplement: whoever reads both it and its experience."""
    entry = row.experience
    of_entry = Readership.of(entry.visibility, entry.project_id)
    return Readership.of(row.visibility, row.project_id).within(of_entry)


def outcomes(reader: Reader) -> QuerySet[Outcome]:
    """Published decisions and follow-ups that this reader may see."""
    return (
        Outcome.objects.filter(_source_is_live(), in_circle(reader), live=True)
        .filter(Q(event=None) | Q(event__live=True))
        .select_related("project", "table", "event", "deferred_to")
    )


def events() -> QuerySet[ExchangeEventPage]:
    """Published events, newest first. They are public."""
    return ExchangeEventPage.objects.live().order_by(F("date").desc(nulls_last=True), "-pk")


def tables() -> QuerySet[TablePage]:
    """Published tables of published events, in their order."""
    return TablePage.objects.live().filter(_parent_is_live("path")).order_by("path")


def news() -> QuerySet[NewsPage]:
    """Published news, newest first."""
    return NewsPage.objects.live().select_related("project", "image").order_by("-date", "-pk")


def info_pages() -> QuerySet[InfoPage]:
    """Published pages of fixed texts."""
    return InfoPage.objects.live()


def projects() -> QuerySet[Project]:
    """All projects with their locations, the office last."""
    rows = Project.objects.select_related("image").order_by("is_office", "title")
    return rows.prefetch_related("locations")


def locations() -> QuerySet[Location]:
    """Offices that people can visit: of projects that have not ended."""
    runs = Q(project__end=None) | Q(project__end__gte=timezone.localdate())
    return (
        Location.objects.filter(runs, project__is_office=False)
        .select_related("project")
        .order_by("postcode", "city")
    )


def with_details(
    entries: QuerySet[Experience], reader: Reader | None = None
) -> QuerySet[Experience]:
    """Adds what an entry's page or card shows, in a constant number of queries.

    With a reader: ``judged_by`` too, the supplements with a verdict that this reader may see.
    """
    entries = entries.prefetch_related("topics", "target_groups", "institutions", "arguments")
    if reader is None:
        return entries
    columns = ("experience_id", "project_id", "verdict", "last_published_at")
    judged = supplements(reader).exclude(verdict="").select_related(None).only(*columns)
    return entries.prefetch_related(Prefetch("supplements", judged, to_attr="judged_by"))


def may_see_notes(reader: Reader) -> bool:
    """Notes of events and tables, and the names of moderators, stay among the projects."""
    return Circle.PROJECTS in reader.circles


def topic_ids(reader: Reader) -> set[int]:
    """Topics that this reader may see: with a visible entry or a published table in it or below.

    An import makes topics for its drafts; their names are no more public than the drafts.
    The office sees all topics.
    """
    if reader.is_office:
        return set(Topic.objects.values_list("pk", flat=True))
    return topics_with_content(reader)[0]


def topics_with_content(reader: Reader) -> tuple[set[int], dict[int, int | None]]:
    """Topics with something that this reader sees, in them or below; and each topic's parent."""
    with connection.cursor() as cursor:
        cursor.execute(*_topics_with_content(reader))
        rows = cursor.fetchall()
    parents = {pk: parent for pk, parent, _has_content in rows}
    own = [pk for pk, _parent, has_content in rows if has_content]
    return with_ancestors(own, parents), parents


@lru_cache(maxsize=100)
def _topics_with_content(reader: Reader) -> tuple[str, tuple]:
    """Kept, since putting it together takes ten times as long as running it."""
    entry = experiences(reader).order_by().filter(topics=OuterRef("pk"))
    table = tables().order_by().filter(topics=OuterRef("pk"))
    topics = Topic.objects.order_by().annotate(has_content=Exists(entry) | Exists(table))
    return topics.values_list("pk", "parent_id", "has_content").query.sql_with_params()


def topic_tree(reader: Reader | None = None) -> list[TopicNode]:
    """The roots of the topics' tree. With a reader: what this reader may see, with counts.

    A query without a reader; with one three, and one for each level that has others below.
    """
    if reader is None:
        return build_tree(Topic.objects.all())
    topics = Topic.objects.all()
    tree = build_tree(topics if reader.is_office else topics.filter(pk__in=topic_ids(reader)))
    nodes = topic_nodes(tree)
    counts = _entry_counts(reader, {pk: [pk] for pk in nodes})
    levels: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for pk, node in nodes.items():
        if node.children:
            levels[node.depth][pk] = [below.topic.pk for below in node.below()]
    for branches in levels.values():
        counts |= _entry_counts(reader, branches)
    for pk, node in nodes.items():
        node.count = counts.get(pk, 0)
    return tree


def _entry_counts(reader: Reader, branches: dict[int, list[int]]) -> dict[int, int]:
    """The visible entries of each branch: ids of topics, none of them in two branches."""
    if not branches:
        return {}
    visible = experiences(reader).order_by().values("pk")
    rows = Experience.topics.through.objects.filter(experience_id__in=visible).order_by()
    if all(len(ids) == 1 for ids in branches.values()):
        # No entry has a topic twice. Counting different ones would sort them all: at a million
        # entries that takes seconds.
        rows = rows.filter(topic_id__in=branches).values("topic_id").annotate(n=Count("pk"))
        return dict(rows.values_list("topic_id", "n"))
    branch = Case(*(When(topic_id__in=ids, then=Value(pk)) for pk, ids in branches.items()))
    rows = rows.annotate(branch=branch).exclude(branch=None).values("branch")
    return dict(rows.annotate(n=Count("experience_id", distinct=True)).values_list("branch", "n"))


def said_at(entries: QuerySet[Experience], table_ids: Iterable[int]) -> QuerySet[Experience]:
    """Those of the entries that were said at any of these tables, and may be named with it.

    A steering group's table tells the project: an entry of "ein Projekt" is not found by it.
    """
    tables = dict(TablePage.objects.filter(pk__in=list(table_ids)).values_list("pk", "path"))
    steering = set(
        ExchangeEventPage.objects.filter(
            path__in={path[:-_STEP] for path in tables.values()}, project__isnull=False
        ).values_list("path", flat=True)
    )
    telling = [pk for pk, path in tables.items() if path[:-_STEP] in steering]
    neutral = [pk for pk in tables if pk not in telling]
    named = Q(attribution=AttributionChoices.NAMED)
    return entries.filter(_said_at(neutral) | (_said_at(telling) & named))


def _said_at(table_ids: list[int]) -> Q:
    sources = ExperienceSource.objects.filter(table__in=table_ids).values("experience_id")
    return Q(table__in=table_ids) | Q(pk__in=sources)


def judged(
    entries: QuerySet[Experience], verdicts: Iterable[str], reader: Reader
) -> QuerySet[Experience]:
    """Those of the entries to which a project gave one of these verdicts, for this reader."""
    judging = supplements(reader).filter(verdict__in=list(verdicts)).order_by()
    return entries.filter(pk__in=judging.values("experience"))


def entries_of_table(table: TablePage, reader: Reader) -> list[Experience]:
    """Visible entries said at this table, also those whose first source is another one."""
    entries = experiences(reader).filter(_said_at([table.pk]))
    return list(with_details(entries, reader).order_by("pk"))


@dataclass(frozen=True)
class Term:
    """How a value of a facet is called on screens and in addresses."""

    title: str
    slug: str


Terms = dict[str, dict[int, Term]]

_TERM_MODELS = {
    "topic": Topic,
    "project": Project,
    "institution": Institution,
    "target_group": TargetGroup,
}


def terms(ids: Mapping[str, Collection[int]]) -> Terms:
    """Names of these topics, projects, institutions and target groups, by kind and id.

    Looked up when a person searches, so that a rename touches no index. One query, written
    by hand: Django would put four together, for each search anew.
    """
    wanted = {name: list(pks) for name, pks in ids.items() if pks}
    found: Terms = {name: {} for name in wanted}
    if wanted:
        parts = (
            f"SELECT '{name}', id, title, slug FROM {_TERM_MODELS[name]._meta.db_table}"  # noqa: S608
            f" WHERE id IN ({', '.join(['%s'] * len(pks))})"
            for name, pks in wanted.items()
        )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), list(chain(*wanted.values())))
            for name, pk, title, slug in cursor.fetchall():
                found[name][pk] = Term(title, slug)
    return found


def all_terms(kind: str, reader: Reader) -> dict[int, Term]:
    """All topics (that this reader may see), projects, institutions or target groups, by id."""
    rows = _TERM_MODELS[kind].objects.order_by("title").values_list("pk", "title", "slug")
    seen = topic_ids(reader) if kind == "topic" else None
    return {pk: Term(title, slug) for pk, title, slug in rows if seen is None or pk in seen}


def terms_by_slug(slugs: Mapping[str, Iterable[str]], reader: Reader) -> Terms:
    """The terms with these addresses, by kind and id; a table's is ``event/table``.

    Of the topics those that this reader may see: the name of another one is not told.
    """
    found: Terms = {}
    for name, model in _TERM_MODELS.items():
        if slugs.get(name):
            rows = model.objects.filter(slug__in=list(slugs[name])).order_by()
            rows = rows.values_list("pk", "title", "slug")
            found[name] = {pk: Term(title, slug) for pk, title, slug in rows}
    if found.get("topic"):
        seen = topic_ids(reader)
        found["topic"] = {pk: term for pk, term in found["topic"].items() if pk in seen}
    if slugs.get("table"):
        found["table"] = _table_terms(set(slugs["table"]))
    return found


def _table_terms(slugs: set[str]) -> dict[int, Term]:
    found = list(tables().filter(slug__in={slug.rpartition("/")[2] for slug in slugs}))
    paths = {table.path[:-_STEP] for table in found}
    event_by_path = {event.path: event for event in events().filter(path__in=paths)}
    named = {}
    for table in found:
        event = event_by_path[table.path[:-_STEP]]
        slug = f"{event.slug}/{table.slug}"
        if slug in slugs:
            named[table.pk] = Term(f"{event.title}: {table.title}", slug)
    return named
