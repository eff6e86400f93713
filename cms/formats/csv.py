"""Tables for spreadsheets, as CSV."""

import csv
from collections.abc import Iterable, Iterator

#: By this mark spreadsheets know UTF-8; without it they guess the umlauts wrong.
BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins so would be calculated by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The text of a CSV file, one row after the other; nothing in it is a formula."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([_harmless(value) for value in row])


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
