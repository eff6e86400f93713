"""Compares two versions of an entry or a page."""

from datetime import date, datetime

from django.db.models import Field, TextField
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.domain.circles import Circle
from cms.domain.differences import Difference, Version, difference
from cms.domain.text_blocks import Block, blocks_of_plain_text, blocks_of_rich_text
from cms.models import Argument, Experience, Moderator, Supplement
from cms.models.entry import Entry

PLAIN_TEXTS = ("situation", "approach", "result", "lesson")
SETS = ("topics", "target_groups", "institutions")
#: Columns of a page that are no part of what it says.
_NO_CONTENT = frozenset({"page_ptr", "import_key"})

#: The order in which people read an entry.
FIELDS = (
    "visibility",
    "go_live_at",
    "expire_at",
    "title",
    "kind",
    "verdict",
    "body",
    "text",
    "situation",
    "approach",
    "result",
    "arguments",
    "lesson",
    "topics",
    "target_groups",
    "institutions",
    "date",
    "table",
    "project",
    "attribution",
)


def label_of(obj: Entry | Page, name: str) -> str:
    """The German name of a field, as its form has it."""
    related = {"arguments": Argument, "moderators": Moderator}
    if name in related:
        return str(related[name]._meta.verbose_name_plural)
    if name in {field.name for field in obj._meta.get_fields()}:
        return str(obj._meta.get_field(name).verbose_name)
    return ""


def compare(old: Entry | Page, new: Entry | Page) -> Difference:
    """What is different in ``new``; both are a row or a draft taken from a revision."""
    return difference(version_of(old), version_of(new))


def version_of(entry: Entry | Page) -> Version:
    """An entry or a page as plain data: its parts by the names of their fields."""
    if isinstance(entry, Page):
        return _version_of_page(entry)
    if isinstance(entry, Supplement):
        return Version(
            circle=Circle(entry.visibility),
            values={**_values(entry), "verdict": entry.get_verdict_display()},
            blocks={"text": blocks_of_rich_text(entry.text)},
        )
    return _version_of_experience(entry)


def _version_of_experience(entry: Experience) -> Version:
    arguments = tuple(
        Block(" ".join(argument.text.split()), argument.side) for argument in entry.arguments.all()
    )
    return Version(
        circle=Circle(entry.visibility),
        lines={"title": entry.title},
        values={
            **_values(entry),
            "kind": entry.get_kind_display(),
            "date": _day(entry.date),
            "table": str(entry.table or ""),
            "attribution": entry.get_attribution_display(),
        },
        sets={name: frozenset(str(item) for item in getattr(entry, name).all()) for name in SETS},
        blocks={
            "body": blocks_of_rich_text(entry.body),
            "arguments": arguments,
            **{name: blocks_of_plain_text(getattr(entry, name)) for name in PLAIN_TEXTS},
        },
    )


def _version_of_page(page: Page) -> Version:
    """Whatever its type says beyond a title, by the kind of the column."""
    columns = [field for field in page._meta.local_fields if field.name not in _NO_CONTENT]
    blocks, values = {}, {}
    for field in columns:
        if isinstance(field, RichTextField):
            blocks[field.name] = blocks_of_rich_text(field.value_from_object(page))
        elif isinstance(field, TextField):
            blocks[field.name] = blocks_of_plain_text(field.value_from_object(page))
        else:
            values[field.name] = _shown(page, field)
    if hasattr(page, "moderators"):
        blocks["moderators"] = tuple(Block(str(person)) for person in page.moderators.all())
    sets = {"topics": frozenset(map(str, page.topics.all()))} if hasattr(page, "topics") else {}
    return Version(Circle.PUBLIC, {"title": page.title}, values, sets, blocks)


def _shown(page: Page, field: Field) -> str:
    value = getattr(page, field.name)
    if isinstance(value, date):
        return _day(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "" if value is None else str(value)


def _values(entry: Entry) -> dict[str, str]:
    return {
        "project": str(entry.project),
        "go_live_at": _moment(entry.go_live_at),
        "expire_at": _moment(entry.expire_at),
    }


def _day(day: date | None) -> str:
    return date_format(day, "d.m.Y") if day else ""


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "d.m.Y H:i") if moment else ""
