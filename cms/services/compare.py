"""Compares two versions of an entry."""

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
            values={"project": str(entry.project), "verdict": entry.get_verdict_display()},
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
            "kind": entry.get_kind_display(),
            "project": str(entry.project),
            "date": date_format(entry.date, "d.m.Y") if entry.date else "",
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
