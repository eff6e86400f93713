"""Whose an entry is, as far as readers may learn it.

A project that wants to be called "ein Projekt" is named nowhere around its entry: not on
it, not in a list of that project's entries, not by the steering group it was said at.
"""

from django.db.models import QuerySet

from cms.models import ExchangeEventPage, Experience, Project, Publication
from cms.models.choices import AttributionChoices


def named_project(entry) -> Project | None:
    """The project to be named with this entry (or outcome, or news), or None."""
    anonymous = getattr(entry, "attribution", None) == AttributionChoices.ANONYMOUS
    return None if anonymous else entry.project


def unnamed_projects(entry: Experience) -> set[int]:
    """Ids of the projects not to be named around ``entry``: whose it is, and whose it was.

    A supplement of its own project would tell it, also after a hand-over. One query, and only
    for an entry of "ein Projekt".
    """
    if named_project(entry):
        return set()
    owners = Publication.objects.of(entry).order_by().values_list("project_id", flat=True)
    return {entry.project_id, *owners}


def of_project(entries: QuerySet[Experience], project: Project) -> QuerySet[Experience]:
    """Those of the project's entries that carry its name."""
    return entries.filter(project=project, attribution=AttributionChoices.NAMED)


def may_name_source(entry: Experience, event: ExchangeEventPage) -> bool:
    """False where the event itself would tell which project an anonymous entry is from."""
    return named_project(entry) is not None or event.project_id is None


def sayable_at(entries: QuerySet[Experience], event: ExchangeEventPage) -> QuerySet[Experience]:
    """The same for many: those of the entries that may be listed with this event."""
    if event.project_id is None:
        return entries
    return entries.filter(attribution=AttributionChoices.NAMED)
