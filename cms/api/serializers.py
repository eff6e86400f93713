"""What an object says of itself beyond its envelope."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from cms import published
from cms.api.addresses import GUIDE, Folder
from cms.api.contract import reader
from cms.api.images import image_fields
from cms.api.rich_text import rich_text
from cms.api.summaries import envelope_summary, iso_time, locations, reference
from cms.api.traversal import visible_topic_nodes
from cms.models import (
    EventIndexPage,
    ExchangeEventPage,
    Experience,
    GuideSettings,
    HomePage,
    InfoPage,
    NewsIndexPage,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    Topic,
)
from cms.models.vocabulary import VocabularyTerm
from cms.published.single import read_details
from cms.views.attribution import named_project, unnamed_projects
from cms.views.experience import sources_of
from cms.views.supplements import Supplements, supplements_of


def own_fields(obj: Model | Folder, request: HttpRequest) -> dict[str, Any]:
    """The fields that only this type has; empty for a type that has none."""
    if obj == GUIDE:
        return _guide(request)
    write = _FIELDS.get(type(obj))
    return write(obj, request) if write else {}


def _terms(terms: Iterable[VocabularyTerm]) -> list[dict[str, str]]:
    return [{"token": term.slug, "title": term.title} for term in terms]


def _reference(obj: Project | Topic | None, request: HttpRequest) -> dict[str, str] | None:
    return reference(obj, request) if obj else None


def _day(date) -> str | None:
    return date.isoformat() if date else None


def _experience(entry: Experience, request: HttpRequest) -> dict[str, Any]:
    read_details(entry)
    project = named_project(entry)
    sources = [source.table or source.event for source in sources_of(entry)]
    return {
        "kind": entry.kind,
        "date": _day(entry.date),
        "visibility": entry.visibility,
        "attribution": entry.attribution,
        "project": _reference(project, request),
        "topics": [reference(topic, request) for topic in entry.topics.all()],
        "target_groups": _terms(entry.target_groups.all()),
        "institutions": _terms(entry.institutions.all()),
        "body": rich_text(entry.body, request),
        "situation": entry.situation,
        "approach": entry.approach,
        "result": entry.result,
        "lesson": entry.lesson,
        "arguments": [
            {"side": argument.side, "text": argument.text} for argument in entry.arguments.all()
        ],
        "sources": [envelope_summary(source, request) for source in sources],
        "source_id": entry.source_id if project else None,
        **_supplements(supplements_of(entry, reader(request)), request),
    }


def _supplements(added: Supplements, request: HttpRequest) -> dict[str, Any]:
    """What the projects add, and how many say what: as far as this reader may see it."""
    judging = [shown for shown in added.verdicts if not shown.supplement.text]
    return {
        "verdicts": {verdict.value: number for verdict, number in added.counts.items()},
        "supplements": [
            {
                "project": _reference(shown.project, request),
                "verdict": shown.supplement.verdict or None,
                "text": rich_text(shown.supplement.text, request),
                "visibility": shown.supplement.visibility,
                "modified": iso_time(shown.supplement.last_published_at),
            }
            for shown in [*added.texts, *judging]
        ],
    }


def _supplement(supplement: Supplement, request: HttpRequest) -> dict[str, Any]:
    """One by itself, for those who write it; readers find it in its experience."""
    unnamed = unnamed_projects(supplement.experience)
    project = None if supplement.project_id in unnamed else supplement.project
    return {
        "verdict": supplement.verdict or None,
        "text": rich_text(supplement.text, request),
        "visibility": supplement.visibility,
        "project": _reference(project, request),
    }


def _outcomes(outcomes: Iterable[Outcome], request: HttpRequest) -> list[dict[str, Any]]:
    """Decisions and follow-ups; who takes care of them is told to the projects only."""
    with_names = published.may_see_notes(reader(request))
    written = []
    for outcome in outcomes:
        fields = {
            **envelope_summary(outcome, request, ("UID", "kind", "visibility")),
            "text": outcome.text,
            "state": outcome.state,
            "due_date": _day(outcome.due_date),
        }
        if with_names:
            fields["responsible"] = outcome.responsible
        written.append(fields)
    return written


def _event(event: ExchangeEventPage, request: HttpRequest) -> dict[str, Any]:
    outcomes = published.outcomes(reader(request)).filter(event=event, table=None)
    fields = {
        "kind": event.kind,
        "number": event.number,
        "date": _day(event.date),
        "place": event.place,
        "host_project": _reference(event.host_project, request),
        "project": _reference(event.project, request),
        "introduction": rich_text(event.introduction, request),
        "programme": rich_text(event.programme, request),
        "material": rich_text(event.material, request),
        "plenary": rich_text(event.plenary, request),
        "outcomes": _outcomes(outcomes, request),
    }
    if published.may_see_notes(reader(request)):
        fields["notes"] = rich_text(event.notes, request)
    return fields


def _table(table: TablePage, request: HttpRequest) -> dict[str, Any]:
    outcomes = published.outcomes(reader(request)).filter(table=table)
    fields = {
        "number": table.number,
        "topics": [reference(topic, request) for topic in table.topics.all()],
        "summary": rich_text(table.summary, request),
        "outcomes": _outcomes(outcomes, request),
    }
    if published.may_see_notes(reader(request)):
        fields["moderators"] = [
            {"name": moderator.name, "organisation": moderator.organisation}
            for moderator in table.moderators.all()
        ]
        fields["notes"] = rich_text(table.notes, request)
    return fields


def _project(project: Project, request: HttpRequest) -> dict[str, Any]:
    return {
        "carrier": project.carrier,
        "website": project.website,
        "start": _day(project.start),
        "end": _day(project.end),
        "successor": _reference(project.successor, request),
        "is_office": project.is_office,
        **image_fields(project, request),
        "locations": locations(project),
    }


def _topic_branch(node: published.TopicNode, request: HttpRequest) -> dict[str, Any]:
    return {
        **reference(node.topic, request),
        "count": node.count,
        "topics": [_topic_branch(child, request) for child in node.children],
    }


def _topic(topic: Topic, request: HttpRequest) -> dict[str, Any]:
    seen_by = reader(request)
    node = visible_topic_nodes(request)[topic.pk]
    topic_ids = [below.topic.pk for below in node.below()]
    # Distinct by a subquery: a table with two of the topics has its outcomes here once.
    tables = TablePage.topics.through.objects.filter(topic_id__in=topic_ids)
    outcomes = published.outcomes(seen_by).filter(table__in=tables.values("tablepage_id"))
    return {
        "introduction": topic.introduction,
        "topics": [_topic_branch(child, request) for child in node.children],
        "outcomes": _outcomes(outcomes, request),
    }


def _guide(request: HttpRequest) -> dict[str, Any]:
    tree = [node for node in visible_topic_nodes(request).values() if node.parent is None]
    return {
        "introduction": GuideSettings.for_request(request).guide_introduction,
        "topics": [_topic_branch(node, request) for node in tree],
    }


def _news(news: NewsPage, request: HttpRequest) -> dict[str, Any]:
    return {
        "date": _day(news.date),
        "project": _reference(news.project, request),
        "teaser": news.teaser,
        **image_fields(news, request),
        "body": rich_text(news.body, request),
    }


def _home(home: HomePage, request: HttpRequest) -> dict[str, Any]:
    return {"headline": home.headline, "introduction": home.introduction}


def _info(page: InfoPage, request: HttpRequest) -> dict[str, Any]:
    return {"body": rich_text(page.body, request)}


def _index(page: EventIndexPage | NewsIndexPage, request: HttpRequest) -> dict[str, Any]:
    return {"introduction": page.introduction}


_FIELDS: dict[type[Model], Callable[[Any, HttpRequest], dict[str, Any]]] = {
    Experience: _experience,
    Supplement: _supplement,
    ExchangeEventPage: _event,
    TablePage: _table,
    Project: _project,
    Topic: _topic,
    NewsPage: _news,
    HomePage: _home,
    InfoPage: _info,
    EventIndexPage: _index,
    NewsIndexPage: _index,
}
