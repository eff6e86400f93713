"""A search below an address of the guide: ``/projekte/weimar/@search``."""

from dataclasses import replace

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from search.queries import SearchRequest

#: Folders that are lists, and what stands in them.
_FOLDERS = {
    "": (),
    "leitfaden": (ObjectType.TOPIC, ObjectType.EXPERIENCE, ObjectType.SUPPLEMENT),
    "erfahrungen": (ObjectType.EXPERIENCE, ObjectType.SUPPLEMENT),
    "projekte": (ObjectType.PROJECT, ObjectType.EXPERIENCE, ObjectType.SUPPLEMENT),
    "veranstaltungen": (ObjectType.EVENT, ObjectType.TABLE, ObjectType.OUTCOME),
    "aktuelles": (ObjectType.NEWS,),
}


def below(request: SearchRequest, path: str, reader: Reader) -> SearchRequest | None:
    """``request``, narrowed to what stands at ``path`` or below it; None if nothing stands there.

    Below a topic are the entries of its part of the guide, below a project what is the
    project's, below an event what its tables said and what it decided itself. A single entry is
    no folder.
    """
    if path in _FOLDERS:
        return _of_types(request, _FOLDERS[path])
    match path.split("/"):
        case ["leitfaden", *_, slug]:
            return _of_term(request, "topic", slug, reader)
        case ["projekte", slug]:
            return _of_term(request, "project", slug, reader)
        case ["veranstaltungen", slug]:
            ids = published.events().filter(slug=slug).values_list("pk", flat=True)
            return replace(request, event_ids=tuple(ids)) if ids else None
        case ["veranstaltungen", event, table]:
            return _of_term(request, "table", f"{event}/{table}", reader)
    return None


def _of_types(request: SearchRequest, types: tuple[ObjectType, ...]) -> SearchRequest:
    if not (types and request.types):
        return replace(request, types=types or request.types)
    # What nothing published has, where the two have none in common.
    both = tuple(one for one in request.types if one in types)
    return replace(request, types=both or (ObjectType.COMMENT,))


def _of_term(request: SearchRequest, kind: str, slug: str, reader: Reader) -> SearchRequest | None:
    ids = tuple(published.terms_by_slug({kind: [slug]}, reader).get(kind, {}))
    name = f"{kind}_ids"
    asked = getattr(request, name)
    if ids and asked and not set(ids) & set(asked):
        return replace(request, types=(ObjectType.COMMENT,))
    return replace(request, **{name: ids}) if ids else None
