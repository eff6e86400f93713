"""What the search index holds of one object, as plain data."""

import datetime
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from cms.domain.circles import Circle


class ObjectType(StrEnum):
    """The types of object that search finds."""

    EXPERIENCE = "experience"
    SUPPLEMENT = "supplement"
    OUTCOME = "outcome"
    EVENT = "event"
    TABLE = "table"
    TOPIC = "topic"
    PROJECT = "project"
    NEWS = "news"
    PAGE = "page"
    DOCUMENT = "document"
    COMMENT = "comment"


class Version(StrEnum):
    """Which version of an object a document holds."""

    LIVE = "live"
    DRAFT = "draft"


@dataclass(frozen=True)
class SearchEntry:
    """One version of one object, ready for an index.

    Projects, topics and the like are ids: their names are looked up when a person
    searches, so that a rename touches no entry. ``text`` is plain text (no HTML)
    without the title. ``topic_ids`` holds the entry's topics and all their ancestors;
    ``event_ids`` and ``table_ids`` are where it was said.

    ``project_id`` is whose it is, as far as its readers may know. ``reader_project_ids`` are
    the projects whose people read it where it is a draft or its circle is `project`; None
    means those of ``project_id``. ``verdicts`` are what projects found when they tried it,
    ``proven`` how many say "bewährt": only what whoever sees the entry may see. ``modified_at`` is
    when this version was published or, of a draft, saved; ``sort_title`` what it is sorted by,
    where that is not its title.
    """

    type: ObjectType
    id: int
    version: Version
    title: str
    text: str
    circle: Circle
    project_id: int | None = None
    reader_project_ids: tuple[int, ...] | None = None
    kind: str | None = None
    lesson: str = ""
    topic_ids: tuple[int, ...] = ()
    institution_ids: tuple[int, ...] = ()
    target_group_ids: tuple[int, ...] = ()
    event_ids: tuple[int, ...] = ()
    table_ids: tuple[int, ...] = ()
    date: datetime.date | None = None
    published_at: datetime.datetime | None = None
    modified_at: datetime.datetime | None = None
    sort_title: str = ""
    source_id: str = ""
    verdicts: tuple[str, ...] = ()
    proven: int = 0
    is_open: bool = False

    @property
    def key(self) -> str:
        """The document's id in an index: ``experience:12:live``."""
        return f"{self.type}:{self.id}:{self.version}"

    @property
    def checksum(self) -> str:
        """The same for the same content: what differs from it in an index is out of date."""
        # Not asdict: it copies every value, which takes six times as long as all the rest.
        content = json.dumps(vars(self), default=str, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()

    @property
    def readers(self) -> tuple[int, ...]:
        """Ids of the projects whose people read it as a draft, or in the circle `project`."""
        if self.reader_project_ids is not None:
            return self.reader_project_ids
        return (self.project_id,) if self.project_id is not None else ()

    @property
    def is_public(self) -> bool:
        """May this stand in the public index?"""
        return self.version is Version.LIVE and self.circle is Circle.PUBLIC
