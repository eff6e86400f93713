"""The kinds of experience as pages show them: symbol, name, and word in addresses."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from cms.domain.kinds import Kind
from cms.models.choices import KindChoices

#: The words for kinds in addresses, the same as in the search's.
KIND_WORDS = {
    "gut": Kind.GOOD,
    "schlecht": Kind.BAD,
    "neutral": Kind.NEUTRAL,
    "diskussion": Kind.DISCUSSION,
}


@dataclass(frozen=True)
class ShownKind:
    """A kind with the two names that the symbol's template reads from an entry."""

    kind: str
    word: str

    @property
    def get_kind_display(self) -> str:
        return KindChoices(self.kind).label


def shown_kinds() -> list[ShownKind]:
    """All kinds, in the order of the guide."""
    return [ShownKind(kind.value, word) for word, kind in KIND_WORDS.items()]


def counted(kind: Kind, number: int) -> str:
    """So many entries of this kind, in words."""
    words = {
        Kind.GOOD: ngettext("%d gute Erfahrung", "%d gute Erfahrungen", number),
        Kind.BAD: ngettext("%d schlechte Erfahrung", "%d schlechte Erfahrungen", number),
        Kind.NEUTRAL: ngettext("%d neutraler Punkt", "%d neutrale Punkte", number),
        Kind.DISCUSSION: ngettext("%d Diskussion", "%d Diskussionen", number),
    }
    return words[kind] % number
