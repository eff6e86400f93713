"""Hits are marked, also those that no engine's highlighter marks."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.compounds import default_splitter
from search.analysis.german import compose
from search.highlight import Fragment, Highlighter, is_typo, to_html

TEXT = "Die Öffentlichkeitsarbeit der Mieterinnen im Wohngebiet wirkte: Mundpropaganda und Feste."


def highlight(text: str, query: str, length: int = 200) -> list[Fragment]:
    return Highlighter(query, default_splitter()).fragments(text, length)


def marked(query: str, text: str = TEXT, length: int = 200) -> list[str]:
    return [piece for piece, is_hit in highlight(text, query, length) if is_hit]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("Öffentlichkeitsarbeit", ["Öffentlichkeitsarbeit"]),
        ("oeffentlichkeitsarbeit", ["Öffentlichkeitsarbeit"]),
        ("Arbeit", ["Öffentlichkeitsarbeit"]),
        ("Wohngebietsfest", ["Wohngebiet", "Feste"]),
        ("Mundpropoganda", ["Mundpropaganda"]),
        ("Mundpropagadna", ["Mundpropaganda"]),
        ("Mundp", ["Mundpropaganda"]),
        ("Mundp ", ["Mundpropaganda"]),
        ("Mieterin", ["Mieterinnen"]),
        ("Mieter", ["Mieterinnen"]),
        ("Wie wirkten Feste?", ["wirkte", "Feste"]),
        ("die", ["Die"]),
        ("Schule", []),
        ("", []),
        ("?!", []),
    ],
)
def test_marks_what_was_found(query: str, hits: list[str]) -> None:
    assert marked(query) == hits


def test_stop_words_are_not_marked_beside_others() -> None:
    assert marked("die Feste der Mieter") == ["Mieterinnen", "Feste"]


def test_gender_forms_are_one_word() -> None:
    assert marked("Bürgerinnen", "Alle Bürger:innen kamen") == ["Bürger:innen"]


def test_a_text_without_a_hit_is_its_beginning() -> None:
    pieces = highlight("Wort " * 100, "Schule", 50)
    assert pieces == [("Wort Wort Wort Wort Wort Wort Wort Wort Wort Wort", False), ("…", False)]


def test_the_part_with_the_most_different_hits_is_shown() -> None:
    text = "Ein Fest. " + "Etwas anderes. " * 40 + "Das Fest im Wohngebiet gelang. " + "Ende. " * 40
    pieces = highlight(text, "Fest Wohngebiet.", 100)
    assert [piece for piece, is_hit in pieces if is_hit] == ["Fest", "Wohngebiet"]
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)
    assert len("".join(piece for piece, _ in pieces)) <= 102


def test_html_is_safe() -> None:
    pieces = highlight("<script>Fest & Feier</script>", "Fest")
    assert to_html(pieces) == "&lt;script&gt;<mark>Fest</mark> &amp; Feier&lt;/script&gt;"


@given(text=st.text(max_size=400), query=st.text(max_size=40), length=st.integers(20, 200))
def test_fragments_are_a_stretch_of_the_text(text: str, query: str, length: int) -> None:
    pieces = highlight(text, query, length)
    shown = "".join(piece for piece, _ in pieces)
    assert len(shown) <= length + 2
    assert shown.removeprefix("…").removesuffix("…") in compose(text)
    assert html.unescape(re.sub(r"</?mark>", "", to_html(pieces))) == html.unescape(
        html.escape(shown)
    )
    assert "<" not in re.sub(r"</?mark>", "", to_html(pieces))


@pytest.mark.parametrize(
    ("typed", "word", "similar"),
    [
        ("strom", "sturm", False),
        ("storm", "strom", True),
        ("amt", "ast", False),
        ("beratug", "beratung", True),
        ("beratg", "beratung", False),
        ("beratungn", "beratung", True),
        ("jobcentr", "jobcenter", True),
        ("jcbcentr", "jobcenter", True),
        ("jcbcent", "jobcent", True),
        ("jcbcemt", "jobcent", False),
        ("energiberatng", "energieberatung", True),
        ("xeratung", "beratung", False),
        ("", "beratung", False),
    ],
)
def test_typos(typed: str, word: str, similar: bool) -> None:
    assert is_typo(typed, word) is similar
