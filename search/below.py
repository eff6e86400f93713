"""A search below an address of the guide: ``/projekte/weimar/@search``, and ``path`` in a query."""

from itertools import chain, zip_longest
from typing import Any

from cms import published
from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.published import drafts
from search.portal_types import NOTHING, key_of

#: Fields of a SearchRequest that narrow it to a place.
Values = dict[str, Any]

_EXPERIENCE, _SUPPLEMENT = ObjectType.EXPERIENCE, ObjectType.SUPPLEMENT

#: Folders that are lists, and what stands in them: level by level, as they are opened.
_FOLDERS: dict[str, tuple[tuple[ObjectType, ...], ...]] = {
    "leitfaden": ((ObjectType.TOPIC,), (ObjectType.EXPERIENCE,), (ObjectType.SUPPLEMENT,)),
    "erfahrungen": ((ObjectType.EXPERIENCE,), (ObjectType.SUPPLEMENT,)),
    "projekte": ((ObjectType.PROJECT,), (ObjectType.EXPERIENCE,), (ObjectType.SUPPLEMENT,)),
    "veranstaltungen": ((ObjectType.EVENT,), (ObjectType.TABLE,), (ObjectType.OUTCOME,)),
    "aktuelles": ((ObjectType.NEWS,),),
}
#: What the home page itself holds, beside those folders.
_AT_HOME = (ObjectType.PAGE,)
#: What a topic, a project, an event, a table list as their items: the first level below them.
_ITEMS = {
    "topic": (ObjectType.EXPERIENCE,),
    "project": (ObjectType.EXPERIENCE,),
    "event": (ObjectType.TABLE,),
    "table": (ObjectType.EXPERIENCE,),
}


def below(path: str, reader: Reader, depth: int | None = None) -> Values | None:
    """What a search must be narrowed to for ``path``; None if nothing stands there.

    Below a topic are the entries of its part of the guide, below a project what is the
    project's, below an event what its tables said and what it decided itself, below an entry
    what is added to it.

    :param depth: 0 is the object alone, 1 what it lists as its items, 2 and more what those
        list in turn; without one it is also the object itself and all that is below it
    """
    if path in _FOLDERS or not path:
        types = _types(path, depth)
        values: Values = {"types": types} if types else {}
        if path == "leitfaden" and depth == 1:
            values["keys"] = _top_topics(reader)
        return values
    match path.split("/"):
        case ["leitfaden", *_, slug]:
            return _of_term("topic", slug, reader, depth)
        case ["projekte", slug]:
            return _of_term("project", slug, reader, depth)
        case ["veranstaltungen", slug]:
            ids = tuple(published.events().filter(slug=slug).values_list("pk", flat=True))
            return _of_ids("event", ids, depth)
        case ["veranstaltungen", event, table]:
            return _of_term("table", f"{event}/{table}", reader, depth)
        case ["erfahrungen", slug]:
            return _of_entry(slug, reader, depth)
        case ["aktuelles", slug]:
            ids = tuple(published.news().filter(slug=slug).values_list("pk", flat=True))
            return _alone(ObjectType.NEWS, ids, depth)
    return None


def _types(path: str, depth: int | None) -> tuple[ObjectType, ...]:
    """Of all levels down to ``depth``; everything, if that is so."""
    if depth is None and not path:
        return ()
    levels = _FOLDERS[path] if path else (_AT_HOME, *_levels_of_all_folders())
    return tuple(one for level in levels[:depth] for one in level) or NOTHING


def _levels_of_all_folders() -> list[tuple[ObjectType, ...]]:
    """What the folders list, what those list, and so on."""
    together = zip_longest(*_FOLDERS.values(), fillvalue=())
    return [tuple(dict.fromkeys(chain(*levels))) for levels in together]


def _top_topics(reader: Reader) -> tuple[str, ...]:
    tops = [node.topic.pk for node in published.topic_tree(reader)]
    return tuple(key_of(ObjectType.TOPIC, pk) for pk in tops) or ("-",)


def _of_term(kind: str, slug: str, reader: Reader, depth: int | None) -> Values | None:
    return _of_ids(
        kind, tuple(published.terms_by_slug({kind: [slug]}, reader).get(kind, {})), depth
    )


def _of_ids(kind: str, ids: tuple[int, ...], depth: int | None) -> Values | None:
    if not ids:
        return None
    values: Values = {f"{kind}_ids": ids}
    if depth == 0:
        values["keys"] = tuple(key_of(ObjectType(kind), pk) for pk in ids)
    elif depth == 1:
        values["types"] = _ITEMS[kind]
    return values


def _of_entry(slug: str, reader: Reader, depth: int | None) -> Values | None:
    """The entry itself, and what other projects add to it; drafts for who may see them."""
    rows = published.experiences(reader).filter(slug=slug).order_by()
    ids = tuple(rows.values_list("pk", flat=True))
    ids = ids or drafts.own_ids(_EXPERIENCE, reader, slug=slug)
    if not ids or depth == 0:
        return _alone(_EXPERIENCE, ids, depth)
    added = published.supplements(reader).filter(experience__in=ids).order_by()
    own = drafts.own_ids(_SUPPLEMENT, reader, experience__in=ids)
    supplements = dict.fromkeys([*added.values_list("pk", flat=True), *own])
    keys = [key_of(_SUPPLEMENT, pk) for pk in supplements]
    itself = [key_of(_EXPERIENCE, pk) for pk in ids if depth is None]
    return {"keys": (*itself, *keys)} if itself or keys else {"types": NOTHING}


def _alone(object_type: ObjectType, ids: tuple[int, ...], depth: int | None) -> Values | None:
    """Something that holds nothing."""
    if not ids:
        return None
    return {"types": NOTHING} if depth else {"keys": tuple(key_of(object_type, pk) for pk in ids)}
