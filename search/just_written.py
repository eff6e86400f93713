"""What a person wrote in the last minutes and the feed has not brought yet."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from cms.domain.indexing import ObjectType
from cms.domain.reader import Reader
from cms.published import drafts
from cms.published.drafts import Draft, Ref, ShownDraft
from search.highlight import Highlighter
from search.learnt_words import current_splitter

#: As long the feed may take before somebody misses what they have just written.
JUST_NOW = timedelta(minutes=10)
MOST_JUST_NOW = 20


def just_written(
    text: str, synonyms: tuple[str, ...], reader: Reader, known: Collection[Ref]
) -> list[Draft]:
    """The reader's own newest drafts and comments that answer the text, without the known ones.

    Without a text all of them.
    """
    own = drafts.own_drafts_since(reader, timezone.now() - JUST_NOW, MOST_JUST_NOW)
    unknown = [draft for draft in own if draft.ref not in known]
    if not unknown or not text.strip():
        return unknown
    highlighter = Highlighter(text, current_splitter(), synonyms)
    shown = drafts.shown_drafts(unknown)
    return [one.draft for one in shown if _answers(one, highlighter)]


def _answers(shown: ShownDraft, highlighter: Highlighter) -> bool:
    """Only an experience has a title of its own; the others' is that of what they are about."""
    is_experience = shown.draft.ref[0] is ObjectType.EXPERIENCE
    words = f"{shown.title}\n{shown.text}" if is_experience else shown.text
    return any(is_hit for _piece, is_hit in highlighter.fragments(words, len(words)))
