"""What the search field understands, and that everything else is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import syntax
from search.syntax import Field, Typed


@pytest.mark.parametrize(
    ("text", "phrases", "excluded"),
    [
        ('"drei Euro" Suppe', ("drei Euro",), ()),
        ("„drei Euro“ und »zwei Mark«", ("drei Euro", "zwei Mark"), ()),
        ("Fest -Regen", (), ("Regen",)),
        ('Fest -"starker Regen"', (), ("starker Regen",)),
        ("-Fest", (), ("Fest",)),
        ("Hol- und Bringdienst", (), ()),
        ("Ost-West", (), ()),
        ("Fest - Regen", (), ()),
        ('"offen', (), ()),
        ('""', (), ()),
        ('Wer spielte in "Nathan"?', (), ()),
        ("Was kostet -ungefähr- der Saal?", (), ()),
    ],
)
def test_phrases_and_exclusions(text: str, phrases: tuple, excluded: tuple) -> None:
    typed = syntax.read(text)
    assert (typed.phrases, typed.excluded) == (phrases, excluded)


def test_words_of_phrases_rank_and_excluded_ones_do_not() -> None:
    assert syntax.read('"drei Euro" -Suppe').text.split() == ["drei", "Euro"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Fest projekt:Weimar", Field("projekt:Weimar", "projekt", "weimar")),
        ("Thema:öffentlichkeit", Field("Thema:öffentlichkeit", "thema", "oeffentlichkeit")),
        ('thema:"Offene Arbeit"', Field('thema:"Offene Arbeit"', "thema", "offene-arbeit")),
    ],
)
def test_fields(text: str, field: Field) -> None:
    assert syntax.fields(text, ("projekt", "thema")) == [field]


@pytest.mark.parametrize("text", ["farbe:rot", "projekt:", "projekt: weimar", "ein:projekt:x"])
def test_what_is_no_field_is_text(text: str) -> None:
    assert syntax.fields(text, ("projekt",)) == []


def test_a_field_that_narrows_is_taken_out() -> None:
    (found,) = syntax.fields("Fest  projekt:weimar am See", ("projekt",))
    assert syntax.without_fields("Fest  projekt:weimar am See", [found]) == "Fest am See"


SIGNS = st.text(alphabet=st.sampled_from('"„“-: aäß\n?x'), max_size=60)


@given(st.text(max_size=300) | SIGNS)
def test_any_text_is_read(text: str) -> None:
    typed = syntax.read(text)
    assert isinstance(typed, Typed)
    assert len(typed.phrases) <= syntax.MOST
    assert len(typed.excluded) <= syntax.MOST
    for one in syntax.fields(text, ("a", "x")):
        assert len(syntax.without_fields(text, [one])) < len(text) + 1
