"""What is not published yet, and what is said about it, for those who may see it.

Drafts of one's own projects (the office: of all), the newest changes of what is live, what was
returned or withdrawn, and the comments on all of it. Partners see none of it here: what they are
invited to comment on is reached from their own list (decision 0035).
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from wagtail.models import Revision

from cms.domain.circles import Circle
from cms.domain.indexing import ObjectType, SearchEntry, Version
from cms.domain.kinds import State
from cms.domain.reader import Reader
from cms.models import Comment, Experience, Supplement
from cms.models.choices import StateChoices
from cms.models.entry import Entry, EntryQuerySet
from cms.published import search_entries
from cms.published.comments import visible_comments

Ref = tuple[ObjectType, int]

ENTRY_TYPES: dict[ObjectType, type[Entry]] = {
    ObjectType.EXPERIENCE: Experience,
    ObjectType.SUPPLEMENT: Supplement,
}
TYPE_OF = {model: object_type for object_type, model in ENTRY_TYPES.items()}
TYPES = (*ENTRY_TYPES, ObjectType.COMMENT)
#: What is live and has a newer version that its readers don't see yet.
CHANGED = "changed"
STATE_LABELS = {
    **{state.value: StateChoices(state.value).label for state in State},
    CHANGED: "veröffentlicht, mit Änderungen",
}
#: So many revisions of everybody are looked through for one's own.
MOST_RECENT = 2_000
#: What lists show of a version.
_SHOWN = {
    Experience: {
        *("title", "body", "situation", "approach", "result", "lesson"),
        *("kind", "visibility", "attribution", "date"),
    },
    Supplement: {"text", "verdict", "visibility"},
}
#: The texts of a revision, by the type of the entry; those of ``arguments`` are in a list.
_TEXTS = {
    ObjectType.EXPERIENCE: ("title", "body", "situation", "approach", "result", "lesson"),
    ObjectType.SUPPLEMENT: ("text",),
}


@dataclass(frozen=True)
class Draft:
    """A draft or a comment that a reader may see, as far as lists are narrowed and counted.

    ``entry`` is the draft itself, or what the comment is about; kind and state are its own.
    """

    ref: Ref
    entry: Ref
    project_id: int
    kind: str
    state: str
    changed_at: datetime | None

    @property
    def review_state(self) -> str:
        """As the API names it: of something live the newer version is a draft."""
        return State.DRAFT.value if self.state == CHANGED else self.state


@dataclass(frozen=True)
class ShownDraft:
    """A draft or a comment with all that a list shows. ``entry`` has project and revision."""

    draft: Draft
    entry: Entry
    title: str
    text: str
    comment: Comment | None = None

    @property
    def state_label(self) -> str:
        return str(STATE_LABELS[self.draft.state])


def sees_drafts(reader: Reader) -> bool:
    """Is there any project whose drafts this reader may see?"""
    return reader.is_office or bool(reader.project_ids)


def own_entries(model: type[Entry], reader: Reader) -> EntryQuerySet:
    """Entries, published or not, of the projects whose drafts this reader may see; with state."""
    rows = model.objects.with_state().select_related("project", "latest_revision")
    return _of_projects(rows, reader)


def own_ids(object_type: ObjectType, reader: Reader, **conditions: Any) -> tuple[int, ...]:
    """Those of :func:`own_entries` that meet these conditions; no query for who sees none."""
    if not sees_drafts(reader):
        return ()
    rows = _of_projects(ENTRY_TYPES[object_type].objects.filter(**conditions), reader)
    return tuple(rows.order_by().values_list("pk", flat=True))


def as_drafted(entry: Entry) -> Entry:
    """The row of something unpublished with the words of its newest draft, for lists. No query.

    The row itself has those of the first one, or of what was published last.
    """
    content = entry.latest_revision.content if entry.latest_revision and not entry.live else {}
    for name in _SHOWN[type(entry)] & content.keys():
        setattr(entry, name, entry._meta.get_field(name).to_python(content[name]))
    return entry


def visible_drafts(refs: Iterable[Ref], reader: Reader) -> dict[Ref, Draft]:
    """Those among ``refs`` that this reader may see now. A constant number of queries."""
    ids = _by_type(refs)
    found: dict[Ref, Draft] = {}
    for object_type in ENTRY_TYPES:
        if ids[object_type]:
            rows = not_published(object_type, reader).filter(pk__in=ids[object_type])
            found.update((draft.ref, draft) for draft in _as_drafts(object_type, rows))
    if ids[ObjectType.COMMENT]:
        rows = visible_comments(reader).filter(pk__in=ids[ObjectType.COMMENT])
        found.update((draft.ref, draft) for draft in _as_comments(rows, reader))
    return found


def review_states(refs: Iterable[Ref], reader: Reader) -> dict[Ref, str]:
    """The entries among ``refs`` of which this reader may see a draft now, and its state.

    As :attr:`Draft.review_state`, but no revision is read. A query for each type.
    """
    ids = _by_type(refs)
    found: dict[Ref, str] = {}
    for object_type in ENTRY_TYPES:
        if ids[object_type]:
            rows = not_published(object_type, reader).filter(pk__in=ids[object_type])
            for pk, state in rows.order_by().values_list("pk", "state_value"):
                is_newer = state == State.PUBLISHED
                found[object_type, pk] = State.DRAFT.value if is_newer else state
    return found


def newest_drafts(reader: Reader, most: int) -> list[Draft]:
    """The newest of everything that this reader may see, at most so many."""
    found: list[Draft] = []
    for object_type in ENTRY_TYPES:
        rows = not_published(object_type, reader)
        newest = F("latest_revision__created_at").desc(nulls_last=True)
        found += _as_drafts(object_type, rows.order_by(newest, "-pk")[:most])
    comments = visible_comments(reader).order_by("-created_at", "-pk")[:most]
    found += _as_comments(comments, reader)
    return _newest_first(found)[:most]


def drafts_with_words(words: Iterable[str], reader: Reader, most: int) -> list[Draft]:
    """Those that hold every one of these words as they are: for when no index answers."""
    words = list(words)
    found: list[Draft] = []
    for object_type in ENTRY_TYPES:
        rows = not_published(object_type, reader)
        for word in words:
            rows = rows.filter(entry_holds(object_type, word))
        newest = F("latest_revision__created_at").desc(nulls_last=True)
        found += _as_drafts(object_type, rows.order_by(newest, "-pk")[:most])
    comments = visible_comments(reader)
    for word in words:
        comments = comments.filter(_any_spelling("text", word) | _any_spelling("quote", word))
    found += _as_comments(comments.order_by("-created_at", "-pk")[:most], reader)
    return _newest_first(found)[:most]


def own_drafts_since(reader: Reader, since: datetime, most: int) -> list[Draft]:
    """What this person wrote since then: the index may not have it yet."""
    found: list[Draft] = []
    if revisions := _own_revisions_since(reader, since, most):
        for object_type in ENTRY_TYPES:
            own = not_published(object_type, reader).filter(latest_revision__in=revisions)
            found += _as_drafts(object_type, own)
    comments = visible_comments(reader).filter(author=reader.user_id, created_at__gte=since)
    found += _as_comments(comments.order_by("-created_at")[:most], reader)
    return _newest_first(found)[:most]


def _own_revisions_since(reader: Reader, since: datetime, most: int) -> list[int]:
    """The newest ones. Asked by time alone: whoever imports has written thousands of others."""
    rows = Revision.objects.filter(created_at__gte=since).order_by("-created_at")
    recent = rows.values_list("pk", "user_id")[:MOST_RECENT]
    return [pk for pk, user_id in recent if user_id == reader.user_id][:most]


def entry_holds(object_type: ObjectType, word: str) -> Q:
    """SQL: does the newest draft of an entry hold this word, or its row where it has no draft?

    A supplement has the title of its experience while its project may read that.
    """
    content = "latest_revision__content__"
    holds = Q()
    for name in _TEXTS[object_type]:
        holds |= _any_spelling(content + name, word)
        holds |= Q(latest_revision=None) & _any_spelling(name, word)
    if object_type is ObjectType.SUPPLEMENT:
        own = Q(experience__project=F("project"))
        read = Q(experience__live=True) & (own | ~Q(experience__visibility=Circle.PROJECT))
        return holds | (read & _any_spelling("experience__title", word))
    holds |= _any_spelling(content + "arguments", word)
    # SQLite keeps a list as JSON wrote it, with umlauts as escapes.
    return holds | _any_spelling(content + "arguments", json.dumps(word)[1:-1])


def shown_drafts(drafts: Iterable[Draft]) -> list[ShownDraft]:
    """What a page of a list shows of these, in their order; what is gone meanwhile is left out.

    They were visible a moment ago: ask :func:`visible_drafts` right before. A constant number
    of queries.
    """
    drafts = list(drafts)
    entries = _entries_of(drafts)
    texts = entries_of(draft.ref for draft in drafts)
    comments = Comment.objects.select_related("author").in_bulk(
        [draft.ref[1] for draft in drafts if draft.ref[0] is ObjectType.COMMENT]
    )
    shown = []
    for draft in drafts:
        entry = entries.get(draft.entry)
        if entry is None:
            continue
        if draft.ref[0] is ObjectType.COMMENT:
            if comment := comments.get(draft.ref[1]):
                shown.append(ShownDraft(draft, entry, entry.draft_title, comment.text, comment))
        elif text := texts.get(draft.ref):
            words = "\n".join(filter(None, (text.text, text.lesson)))
            shown.append(ShownDraft(draft, entry, entry.draft_title, words))
    return shown


def not_published(object_type: ObjectType, reader: Reader) -> EntryQuerySet:
    """Entries with something that their readers don't see; the trash is left out by ``objects``."""
    model = ENTRY_TYPES[object_type]
    rows = model.objects.filter(Q(live=False) | Q(has_unpublished_changes=True)).with_state()
    return _of_projects(rows, reader)


def _of_projects(rows: QuerySet, reader: Reader) -> QuerySet:
    return rows if reader.is_office else rows.filter(project_id__in=reader.project_ids)


def _as_drafts(object_type: ObjectType, rows: EntryQuerySet) -> list[Draft]:
    columns = ["pk", "project_id", "state_value", "has_unpublished_changes"]
    columns.append("latest_revision__created_at")
    if object_type is ObjectType.EXPERIENCE:
        # The row has the kind that was published, or the first one.
        columns += ["latest_revision__content__kind", "kind"]
    found = []
    for pk, project_id, state, has_changes, changed_at, *kinds in rows.values_list(*columns):
        ref = (object_type, pk)
        if state == State.PUBLISHED and has_changes:
            state = CHANGED
        kind = next(filter(None, kinds), "")
        found.append(Draft(ref, ref, project_id, kind, state, changed_at))
    return found


def _as_comments(rows: QuerySet[Comment], reader: Reader) -> list[Draft]:
    types = {
        ContentType.objects.get_for_model(model).pk: object_type
        for object_type, model in ENTRY_TYPES.items()
    }
    columns = ("pk", "content_type_id", "object_id", "created_at")
    comments = [
        ((ObjectType.COMMENT, pk), (types[type_id], object_id), created_at)
        for pk, type_id, object_id, created_at in rows.values_list(*columns)
    ]
    ids = _by_type(entry for _ref, entry, _created_at in comments)
    about: dict[Ref, Draft] = {}
    for object_type, model in ENTRY_TYPES.items():
        if ids[object_type]:
            entries = _of_projects(model.objects.filter(pk__in=ids[object_type]), reader)
            about |= {draft.ref: draft for draft in _as_drafts(object_type, entries.with_state())}
    return [
        Draft(ref, entry, on.project_id, on.kind, on.state, created_at)
        for ref, entry, created_at in comments
        if (on := about.get(entry))
    ]


def _by_type(refs: Iterable[Ref]) -> dict[ObjectType, list[int]]:
    ids: dict[ObjectType, list[int]] = defaultdict(list)
    for object_type, pk in refs:
        ids[object_type].append(pk)
    return ids


def _newest_first(drafts: list[Draft]) -> list[Draft]:
    def time(draft: Draft) -> tuple[float, int]:
        return draft.changed_at.timestamp() if draft.changed_at else 0.0, draft.ref[1]

    return sorted(drafts, key=time, reverse=True)


def _entries_of(drafts: list[Draft]) -> dict[Ref, Entry]:
    ids = _by_type(draft.entry for draft in drafts)
    found: dict[Ref, Entry] = {}
    for object_type, model in ENTRY_TYPES.items():
        if ids[object_type]:
            related = ["project", "latest_revision__user"]
            related += ["experience"] if model is Supplement else []
            rows = model.objects.select_related(*related).filter(pk__in=ids[object_type])
            found |= {(object_type, entry.pk): entry for entry in rows}
    return found


def entries_of(refs: Iterable[Ref]) -> dict[Ref, SearchEntry]:
    """The drafts with all their words, as they stand in the index."""
    found: dict[Ref, SearchEntry] = {}
    for object_type, ids in _by_type(refs).items():
        if object_type in ENTRY_TYPES:
            for entry in search_entries.entries(object_type, ids):
                if entry.version is Version.DRAFT:
                    found[object_type, entry.id] = entry
    return found


def _any_spelling(field: str, word: str) -> Q:
    """SQL: SQLite knows capitals and small letters of a to z only."""
    spellings = {word, word.lower(), word.capitalize()} if not word.isascii() else {word}
    found = Q()
    for spelling in sorted(spellings):
        found |= Q(**{f"{field}__icontains": spelling})
    return found
