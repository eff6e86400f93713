"""The analysis chains in Python; their agreement with Lucene is tested on a real node."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.german import (
    clean,
    exact_tokens,
    fold_innen,
    is_stop_word,
    normalise,
    prefix_tokens,
    stem,
    stem_tokens,
    suffix_tokens,
    word_matches,
    words,
)


@pytest.mark.parametrize(
    ("word", "normal"),
    [
        ("Öffentlichkeit", "offentlichkeit"),
        ("Oeffentlichkeit", "offentlichkeit"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Mäuse", "mause"),
        ("Maeuse", "mause"),
        ("Quelle", "quelle"),
        ("treue", "treue"),
        ("Auen", "auen"),
        ("Büro", "buro"),
        ("Buero", "buro"),
        ("ẞ", "ss"),
        ("", ""),
    ],
)
def test_normalises(word: str, normal: str) -> None:
    assert normalise(word) == normal


@pytest.mark.parametrize(
    ("word", "singular"),
    [("mieterinnen", "mieterin"), ("innen", "innen"), ("drinnen", "drinnen"), ("x", "x")],
)
def test_folds_innen(word: str, singular: str) -> None:
    assert fold_innen(word) == singular


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("Bürger:innen", "Bürgerinnen"),
        ("Bürger*innen und Nutzer_in", "Bürgerinnen und Nutzerin"),
        ("BürgerInnen", "Bürgerinnen"),
        ("Mitarbeiter/-innen", "Mitarbeiterinnen"),
        ("Mitarbeiter/in", "Mitarbeiterin"),
        ("Wohn\u00adgebiet", "Wohngebiet"),
        ("Bu\u0308ro", "Büro"),
        ("drinnen und Inhalt", "drinnen und Inhalt"),
        ("Termin: in Jena", "Termin: in Jena"),
    ],
)
def test_cleans_what_people_paste(pasted: str, cleaned: str) -> None:
    assert clean(pasted) == cleaned


def test_cuts_words_like_the_standard_tokenizer() -> None:
    text = "Z.B. am 3.5. um 14:30: Jena-Ost, »Müller's« 1.000,50 €"
    assert words(text) == [
        "Z.B",
        "am",
        "3.5",
        "um",
        "14",
        "30",
        "Jena",
        "Ost",
        "Müller's",
        "1.000,50",
    ]


@given(st.text())
def test_spans_are_where_the_words_are(text: str) -> None:
    assert [match.group() for match in word_matches(text)] == words(text)
    assert all(text[slice(*match.span())] == match.group() for match in word_matches(text))


def test_stems_join_the_forms_of_a_word() -> None:
    for forms in ("Erfahrung Erfahrungen", "Angebot Angebots Angeboten", "Mieterin Mieterinnen"):
        assert len({stem(word) for word in forms.split()}) == 1


def test_the_stem_chain_leaves_out_stop_words() -> None:
    assert stem_tokens("Die Angebote für das Quartier") == ["angebot", "quarti"]
    assert is_stop_word("Für")
    assert not is_stop_word("Quartier")


def test_the_other_chains() -> None:
    assert exact_tokens("Die Angebote für Häuser") == ["die", "angebote", "fur", "hauser"]
    assert prefix_tokens("Büro") == ["bu", "bur", "buro"]
    assert prefix_tokens("a") == []
    assert suffix_tokens("Büros im") == ["buros", "uros"]
    assert max(map(len, prefix_tokens("Öffentlichkeitsarbeit"))) == 15
