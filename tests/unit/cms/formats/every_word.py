"""The proof that nothing of a source is lost: every word of it stands in the minutes."""

import re
from collections import Counter
from collections.abc import Iterable

from cms.domain.minutes import Entry, Minutes
from cms.formats.blocks import Block, Document
from cms.formats.markers import is_typed_number


def words(texts: Iterable[str]) -> Counter[str]:
    """Count the words, numbers included, whatever stands between them."""
    return Counter(word for text in texts for word in re.findall(r"[^\W_]+", text))


def words_of_document(document: Document) -> Counter[str]:
    """Count the words of the blocks and of everything beside them."""
    notes = document.comments + document.tracked_changes + document.structure + document.losses
    return words([*_texts_of_blocks(document.blocks), *(note.text for note in notes)])


def _texts_of_blocks(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        yield block.text
        if is_typed_number(block.marker):
            yield block.marker
        for row in block.rows:
            for cell in row.cells:
                yield from _texts_of_blocks(cell)


def words_of_minutes(minutes: Minutes) -> Counter[str]:
    """Count the words of the objects, the structure, the notes and the remarks.

    Losses are not counted, since their text is kept in the notes; only what has no place
    among the paragraphs (a picture) stands in the losses alone.
    """
    texts = [*minutes.introduction, *minutes.programme, *minutes.plenary, *minutes.notes]
    notes = minutes.structure + minutes.comments + minutes.tracked_changes
    texts += [note.text for note in notes]
    for table in minutes.tables:
        texts += [*table.summary, *table.notes]
        for entry in table.entries:
            texts += _texts_of_entry(entry)
    for entry in minutes.entries:
        texts += _texts_of_entry(entry)
    kept = words(texts)
    return kept + words(note.text for note in minutes.losses if words([note.text]) - kept)


def _texts_of_entry(entry: Entry) -> list[str]:
    return [entry.text, *entry.points, *(argument.text for argument in entry.arguments)]


def lost_words(source: Counter[str], minutes: Minutes) -> Counter[str]:
    """Return what of the source's words is missing in the minutes."""
    return source - words_of_minutes(minutes)
