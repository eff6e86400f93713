"""The compound splitter, with simplemma's dictionary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.compounds import (
    CompoundSplitter,
    Vocabulary,
    default_splitter,
    nouns,
    read_dictionary,
)
from search.analysis.german import normalise


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Öffentlichkeitsarbeit", "offentlichkeit arbeit"),
        ("Oeffentlichkeitsarbeit", "offentlichkeit arbeit"),
        ("Wohngebietsfest", "wohngebiet wohn gebiet fest"),
        ("Stadtteilzentrum", "stadtteil stadt teil zentrum"),
        ("Quartiersmanagement", "quartier management"),
        ("Mundpropaganda", "mund propaganda"),
        ("Nachbarschaftshilfe", "nachbarschaft hilfe"),
        ("Jobcenter", "job center"),
        ("Jugendamt", "jugend amt"),
        ("Stadtrat", "stadt rat"),
        ("Frauenfrühstück", "frauen fruhstuck fruh stuck"),
        ("Kinderbetreuung", "kinder betreuung"),
        ("Familienzentrum", "familien zentrum"),
        ("Energieberatung", "energie beratung"),
        ("Schulsozialarbeit", "schul sozialarbeit arbeit"),
        ("Näh-kurs", ""),
        ("Nähkurs", "kurs"),
        ("Hemmschwelle", "schwelle"),
        ("Bewohnerinnen", "bewohner"),
        ("zusammenarbeiten", "arbeiten"),
    ],
)
def test_finds_the_parts(word: str, parts: str) -> None:
    assert default_splitter().parts_of_text(word) == parts.split()


SIMPLE = """
    Erfahrung Beratung Veranstaltung Entscheidung Gemeinschaft Wissenschaft Vorstand Verwaltung
    Unterstützung Vereinbarung Verantwortung Bevölkerung Verständnis Möglichkeit Erinnerungen
    Einladung Ausbildung Fest Amt ehrenamtlich unterstützen einladen
"""


@pytest.mark.parametrize("word", SIMPLE.split())
def test_leaves_simple_words_alone(word: str) -> None:
    assert default_splitter().parts(normalise(word)) == ()


def test_links_between_parts() -> None:
    splitter = CompoundSplitter(Vocabulary(frozenset({"bild", "buch", "hund", "land", "liste"})))
    assert splitter.parts("bilderbuch") == ("bild", "buch")
    assert splitter.parts("hundeliste") == ("hund", "liste")
    assert splitter.parts("landesliste") == ("land", "liste")
    assert splitter.parts("bildxbuch") == ()


def test_first_parts_may_lose_an_e_or_be_a_verb() -> None:
    splitter = CompoundSplitter(Vocabulary(frozenset({"kirche", "gruppe"}), frozenset({"sprech"})))
    assert splitter.parts("kirchgruppe") == ("kirche", "gruppe")
    assert splitter.parts("sprechgruppe") == ("gruppe",)


def test_learnt_words_become_parts() -> None:
    assert default_splitter().parts("thinkattreffen") == ()
    extended = default_splitter().extended(["thinkat"])
    assert extended.parts("thinkattreffen") == ("thinkat", "treffen")
    assert not extended.is_in_dictionary("thinkat")


def test_a_word_is_known_in_its_forms_and_as_a_compound_of_known_words() -> None:
    words = Vocabulary(frozenset({"kind", "gruppe"}), lemmas={"ging": "gehen"})
    splitter = CompoundSplitter(words)
    assert all(map(splitter.knows, ["kind", "kindes", "kindergruppen", "ging"]))
    assert not any(map(splitter.knows, ["lovelace", "kidn"]))


def test_nouns_are_capitalised_and_begin_no_sentence() -> None:
    assert nouns("Unser Thinkat, das Büro. Alle hier, ABC und Ex-Mann") == {"thinkat", "buro"}


def test_the_dictionary_is_normalised_nouns_of_4_to_14_letters() -> None:
    vocabulary = read_dictionary()
    assert {"arbeit", "offentlichkeit", "strasse"} <= vocabulary.parts
    assert not {"Arbeit", "öffentlichkeit", "amt", "offentlichkeitsarbeit"} & vocabulary.parts
    assert {"sprech", "wohn"} <= vocabulary.beginnings


def test_the_default_splitter_is_loaded_once() -> None:
    assert default_splitter() is default_splitter()


@given(st.text(alphabet="abcdefghilmnorstuz", max_size=70))
def test_parts_stand_in_their_word(word: str) -> None:
    for part in default_splitter().parts(word):
        assert part in word or part.removesuffix("e") in word


@given(st.text(max_size=200))
def test_any_text_can_be_split(text: str) -> None:
    assert all(part == normalise(part) for part in default_splitter().parts_of_text(text))
