"""Who may read an image or a document: whoever may read something published that uses it.

Those who see the drafts of its project read it anyway. What a draft uses does not count, and
neither does what another project writes: nobody opens somebody else's file by linking to it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, QuerySet
from wagtail.documents import get_document_model
from wagtail.models import ReferenceIndex

from cms import published
from cms.domain.circles import Circle, Readership
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
    Project,
    Supplement,
    TablePage,
)
from cms.permissions.file_policies import opens_files_of
from cms.published.pages import events_of_tables

#: A field that only the projects read, see published.may_see_notes().
_NOTES = "notes"
_PUBLIC = Readership(Circle.PUBLIC)

#: Id of a file -> id of the project in whose collection it lies, if it is a project's.
Owners = Mapping[int, int | None]


@dataclass(frozen=True)
class Use:
    """Something published that opens a file, and who reads the file because of it."""

    obj: Model
    readers: Readership


def may_read_file(file, reader: Reader) -> bool:
    """May this reader read ``file``, an image or a document? A constant number of queries."""
    project = getattr(file.collection, "project", None)
    owner_id = project.pk if project else None
    return reader.may_see_draft(owner_id) or bool(uses_of(type(file), {file.pk: owner_id}, reader))


def readable_documents(ids: Iterable[int], reader: Reader) -> list[Model]:
    """Those of the documents that this reader may read; each with ``used_by``, a list of Use.

    Queries: a constant number.
    """
    documents = list(with_owner(ids))
    owners = {document.pk: document.owner_id for document in documents}
    uses = uses_of(get_document_model(), owners, reader)
    found = []
    for document in documents:
        document.used_by = uses.get(document.pk, [])
        if document.used_by or reader.may_see_draft(document.owner_id):
            found.append(document)
    return found


def with_owner(ids: Iterable[int]) -> QuerySet:
    """The documents, each with ``owner_id``: the project in whose collection it lies."""
    rows = get_document_model().objects.filter(pk__in=list(ids)).order_by()
    return rows.annotate(owner_id=F("collection__project"))


def uses_of(file_model: type[Model], owners: Owners, reader: Reader) -> dict[int, list[Use]]:
    """What this reader may read that opens these files, by the file's id.

    Files that nothing opens are missing. Queries: a constant number.
    """
    found: dict[int, list[Use]] = defaultdict(list)
    references = _references(file_model, owners, reader)
    for model, by_source in references.items():
        for source in _SOURCES[model](reader, by_source):
            for file_id, in_notes in by_source[source.obj.pk].items():
                if source.may_open(owners[file_id]):
                    readers = source.readers.within(_NOTES_READERS) if in_notes else source.readers
                    found[file_id].append(Use(source.obj, readers))
    return found


#: Of one model: id of the row that refers to files -> ids of the files, and whether it does so
#: in its notes only.
_Referring = dict[int, dict[int, bool]]
_NOTES_READERS = Readership(Circle.PROJECTS)


def _references(
    file_model: type[Model], file_ids: Iterable[int], reader: Reader
) -> dict[type, _Referring]:
    """The rows that use the files, by model. Wagtail keeps this of rows, never of drafts."""
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(file_model),
        to_object_id__in=[str(pk) for pk in file_ids],
    )
    columns = ("content_type_id", "object_id", "to_object_id", "model_path")
    found: dict[type, _Referring] = defaultdict(lambda: defaultdict(dict))
    for type_id, pk, file_id, path in rows.values_list(*columns):
        model = ContentType.objects.get_for_id(type_id).model_class()
        in_notes = path.startswith(_NOTES)
        if model in _SOURCES and (not in_notes or published.may_see_notes(reader)):
            files = found[model][int(pk)]
            files[int(file_id)] = files.get(int(file_id), True) and in_notes
    return found


@dataclass(frozen=True)
class _Source:
    """A row that this reader may read, and whose it is; None is the office."""

    obj: Model
    readers: Readership
    project: Project | None

    def may_open(self, owner_id: int | None) -> bool:
        return opens_files_of(self.project, owner_id)


def _in_circle(rows: QuerySet) -> Iterator[_Source]:
    for row in rows:
        yield _Source(row, Readership.of(row.visibility, row.project_id), row.project)


def _experiences(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
    fields = ("title", "slug", "visibility", "attribution", "project__title", "project__is_office")
    rows = published.experiences(reader).order_by().filter(pk__in=ids)
    return _in_circle(rows.select_related(None).select_related("project").only(*fields))


def _supplements(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
    for row in published.supplements(reader).filter(pk__in=ids):
        yield _Source(row, published.readership_of(row), row.project)


def _outcomes(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
    return _in_circle(published.outcomes(reader).filter(pk__in=ids))


def _pages_of_projects(rows: QuerySet, ids: Iterable[int]) -> Iterator[_Source]:
    for row in rows.filter(pk__in=ids).select_related("project"):
        yield _Source(row, _PUBLIC, row.project)


def _tables(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
    events = events_of_tables(ids)
    for row in published.tables().filter(pk__in=ids):
        yield _Source(row, _PUBLIC, events[row.pk].project)


def _projects(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
    for row in Project.objects.filter(pk__in=ids):
        yield _Source(row, _PUBLIC, row)


def _of_office(model: type[Model]) -> Callable[[Reader, Iterable[int]], Iterator[_Source]]:
    """Pages and settings that are the office's alone."""

    def sources(reader: Reader, ids: Iterable[int]) -> Iterator[_Source]:
        rows = model._default_manager.filter(pk__in=ids)
        for row in rows.filter(live=True) if hasattr(model, "live") else rows:
            yield _Source(row, _PUBLIC, None)

    return sources


_SOURCES: dict[type, Callable[[Reader, Iterable[int]], Iterator[_Source]]] = {
    Experience: _experiences,
    Supplement: _supplements,
    Outcome: _outcomes,
    ExchangeEventPage: lambda reader, ids: _pages_of_projects(published.events(), ids),
    TablePage: _tables,
    Project: _projects,
    NewsPage: lambda reader, ids: _pages_of_projects(published.news(), ids),
} | {
    model: _of_office(model)
    for model in (GuideSettings, HomePage, InfoPage, EventIndexPage, NewsIndexPage)
}
