"""The account of an interpretation: what became structure, a note, or was not understood."""

from cms.domain.minutes import Minutes, Note, Place, TableMinutes

HEADING = "Überschrift"
LIST_NUMBER = "Nummer einer Liste"


class Record:
    """Writes into the minutes what becomes no entry, so that nothing of the source is lost."""

    def __init__(self, minutes: Minutes) -> None:
        self.minutes = minutes
        self.table: TableMinutes | None = None

    def structure(self, place: Place, text: str, reason: str = HEADING) -> None:
        """List a heading or marker."""
        if text.strip():
            self.minutes.structure.append(Note(place, text.strip(), reason))

    def note(self, text: str) -> None:
        """Keep a passage that was understood, but is no entry, with its table or event."""
        notes = self.minutes.notes if self.table is None else self.table.notes
        notes.append(text)

    def lose(self, place: Place, text: str, reason: str) -> None:
        """Keep a passage that was not understood and report it."""
        self.note(text)
        self.minutes.losses.append(Note(place, text, reason))
