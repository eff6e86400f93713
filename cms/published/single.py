"""One experience, or project, by its address: what each request about it begins with.

The queries are those of published.experiences and published.drafts, kept (cms/kept_query.py).
"""

from functools import lru_cache

from django.contrib.contenttypes.models import ContentType

from cms import published
from cms.domain.reader import Reader
from cms.kept_query import KeptObjects, parameter
from cms.models import Argument, Experience, Institution, Project, TargetGroup, Topic
from cms.published import drafts
from cms.published.versions import REVISION_COLUMNS

_PROJECTS = KeptObjects(Project, lambda: Project.objects.filter(slug=parameter("slug")))
#: What hangs on an experience, in the order of its model.
_DETAILS = {
    "topics": KeptObjects(Topic, lambda: Topic.objects.filter(experiences=parameter("entry"))),
    "target_groups": KeptObjects(
        TargetGroup, lambda: TargetGroup.objects.filter(experiences=parameter("entry"))
    ),
    "institutions": KeptObjects(
        Institution, lambda: Institution.objects.filter(experiences=parameter("entry"))
    ),
    "arguments": KeptObjects(
        Argument, lambda: Argument.objects.filter(experience=parameter("entry"))
    ),
}


def experience(reader: Reader, key: str, value: str | int) -> Experience | None:
    """What is published at this address for this reader, with its project.

    For who may see drafts of anything with its state, and with its latest revision, too.

    :param key: the unique field that ``value`` is of: ``slug`` or ``pk``
    """
    return _published(reader.alike, key, _content_type_id()).first(key=value)


def own_experience(reader: Reader, key: str, value: str | int) -> Experience | None:
    """The same of what this reader's projects have drafted, published or not."""
    return _own(reader.alike, key, _content_type_id()).first(key=value)


def project(slug: str) -> Project | None:
    """The project at this address."""
    return _PROJECTS.first(slug=slug)


def read_details(entry: Experience) -> None:
    """Reads what with_details reads for many, but for what ``entry`` has already.

    A version that is no row has; and a row on which somebody has just written.
    """
    own = vars(entry).get("_cluster_related_objects", {})
    read = entry.__dict__.setdefault("_prefetched_objects_cache", {})
    for name in _DETAILS.keys() - own.keys() - read.keys():
        rows = type(entry)._meta.get_field(name).related_model._default_manager.all()
        # As Django's prefetch_related keeps them.
        rows._result_cache = _DETAILS[name].all(entry=entry.pk)
        rows._prefetch_done = True
        read[name] = rows


def _content_type_id() -> int:
    return ContentType.objects.get_for_model(Experience).pk


@lru_cache(maxsize=500)
def _published(reader: Reader, key: str, content_type_id: int) -> KeptObjects[Experience]:
    rows = published.experiences(reader).order_by().filter(**{key: parameter("key")})
    if not drafts.sees_drafts(reader):
        return KeptObjects(Experience, lambda: rows, {"project": None})
    return KeptObjects(
        Experience,
        rows.with_state,
        {"project": None, "latest_revision": REVISION_COLUMNS},
        ("state_value",),
    )


@lru_cache(maxsize=500)
def _own(reader: Reader, key: str, content_type_id: int) -> KeptObjects[Experience]:
    rows = drafts.own_entries(Experience, reader).order_by().filter(**{key: parameter("key")})
    related = {"project": None, "latest_revision": None}
    return KeptObjects(Experience, lambda: rows, related, ("state_value",))
