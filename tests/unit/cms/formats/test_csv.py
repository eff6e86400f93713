"""Tables for spreadsheets."""

import csv
from io import StringIO

import pytest

from cms.formats.csv import csv_lines


def read(rows) -> list[list[str]]:
    content = "".join(csv_lines(rows)).encode().decode("utf-8-sig")
    return list(csv.reader(StringIO(content, newline=""), delimiter=";"))


def test_a_spreadsheet_knows_the_umlauts_and_the_cells():
    assert next(csv_lines([])) == "\ufeff"
    assert read([["Größe", 3], ['a;b "c"', "x\ny"]]) == [["Größe", "3"], ['a;b "c"', "x\ny"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_taken_for_a_formula(start):
    assert read([[f"{start}1+1", "1=1"]]) == [[f"'{start}1+1", "1=1"]]
