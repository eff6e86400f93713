"""The first real minutes, as they were counted by hand (facts/documents.md)."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest

from cms.domain.kinds import Side
from cms.domain.minutes import Minutes, TableMinutes
from cms.formats.blocks import Block, BlockKind
from cms.formats.markdown import read_blocks
from cms.formats.reader import read_minutes
from tests.unit.cms.formats.every_word import lost_words, words, words_of_document
from tests.unit.cms.formats.word_files import p, r, raw_words, saved, word_file

SEED = Path(__file__).parents[5] / "shared" / "seed" / "erfahrungsaustausch-2013-07-17.md"


@pytest.fixture(scope="module")
def data() -> bytes:
    return SEED.read_bytes()


@pytest.fixture(scope="module")
def minutes(data: bytes) -> Minutes:
    return read_minutes(data, SEED.name)


def counts(table: TableMinutes) -> dict[str, int]:
    found = Counter(entry.kind.value for entry in table.entries)
    found.update(argument.side.value for entry in table.entries for argument in entry.arguments)
    return dict(found)


def test_event(minutes: Minutes) -> None:
    assert minutes.date == date(2013, 7, 17)
    assert minutes.place == "Weimar"
    assert minutes.number == 1
    assert len(minutes.introduction) == 3
    assert minutes.title
    assert minutes.entries == []


def test_tables_are_counted_as_by_hand(minutes: Minutes) -> None:
    assert [table.number for table in minutes.tables] == [1, 2, 3, 4]
    assert [counts(table) for table in minutes.tables] == [
        {"good": 10, "bad": 6},
        {
            "good": 4, "bad": 1, "neutral": 4, "discussion": 3, "decision": 1, "follow_up": 2,
            "pro": 2, "contra": 4,
        },
        {"good": 10, "bad": 9, "follow_up": 1},
        {"good": 10, "bad": 3, "neutral": 3, "discussion": 3},
    ]  # fmt: skip


def test_each_table_has_a_title_and_one_moderator(minutes: Minutes) -> None:
    for table in minutes.tables:
        assert table.title
        assert "(" not in table.title
        assert len(table.moderators) == 1
        assert len(table.moderators[0].name.split()) == 2


def test_arguments_and_sub_points_of_table_two(minutes: Minutes) -> None:
    table = minutes.tables[1]
    discussions = [entry for entry in table.entries if entry.kind == "discussion"]
    sides = [Counter(a.side for a in entry.arguments) for entry in discussions]
    assert sides == [
        Counter({Side.PRO: 1, Side.CONTRA: 3}),
        Counter({Side.PRO: 1, Side.CONTRA: 1}),
        Counter(),
    ]
    assert [len(entry.points) for entry in discussions] == [0, 0, 1]
    good = [entry for entry in table.entries if entry.kind == "good"]
    assert [len(entry.points) for entry in good] == [0, 4, 0, 0]


def test_both_follow_ups_name_who_promised(minutes: Minutes) -> None:
    promised = [e.text for e in minutes.tables[1].entries if e.kind == "follow_up"]
    subjects = {" ".join(text.split()[:3]) for text in promised}
    assert len(promised) == 2
    assert len(subjects) == 1
    assert len(minutes.tables[1].notes) == 1


def test_nothing_is_reported_as_not_understood(minutes: Minutes) -> None:
    assert minutes.losses == []


def test_every_word_of_the_blocks_is_kept(data: bytes, minutes: Minutes) -> None:
    assert lost_words(words_of_document(read_blocks(data)), minutes) == Counter()


def test_every_word_of_the_file_is_kept(data: bytes, minutes: Minutes) -> None:
    raw = re.sub(r"[*#_>]", " ", data.decode("utf-8"))
    source = words([raw])
    assert sum(source.values()) > 1000
    assert lost_words(source, minutes) == Counter()


def test_lines_point_into_the_file(data: bytes, minutes: Minutes) -> None:
    lines = data.decode("utf-8").split("\n")
    for table in minutes.tables:
        for entry in table.entries:
            assert entry.place.unit == "line"
            first_word = re.findall(r"[^\W_]+", entry.text)[0]
            assert first_word in lines[entry.place.number - 1]


def with_styles(blocks: list[Block]) -> bytes:
    """Return the blocks as a Word file with heading styles and real lists."""
    document = docx.Document()
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            document.add_heading(block.text, block.level)
        elif block.kind is BlockKind.ITEM:
            name = "List Bullet" if block.level == 1 else f"List Bullet {block.level}"
            document.add_paragraph(block.text, style=name)
        else:
            document.add_paragraph(block.text)
    return saved(document)


def typed_by_hand(blocks: list[Block]) -> bytes:
    """Return the blocks as a Word file with bold headings, dashes and tabs, in split runs."""
    body = ""
    for block in blocks:
        half = len(block.text) // 2
        if block.kind is BlockKind.HEADING:
            runs = r(escape(block.text[:half]), True) + r(escape(block.text[half:]), True)
            body += f"<w:p>{runs}</w:p>"
        elif block.kind is BlockKind.ITEM:
            body += p("\t" * (block.level - 1) + "- " + escape(block.text))
        else:
            body += f"<w:p>{r(escape(block.text[:half]))}{r(escape(block.text[half:]))}</w:p>"
    return word_file(body)


def in_one_paragraph_each(blocks: list[Block]) -> bytes:
    """Return the blocks as a Word file whose lists are line breaks within a paragraph."""
    body, lines = "", list[str]()
    for block in blocks:
        if block.kind is BlockKind.ITEM:
            lines.append("\t" * (block.level - 1) + "– " + escape(block.text))
            continue
        body += p("\n".join(lines)) if lines else ""
        lines = []
        body += p(escape(block.text), bold=block.kind is BlockKind.HEADING)
    return word_file(body + (p("\n".join(lines)) if lines else ""))


@pytest.mark.parametrize("as_word", [with_styles, typed_by_hand, in_one_paragraph_each])
def test_the_same_minutes_in_word(
    data: bytes, minutes: Minutes, as_word: Callable[[list[Block]], bytes]
) -> None:
    file = as_word(read_blocks(data).blocks)
    found = read_minutes(file, "protokoll.docx")
    assert [counts(table) for table in found.tables] == [counts(t) for t in minutes.tables]
    assert [[e.text for e in table.entries] for table in found.tables] == [
        [e.text for e in table.entries] for table in minutes.tables
    ]
    assert [table.moderators for table in found.tables] == [t.moderators for t in minutes.tables]
    assert (found.date, found.place, found.number) == (minutes.date, minutes.place, minutes.number)
    assert len(found.introduction) == 3
    assert lost_words(raw_words(file), found) == Counter()
