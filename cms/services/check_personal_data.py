"""Looks through an entry for what may tell who a person is."""

from collections.abc import Iterable
from dataclasses import dataclass

from cms.domain.personal_data import Concern, Known, find
from cms.domain.plain import to_plain_text
from cms.models import (
    Institution,
    Location,
    Moderator,
    Project,
    Supplement,
    TargetGroup,
    Topic,
)
from cms.models.entry import Entry
from cms.models.site_settings import GuideSettings
from cms.services.compare import PLAIN_TEXTS

_CONTEXT = 45  # letters shown on either side of a finding


@dataclass(frozen=True)
class Passage:
    """A finding where it stands: the field's name, the words around it, and why."""

    field: str
    concern: Concern
    before: str
    text: str
    after: str


def check_personal_data(entry: Entry) -> list[Passage]:
    """What in this version should be looked at before others read it, field by field.

    A constant number of queries. Names of projects, places, institutions and of those who
    moderated the entry's table are known, and so are the projects' own addresses and numbers.
    """
    known = _known(entry)
    return [
        _passage(name, text, finding)
        for name, text in _texts(entry).items()
        for finding in find(text, known)
    ]


def _texts(entry: Entry) -> dict[str, str]:
    if isinstance(entry, Supplement):
        return {"text": to_plain_text(entry.text)}
    return {
        "title": entry.title,
        "body": to_plain_text(entry.body),
        "arguments": "\n".join(argument.text for argument in entry.arguments.all()),
        **{name: getattr(entry, name) for name in PLAIN_TEXTS},
    }


def _passage(name: str, text: str, finding) -> Passage:
    """The finding with some whole words on either side."""
    before, after = text[: finding.start], text[finding.end :]
    if len(before) > _CONTEXT:
        before = "… " + before[-_CONTEXT:].partition(" ")[2]
    if len(after) > _CONTEXT:
        after = after[:_CONTEXT].rpartition(" ")[0] + " …"
    return Passage(name, finding.concern, before, finding.text, after)


def _known(entry: Entry) -> Known:
    experience = entry.experience if isinstance(entry, Supplement) else entry
    moderators = Moderator.objects.filter(table=experience.table_id)
    return known_in_the_guide(moderators.values_list("name", flat=True))


def known_in_the_guide(also: Iterable[str] = ()) -> Known:
    """What is no finding anywhere: names and contacts of the guide itself, and these names."""
    names, contacts = [*also], []
    for title, carrier, other in Project.objects.values_list("title", "carrier", "other_names"):
        names += [title, carrier, *other.splitlines()]
    places = Location.objects.values_list("name", "city", "street", "telephone")
    for name, city, street, telephone in places:
        names += [name, city]
        contacts += [street, telephone]
    for model in (Institution, TargetGroup, Topic):
        names += model.objects.values_list("title", flat=True)
    contacts += GuideSettings.objects.values_list("contact_email", flat=True)
    return Known.of(names, contacts)
