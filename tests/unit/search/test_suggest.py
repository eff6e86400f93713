"""What was typed so far, and which names hold it."""

import pytest

from cms.domain.reader import Reader
from search.suggest import Catalogue, Name, Suggestion, Typed, build_suggest


@pytest.mark.parametrize(
    ("text", "whole", "beginning"),
    [
        ("Fest im Wohng", ("fest",), "wohng"),
        ("Fest im ", ("fest",), ""),
        ("im ", ("im",), ""),
        ("Öff", (), "off"),
        ("oeff", (), "off"),
        ("Fest h", ("fest",), ""),
        ("Bürger:innen tref", ("burgerinnen",), "tref"),
        (" ", (), ""),
        ("?", (), ""),
    ],
)
def test_reads_finished_words_and_a_beginning(text, whole, beginning) -> None:
    assert Typed.read(text) == Typed(whole, beginning)


def test_nothing_typed_suggests_nothing() -> None:
    assert Typed.read("h").is_empty
    body = build_suggest(Typed.read(" "), Reader(), 5)
    assert body["query"]["bool"]["must"] == [{"match_none": {}}]


def name(title: str) -> Name:
    words = tuple(title.lower().split())
    return Name(Suggestion(title, "/", "Thema", "Themen"), words)


CATALOGUE = Catalogue([name("Stadtteilarbeit im Westen"), name("Westen"), name("Nachbarschaft")])


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("west", ["Westen", "Stadtteilarbeit im Westen"]),
        ("Westen stadt", ["Stadtteilarbeit im Westen"]),
        ("arb", ["Stadtteilarbeit im Westen"]),  # a part of a compound
        ("Nachbarshcaft", ["Nachbarschaft"]),
        ("Osten", []),
        ("Westen Nachbarschaft", []),
    ],
)
def test_finds_the_names_that_hold_all_words(typed, wanted) -> None:
    assert [found.suggestion.text for found in CATALOGUE.find(Typed.read(typed))] == wanted


def test_a_project_comes_before_those_that_only_have_such_a_place() -> None:
    projects = Catalogue([name("Projekt Apolda Weimarer"), name("Projekt Weimar Mitte Nord West")])
    for typed in ("wei", "Projekt wei"):
        found = projects.find(Typed.read(typed))
        assert found[0].suggestion.text == "Projekt Weimar Mitte Nord West"


def test_near_are_the_names_that_hold_any_word_or_part_of_one() -> None:
    near = CATALOGUE.near(["westen", "nachbarschaftsfest"])
    assert {found.suggestion.text for found in near} == {
        "Westen",
        "Stadtteilarbeit im Westen",
        "Nachbarschaft",
    }
    assert CATALOGUE.near(["im", "xyz"]) == []
