"""The guide's entries: the list, the page of one, and its short address."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cms import published
from cms.kept_query import KeptQuery, parameter
from cms.models import ExchangeEventPage, Experience, ExperienceSource, Redaction, TablePage
from cms.permissions import policies
from cms.published.versions import history
from cms.views.attribution import may_name_source, named_project
from cms.views.kinds import KIND_WORDS, shown_kinds
from cms.views.paging import page_of
from cms.views.supplements import supplements_of

_SOURCES = KeptQuery(
    lambda: ExperienceSource.objects.filter(experience=parameter("entry")).values_list(
        "table_id", "event_id"
    )
)


@dataclass(frozen=True)
class Source:
    """Where an entry was said: an event, and the table there if it is known."""

    event: ExchangeEventPage
    table: TablePage | None = None


def index(request):
    """/erfahrungen/: all entries, newest first; ``art`` and ``thema`` narrow the list."""
    reader = policies.reader_for(request.user)
    entries = published.experiences(reader)
    kind = KIND_WORDS.get(request.GET.get("art", ""))
    if kind:
        entries = entries.filter(kind=kind.value)
    nodes = [node for root in published.topic_tree(reader) for node in root.below()]
    slug = request.GET.get("thema", "")
    chosen = next((node for node in nodes if node.topic.slug == slug), None)
    if chosen:
        # A subquery: an entry with two of the topics stands in the list once.
        tagged = Experience.topics.through.objects.filter(
            topic_id__in=[node.topic.pk for node in chosen.below()]
        )
        entries = entries.filter(pk__in=tagged.values("experience_id"))
    context = {
        "listing": page_of(published.with_details(entries, reader), request),
        "topic_nodes": nodes,
        "chosen_topic": chosen,
        "kinds": shown_kinds(),
        "chosen_kind": request.GET["art"] if kind else "",
    }
    return render(request, "cms/experience_index.html", context)


def detail(request, slug):
    """/erfahrungen/<slug>/: an entry, where it is from, and its versions."""
    reader = policies.reader_for(request.user)
    entries = published.with_details(published.experiences(reader))
    entry = get_object_or_404(entries, slug=slug)
    nodes = published.topic_nodes(published.topic_tree())
    versions = history(entry, reader)
    older = _older(versions, request.GET.get("fassung", ""))
    context = {
        "entry": entry,
        "shown": _as_it_was(entry, older) if older else entry,
        "older": older,
        "project": named_project(entry),
        "topics": [nodes[topic.pk] for topic in entry.topics.all()],
        "sources": sources_of(entry),
        "versions": versions,
        "redactions": Redaction.objects.of(entry),
        "supplements": supplements_of(entry, reader),
        "may_supplement": policies.may_supplement(request.user, entry),
        "short_url": request.build_absolute_uri(reverse("cms:short_link", args=[entry.pk])),
    }
    return render(request, "cms/experience.html", context)


def _older(versions, number: str):
    """The version that ``?fassung=`` names, unless it is the current one; else 404."""
    if not number:
        return None
    found = next((version for version in versions if str(version.pk) == number), None)
    if found is None or found.revision is None:
        raise Http404
    return found if found.withdrawn_at else None


def _as_it_was(entry: Experience, version) -> Experience:
    """The text of an older version; who is named follows what holds today."""
    old = version.revision.as_object()
    old.attribution, old.visibility = entry.attribution, entry.visibility
    return old


def short_link(request, pk):
    """/e/<id>/: the short, citable address of an entry that this reader may see."""
    reader = policies.reader_for(request.user)
    entry = published.experiences(reader).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return redirect(entry)


def sources_of(entry: Experience) -> list[Source]:
    """The published events and tables where ``entry`` was said, as far as they may be named.

    Four queries at most, whatever the number of sources; one if there are none.
    """
    said = _SOURCES.rows(entry=entry.pk)
    if not said and entry.table_id is None:
        return []
    table_ids = {table_id for table_id, _ in said} | {entry.table_id}
    tables = list(published.tables().filter(pk__in=table_ids - {None}))
    event_ids = {event_id for table_id, event_id in said if table_id is None}
    paths = [table.path[: -table.steplen] for table in tables]
    events = {event.path: event for event in published.events().filter(path__in=paths)}
    sources = [Source(events[table.path[: -table.steplen]], table) for table in tables]
    sources += [Source(event) for event in published.events().filter(pk__in=event_ids - {None})]
    return [source for source in sources if may_name_source(entry, source.event)]
