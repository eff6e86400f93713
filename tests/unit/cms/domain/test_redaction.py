"""A name or a passage is found however it is written down."""

import pytest

from cms.domain.redaction import Wording

NAME = Wording.from_lines("Erika Müller\nMüller", whole_words=True)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Frau Erika Müller kam.", "Frau [entfernt] kam."),
        ("ERIKA MÜLLER", "[entfernt]"),
        ("Erika Müllers Kinder", "[entfernt] Kinder"),
        ("<p>Erika <b>Müller</b> kam</p>", "<p>[entfernt]<b></b> kam</p>"),
        ("<b>Eri</b>ka&nbsp;Müller", "<b>[entfernt]</b>"),
        ("Erika Mu\u0308ller", "[entfernt]"),
        ("Mül\u00adler", "[entfernt]"),
        ("die Müllerin", "die Müllerin"),
        ("erika.mueller@example.org", "entfernt@example.org"),
        ('<a href="/e/erika-mueller-kommt/">hier</a>', '<a href="/e/entfernt-kommt/">hier</a>'),
        ('<a href="/suche/?q=Erika%20M%C3%BCller">x</a>', '<a href="/suche/?q=entfernt">x</a>'),
    ],
)
def test_a_name_in_text(text, without):
    assert NAME.remove(text)[0] == without


@pytest.mark.parametrize(
    ("path", "without"),
    [
        ("gespraech-mit-erika-mueller-2", "gespraech-mit-entfernt-2"),
        ("gespräch-erika-müller", "gespräch-entfernt"),
        ("Brief_Mueller.docx", "Brief_entfernt.docx"),
        ("muellerstrasse", "muellerstrasse"),
    ],
)
def test_a_name_in_an_address(path, without):
    assert NAME.remove_from_path(path)[0] == without


def test_every_string_of_stored_data():
    data = {"title": "Erika Müller", "slug": "erika-mueller", "n": 1, "rows": [{"Müller": None}]}
    cleaned, count = NAME.remove_from_data(data)
    assert cleaned == {
        "title": "[entfernt]",
        "slug": "entfernt",
        "n": 1,
        "rows": [{"[entfernt]": None}],
    }
    assert count == 3


def test_a_passage_across_markup_and_signs():
    passage = Wording.from_lines('wohnt in der "Kellerstraße 3" & trinkt', whole_words=False)
    text = "<p>Er wohnt</p><p>in der &quot;Keller<i>straße 3&quot; &amp;</i> trinkt viel.</p>"
    cleaned, count = passage.remove(text)
    assert count == 1
    assert cleaned == "<p>Er [entfernt]</p><p><i></i> viel.</p>"


def test_an_excerpt_shows_what_stands_around_without_markup():
    assert NAME.excerpt("<p>Gestern war <b>Erika Müller</b> da.</p>").split() == [
        "Gestern",
        "war",
        "Erika",
        "Müller",
        "da.",
    ]


@pytest.mark.parametrize("lines", ["", "  \n", "ab", "Erika Müller\nEr"])
def test_too_short(lines):
    assert Wording.from_lines(lines, whole_words=True).too_short


def test_a_passage_is_longer_than_a_name():
    assert Wording.from_lines("Keller", whole_words=False).too_short
    assert not Wording.from_lines("Keller", whole_words=True).too_short
