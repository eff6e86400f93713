"""Compares two versions of an entry."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from cms.domain.circles import Circle
from cms.domain.differences import Difference, Version, difference
from cms.domain.text_blocks import Block, blocks_of_plain_text, blocks_of_rich_text
from cms.models import Experience, Supplement
from cms.models.entry import Entry

PLAIN_TEXTS = ("situation", "approach", "result", "lesson")
SETS = ("topics", "target_groups", "institutions")


def compare(old: Entry, new: Entry) -> Difference:
    """What is different in ``new``; both are a row or a draft taken from a revision."""
    return difference(version_of(old), version_of(new))


def version_of(entry: Entry) -> Version:
    """An entry as plain data: its parts by the names of their fields."""
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
