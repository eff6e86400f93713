"""``description``, Plone's few words for lists: what it is of each type, read and written.

News have one of their own, the teaser; pages have Wagtail's. Entries have none: theirs is the
beginning of what they say.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator
from wagtail.documents.models import AbstractDocument

from cms.api.addresses import Folder
from cms.domain.plain import to_plain_text, to_rich_text
from cms.models import (
    EventIndexPage,
    ExchangeEventPage,
    Experience,
    HomePage,
    InfoPage,
    NewsIndexPage,
    NewsPage,
    Outcome,
    Project,
    Supplement,
    TablePage,
    Topic,
)
from cms.services.clean_rich_text import without_block_keys

DESCRIPTION_LENGTH = 240

#: The field that is the description, and where a description goes that says something new.
_OWN = {
    NewsPage: "teaser",
    ExchangeEventPage: "search_description",
    TablePage: "search_description",
    InfoPage: "search_description",
}
#: The text that begins with it.
_BEGINNING = {Experience: "body", Supplement: "text"}


def description(obj: Model | Folder) -> str:
    """A few words of plain text about ``obj``."""
    own = getattr(obj, _OWN.get(type(obj), "search_description"), "")
    match obj:
        case Experience():
            text = _plain(obj.body)
        case Outcome():
            text = obj.text
        case Supplement():
            text = to_plain_text(obj.text) or obj.get_verdict_display()
        case AbstractDocument():
            text = getattr(obj, "beginning", "")
        case ExchangeEventPage() | HomePage() | EventIndexPage() | NewsIndexPage() | Topic():
            text = own or to_plain_text(obj.introduction)
        case TablePage():
            text = own or to_plain_text(obj.summary)
        case NewsPage() | InfoPage():
            text = own or to_plain_text(obj.body)
        case Folder() | Project():
            text = str(obj.description)
        case _:
            text = own
    return _shortened(text)


@lru_cache(maxsize=2_000)
def _shortened(text: str) -> str:
    """The beginning of a text in one line; kept, since well-liked entries are listed often."""
    return Truncator(" ".join(text.split())).chars(DESCRIPTION_LENGTH)


_plain = lru_cache(maxsize=2_000)(to_plain_text)


def described(draft: Model, text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What ``text``, sent as the description of ``draft``, changes beside ``fields``, if anything.

    What was read and is sent back says nothing new. A field that is sent by its own name counts
    before it. The text of an entry is only written where none would be lost.
    """
    if text == description(draft):
        return {}
    own, begun = _OWN.get(type(draft)), _BEGINNING.get(type(draft))
    if own is not None:
        return {} if own in fields else {own: text}
    if begun is None or begun in fields or not _holds_only_description(draft, begun):
        return {}
    return {begun: _paragraph(text)}


def _holds_only_description(draft: Model, name: str) -> bool:
    text = without_block_keys(getattr(draft, name))
    return text in ("", _paragraph(description(draft)))


def _paragraph(text: str) -> str:
    return to_rich_text([text] if text else [])
