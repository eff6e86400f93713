"""Words and links that the templates make."""

from types import SimpleNamespace

import pytest

from cms.templatetags.guide import has_more_than_title, outcome_text, teaser, tel


def entry(title, body):
    return SimpleNamespace(title=title, plain_body=body, text=body)


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("03643 / 12 34", "+4936431234"),
        ("+49 (0)3643 12-34", "+4936431234"),
        ("0049 3643 1234", "+4936431234"),
        ("116 117", "116117"),
    ],
)
def test_a_telephone_number_becomes_a_link(number, link):
    assert tel(number) == link


@pytest.mark.parametrize(
    ("title", "body", "shown"),
    [
        ("Der Markt als Bühne", "Der Markt als Bühne.", ""),
        (
            "Der Markt als Bühne",
            "Der Markt als Bühne: ein Tisch, zwei Stühle",
            "… ein Tisch, zwei Stühle",
        ),
        ("Der Markt als …", "Der Markt als Bühne", "Bühne"),
        ("Der Markt", "Der Markt.\nDort ist viel los.", "Dort ist viel los."),
        ("Der Markt", "Ganz anders.", "Ganz anders."),
        ("Der Markt", "", ""),
    ],
)
def test_a_text_does_not_repeat_its_title(title, body, shown):
    assert teaser(entry(title, body)) == shown
    assert outcome_text(entry(title, body)) == shown


def test_points_of_a_list_become_a_sentence():
    assert teaser(entry("Titel", "Drei Wege:\nBus\nBahn\nzu Fuß")) == "Drei Wege: Bus; Bahn; zu Fuß"


def test_a_teaser_is_short():
    assert len(teaser(entry("Titel", "Wort " * 500)).split()) <= 46


def test_an_entry_of_one_line_has_nothing_more_to_say():
    assert not has_more_than_title(entry("Der Markt", "Der Markt."))
    assert has_more_than_title(entry("Der Markt", "Der Markt ist groß."))
