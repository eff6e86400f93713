"""Which phrases the office's list adds to what somebody types."""

import pytest

from cms.domain.synonyms import Synonym
from search.synonyms import MOST_PHRASES, Synonyms
from search.text_query import QueryText

LIST = Synonyms(
    [
        Synonym("GWA", ("Gemeinwesenarbeit",)),
        Synonym("Jobcenter", ("ARGE", "Arbeitsgemeinschaft nach SGB II")),
        Synonym("ALG II", ("Bürgergeld",)),
        Synonym("LAP", ("Lokaler Aktionsplan",)),
        Synonym("ÖPNV", ("öffentlicher Nahverkehr",), both_ways=False),
        Synonym("und", ("sowie",)),
    ]
)


def expand(text: str) -> tuple[str, ...]:
    return LIST.expand(QueryText.read(text).words)


@pytest.mark.parametrize(
    "typed", ["GWA", "gwa", "Gwa", "G.W.A.", "die GWAs", "GWA-Projekt", "Was ist GWA?"]
)
def test_an_abbreviation_is_known_however_it_is_typed(typed: str) -> None:
    assert expand(typed) == ("Gemeinwesenarbeit",)


@pytest.mark.parametrize(
    "typed", ["Gemeinwesenarbeit", "gemeinwesenarbeiten", "Gemeinwesen-Arbeit"]
)
def test_a_meaning_finds_the_abbreviation_in_any_form(typed: str) -> None:
    assert expand(typed) == ("GWA",)


@pytest.mark.parametrize("typed", ["ALG II", "ALG-II", "alg ii", "ALGII", "bei ALG II beraten"])
def test_a_hyphen_or_a_blank_does_not_matter(typed: str) -> None:
    assert expand(typed) == ("Bürgergeld",)


@pytest.mark.parametrize("typed", ["lokale Aktionspläne", "im Lokalen Aktionsplan"])
def test_a_phrase_may_be_inflected_in_each_of_its_words(typed: str) -> None:
    assert expand(typed) == ("LAP",)


def test_everybody_of_a_group_finds_all_others() -> None:
    assert expand("Mitarbeiter der Jobcenter") == ("ARGE", "Arbeitsgemeinschaft nach SGB II")
    assert expand("ARGEn") == ("Jobcenter", "Arbeitsgemeinschaft nach SGB II")
    assert expand("Arbeitsgemeinschaften nach SGB II") == ("Jobcenter", "ARGE")


def test_one_way_is_one_way() -> None:
    assert expand("ÖPNV") == expand("oepnv") == ("öffentlicher Nahverkehr",)
    assert expand("öffentlicher Nahverkehr") == ()


@pytest.mark.parametrize(
    "typed", ["Ärger im Haus", "Lappen", "Aktionsplan", "ALG", "dies und das", "", "?!", "-"]
)
def test_other_words_mean_nothing_else(typed: str) -> None:
    assert expand(typed) == ()


def test_a_text_that_meets_very_much_is_asked_no_more_than_the_most() -> None:
    many = Synonyms([Synonym("alles", tuple(f"Wort{number}" for number in range(100)))])
    assert len(many.expand(["alles"])) == 0  # a stop word means nothing
    many = Synonyms([Synonym("Haus", tuple(f"Wort{number}" for number in range(100)))])
    assert len(many.expand(["Haus"])) == MOST_PHRASES
