"""Who may read an image or a document: whoever may read something published that uses it.

Those who see the drafts of its project read it anyway. What a draft uses does not count, and
neither does what another project writes: nobody opens somebody else's file by linking to it.
"""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import ReferenceIndex

from cms import published
from cms.domain.reader import Reader
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
    Supplement,
    TablePage,
)

#: A field that only the projects read, see published.may_see_notes().
_NOTES = "notes"


def may_read_file(file, reader: Reader) -> bool:
    """May this reader read ``file``, an image or a document? A constant number of queries."""
    project = getattr(file.collection, "project", None)
    owner_id = project.pk if project else None
    if reader.may_see_draft(owner_id):
        return True
    return any(
        _sources(model, reader, owner_id).filter(pk__in=pks).exists()
        for model, pks in _users_of(file, reader).items()
    )


def _users_of(file, reader: Reader) -> dict[type, set[int]]:
    """Ids of the rows that use the file, by model. Wagtail keeps this of rows, never of drafts."""
    references = ReferenceIndex.get_references_to(file)
    if not published.may_see_notes(reader):
        references = references.exclude(model_path__startswith=_NOTES)
    found: dict[type, set[int]] = defaultdict(set)
    for type_id, pk in references.values_list("content_type_id", "object_id").distinct():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model in _VISIBLE:
            found[model].add(int(pk))
    return found


def _sources(model: type, reader: Reader, owner_id: int | None) -> QuerySet:
    """The rows of the model that this reader may read, and that may open a file of the owner."""
    rows = _VISIBLE[model](reader)
    if model is TablePage:
        event_path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - TablePage.steplen)
        event = ExchangeEventPage.objects.filter(_may_open(owner_id), path=event_path)
        return rows.filter(Exists(event))
    return rows.filter(_may_open(owner_id)) if model in _OF_PROJECTS else rows


def _may_open(owner_id: int | None) -> Q:
    """A project opens its own files, the office those of all projects."""
    offices_own = Q(project=None) | Q(project__is_office=True)
    return offices_own | Q(project=owner_id) if owner_id else offices_own


_OF_PROJECTS = (Experience, Supplement, Outcome, ExchangeEventPage, NewsPage)
_VISIBLE = {
    Experience: published.experiences,
    Supplement: published.supplements,
    Outcome: published.outcomes,
    ExchangeEventPage: lambda reader: published.events(),
    TablePage: lambda reader: published.tables(),
    NewsPage: lambda reader: published.news(),
    GuideSettings: lambda reader: GuideSettings.objects.all(),
} | {
    page: lambda reader, page=page: page.objects.live()
    for page in (HomePage, InfoPage, EventIndexPage, NewsIndexPage)
}
