"""What Plone's clients call our types and objects."""

import re
from collections.abc import Iterable

from cms.domain.indexing import ObjectType, Version

PORTAL_TYPES = {
    "Experience": ObjectType.EXPERIENCE,
    "Outcome": ObjectType.OUTCOME,
    "Event": ObjectType.EVENT,
    "Table": ObjectType.TABLE,
    "Topic": ObjectType.TOPIC,
    "Project": ObjectType.PROJECT,
    "News": ObjectType.NEWS,
    "Supplement": ObjectType.SUPPLEMENT,
    "InfoPage": ObjectType.PAGE,
    "Document": ObjectType.DOCUMENT,
}
#: What nothing published is: a search for it finds nothing.
NOTHING = (ObjectType.COMMENT,)
_BY_UID = {name.lower(): kind for name, kind in PORTAL_TYPES.items()}
_UID = re.compile(r"([a-z]+)-(\d{1,18})")


def types_of(names: Iterable[str]) -> tuple[ObjectType, ...]:
    """The types of these names; of those that none of ours has: none."""
    return tuple(PORTAL_TYPES[name] for name in names if name in PORTAL_TYPES)


def key_of(object_type: ObjectType, pk: int) -> str:
    """The document of what is published of an object."""
    return f"{object_type}:{pk}:{Version.LIVE}"


def key_of_draft(key: str) -> str:
    """The document of an object's draft, by that of what is published."""
    return f"{key.removesuffix(Version.LIVE)}{Version.DRAFT}"


def keys_of_uids(uids: Iterable[str]) -> tuple[str, ...]:
    """The documents of these ``UID``, ``experience-12``; what is none is left out."""
    found = (_UID.fullmatch(uid) for uid in uids)
    return tuple(
        key_of(_BY_UID[match[1]], int(match[2])) for match in found if match and match[1] in _BY_UID
    )
