"""The parts of the review screen: the difference and the findings, with German names."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cms.domain.circles import Circle
from cms.domain.differences import BlockChange, CircleChange, Run, SetChange, ValueChange
from cms.domain.personal_data import Concern
from cms.models.choices import CircleChoices
from cms.models.entry import Entry
from cms.services.check_personal_data import Passage, check_personal_data
from cms.services.compare import FIELDS, compare, label_of

CONCERNS = {
    Concern.NAME: _("Name einer Person?"),
    Concern.EMAIL: _("E-Mail-Adresse"),
    Concern.TELEPHONE: _("Telefonnummer?"),
    Concern.IBAN: _("Bankverbindung"),
    Concern.BIRTH: _("Geburtsdatum"),
    Concern.ADDRESS: _("Anschrift?"),
    Concern.SECRECY: _("Fällt das unter die Schweigepflicht?"),
}


@dataclass(frozen=True)
class FieldChange:
    """What changed in one field; one kind of change is given."""

    label: str
    runs: tuple[Run, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    value: ValueChange | None = None
    names: SetChange | None = None
    circle: CircleChange | None = None
    circle_words: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class FoundPassage:
    """A finding of the check for personal data, with the words that the screen shows."""

    field: str
    concern: str
    passage: Passage


def changes(published: Entry, draft: Entry) -> list[FieldChange]:
    """What the draft changes, field by field in reading order."""
    found = compare(published, draft)
    shown = []
    for name in FIELDS:
        label = label_of(draft, name)
        if name == "visibility" and found.circle:
            words = _circle_label(found.circle.old), _circle_label(found.circle.new)
            shown.append(FieldChange(label, circle=found.circle, circle_words=words))
        elif name in found.lines:
            shown.append(FieldChange(label, runs=found.lines[name].runs))
        elif name in found.blocks:
            shown.append(FieldChange(label, blocks=found.blocks[name]))
        elif name in found.values:
            shown.append(FieldChange(label, value=found.values[name]))
        elif name in found.sets:
            shown.append(FieldChange(label, names=found.sets[name]))
    return shown


def findings(draft: Entry) -> list[FoundPassage]:
    """What the check for personal data found in the draft."""
    return [
        FoundPassage(label_of(draft, passage.field), str(CONCERNS[passage.concern]), passage)
        for passage in check_personal_data(draft)
    ]


def left_behind(entry: Entry, draft: Entry) -> list[str]:
    """Personal data that the draft takes out: as an older version it stays readable."""
    if not entry.live:
        return []
    kept = {passage.text for passage in check_personal_data(draft)}
    return sorted({passage.text for passage in check_personal_data(entry)} - kept)


def _circle_label(circle: Circle) -> str:
    return str(CircleChoices(circle.value).label)
