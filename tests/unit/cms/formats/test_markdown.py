"""Markdown and plain text as people type it."""

import re
from collections import Counter

import pytest

from cms.formats.blocks import BOLD_LEVEL, Block, BlockKind
from cms.formats.markdown import read_blocks
from cms.formats.reader import read_minutes
from tests.unit.cms.formats.every_word import lost_words, words, words_of_document


def blocks(text: str) -> list[Block]:
    document = read_blocks(text.encode())
    without_tags = re.sub(r"</?(?:br|u|a)\b(?: href=)?", " ", text)
    assert words([without_tags]) - words_of_document(document) == Counter()
    return document.blocks


def items(text: str) -> list[tuple[int, str]]:
    return [(b.level, b.text) for b in blocks(text) if b.kind is BlockKind.ITEM]


def kinds(text: str) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, b.text) for b in blocks(text)]


def test_headings_of_all_sorts() -> None:
    text = "# eins\n\nzwei\n===\n\ndrei\n---\n\n**vier**\n\n##fünf\n\n__sechs:__\nText"
    assert kinds(text) == [
        ("heading", 1, "eins"),
        ("heading", 1, "zwei"),
        ("heading", 2, "drei"),
        ("heading", BOLD_LEVEL, "vier"),
        ("heading", 2, "fünf"),
        ("heading", BOLD_LEVEL, "sechs:"),
        ("paragraph", 0, "Text"),
    ]


def test_a_paragraph_that_begins_bold_is_no_heading() -> None:
    assert kinds("**Jena.** Alle kamen.") == [("paragraph", 0, "Jena. Alle kamen.")]
    assert kinds("**Das war wichtig.**") == [("paragraph", 0, "Das war wichtig.")]


def test_a_long_paragraph_above_a_ruler_is_no_heading() -> None:
    text = "Wort " * 60
    assert kinds(f"{text}\n---")[0][0] == "paragraph"


def test_typed_bullets_become_items_with_their_depth() -> None:
    text = "Gut:\n• eins\n\t◦ darunter\n• zwei"
    assert items(text) == [(1, "eins"), (2, "darunter"), (1, "zwei")]
    text = "– drei\nweiter\n– vier\n\n1) fünf\n\na) sechs\n\n-Sieben\n\n· acht"
    assert items(text) == [
        (1, "drei\nweiter"),
        (1, "vier"),
        (1, "fünf"),
        (1, "sechs"),
        (1, "Sieben"),
        (1, "acht"),
    ]


def test_a_wrapped_dash_is_no_item() -> None:
    assert items("Das sparte Geld\n– Einsicht fehlt noch.") == []


def test_loose_and_nested_lists_with_any_indent() -> None:
    assert items("- a\n\n- b\n\n    - c\n\n- d") == [(1, "a"), (1, "b"), (2, "c"), (1, "d")]
    assert items("1. a\n  - b\n2. c") == [(1, "a"), (2, "b"), (1, "c")]
    assert items("* a\n\t* b\n\t\t* c") == [(1, "a"), (2, "b"), (3, "c")]


def test_lazy_lines_and_second_paragraphs_belong_to_the_item() -> None:
    text = "- eins\ngeht weiter\n- zwei\n\n  noch ein Absatz"
    assert kinds(text) == [
        ("item", 1, "eins\ngeht weiter"),
        ("item", 1, "zwei"),
        ("paragraph", 1, "noch ein Absatz"),
    ]


def test_indented_text_is_no_code() -> None:
    assert kinds("    Text mit Einzug")[0] == ("paragraph", 0, "Text mit Einzug")
    assert items("Gut:\n\teins\n\tzwei") == [(1, "eins"), (1, "zwei")]
    assert items("Gut:\n    - eins\n    - zwei") == [(1, "eins"), (1, "zwei")]
    assert kinds("```\nTisch 1\n```") == [("paragraph", 0, "Tisch 1")]


def test_a_day_is_no_list_number() -> None:
    assert kinds("17. Juli 2013 in Jena") == [("paragraph", 0, "17. Juli 2013 in Jena")]


def test_links_pictures_and_tags_lose_no_word() -> None:
    text = (
        'Siehe [die Seite](https://example.org/ü "Titel"), <https://example.org>, ![Bild](b.png), '
        '<u>betont</u><br>neu <a href="https://example.org/x">dort</a>. [Ref][1] bleibt.\n\n'
        "[1]: https://example.org/ref"
    )
    (first, last) = blocks(text)
    assert "die Seite (https://example.org/ü Titel)" in first.text
    assert "betont\nneu" in first.text
    assert last.text == "[1]: https://example.org/ref"


def test_comments_are_told_and_keep_the_line_numbers() -> None:
    document = read_blocks(b"# Eins <!-- geheim\nnoch geheim -->\n\nText")
    assert [(n.place.number, n.text) for n in document.comments] == [(1, "geheim noch geheim")]
    assert [(b.place.number, b.text) for b in document.blocks] == [(1, "Eins"), (4, "Text")]


def test_an_open_comment_swallows_nothing() -> None:
    assert [b.text for b in blocks("<!-- offen\n\nTisch 1: Netz")][-1] == "Tisch 1: Netz"


def test_jumps_of_a_table_of_contents_are_structure() -> None:
    document = read_blocks(b"- [Tisch 1: Netz](#tisch-1)\n\n## Tisch 1: Netz")
    assert [note.text for note in document.structure] == ["Tisch 1: Netz"]
    assert len(document.blocks) == 1


def test_quotes_and_deep_nesting_lose_nothing() -> None:
    assert kinds("> **Gut**\n>\n> - eins\n>   - zwei") == [
        ("heading", BOLD_LEVEL, "Gut"),
        ("item", 1, "eins"),
        ("item", 2, "zwei"),
    ]
    deep = "\n".join(f"{'  ' * depth}- Punkt{depth}" for depth in range(60))
    assert len(items(deep)) == 60
    assert [b.text for b in blocks(">" * 500 + " tief")] == ["tief"]


def test_tables() -> None:
    (block,) = blocks("| Gut | Schlecht |\n|---|---|\n| - a<br>- b | c |")
    rows = [[[b.text for b in cell] for cell in row.cells] for row in block.rows]
    assert rows == [[["Gut"], ["Schlecht"]], [["a", "b"], ["c"]]]
    assert [row.header for row in block.rows] == [True, False]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_line_ends(encoding: str, line_end: str) -> None:
    data = "# Ämter\n\n- größer".replace("\n", line_end).encode(encoding)
    assert [(b.place.number, b.text) for b in read_blocks(data).blocks] == [
        (1, "Ämter"),
        (3, "größer"),
    ]


def test_decomposed_letters_and_invisible_characters() -> None:
    text = "Tisch 1: A\u0308mter\n\nGut:\n\n- Sozial\u00adarbeit\u200b im\u00a0Haus"
    minutes = read_minutes(text.encode(), "a.md")
    assert minutes.tables[0].title == "Ämter"
    assert minutes.tables[0].entries[0].text == "Sozialarbeit im Haus"


def test_front_matter() -> None:
    text = (
        "---\ntitle: Austausch in Gera\ndate: 2015-03-12\n---\n\n## Tisch 1: Netz\n\nGut:\n- eins"
    )
    minutes = read_minutes(text.encode(), "a.md")
    assert (minutes.title, str(minutes.date)) == ("Austausch in Gera", "2015-03-12")
    assert lost_words(words([text]), minutes) == Counter()
