"""Pairs of words, written as one or apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.compounds import default_splitter
from search.analysis.word_pairs import pair_tokens


@pytest.mark.parametrize(
    "text", ["Wohngebietsfest", "Fest im Wohngebiet", "Feste der Wohngebiete", "Wohngebiet Fest"]
)
def test_a_compound_and_its_words_are_the_same_pair(text: str) -> None:
    assert "fest_wohngebiet" in pair_tokens(text, default_splitter())


def test_neighbours_are_pairs_within_a_sentence() -> None:
    text = "Die Angebote für Häuser im Ort. Neues bald"
    tokens = pair_tokens(text, default_splitter())
    assert tokens == ["angebot_haus", "haus_ort", "bald_neu"]


@given(st.text(max_size=200))
def test_any_text_has_pairs_without_spaces_in_them(text: str) -> None:
    assert not any(any(map(str.isspace, token)) for token in pair_tokens(text, default_splitter()))
