"""What looks the same, and which place names stand in a text."""

import pytest

from cms.domain.lookalike import LookAlikeIndex
from cms.domain.place_names import NamedProject, find_name, projects_named


def index(*texts: str) -> LookAlikeIndex:
    made = LookAlikeIndex()
    for number, text in enumerate(texts):
        made.add(str(number), text)
    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mundpropaganda", "Mundpropaganda hilft am meisten, gerade bei Jugendlichen"),
        ("Aushänge im Treppenhaus", "Im Treppenhaus werden Aushänge gelesen"),
        ("Persönliche Gespräche mit Nachbarn", "Das persönliche Gespräch mit dem Nachbarn zählt"),
    ],
)
def test_the_same_in_other_words_is_found_from_both_sides(one, other):
    assert index(one, "Etwas ganz anderes").find(other) == ["0"]
    assert index(other, "Etwas ganz anderes").find(one) == ["0"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gute Erfahrung mit der Schule", "Gute Erfahrungen mit dem Jobcenter"),
        ("Fest", "Ein Fest im Hof mit Tischen"),
        ("", "Aushänge im Treppenhaus"),
        ("Und auch nicht", "Und auch nicht"),
        ("Sprechzeit im Waschsalon am Montag", "Waschsalon geschlossen, Treppe gesperrt"),
    ],
)
def test_a_few_common_words_are_not_enough(one, other):
    assert index(one).find(other) == []


def test_the_most_alike_comes_first():
    made = index("Mundpropaganda", "Mundpropaganda unter Nachbarn", "Plakat")
    assert made.find("Mundpropaganda unter Nachbarn") == ["1", "0"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In Weimar geht es", True),
        ("Weimarer Modell", True),
        ("(Weimar)", True),
        ("im weimar", False),
        ("Weimarhalle", False),
        ("Neuweimar", False),
    ],
)
def test_a_place_is_a_word_of_its_own(text, found):
    assert (find_name(text, ["Weimar"]) is not None) is found


def test_every_project_that_is_named_is_found_with_the_name_that_stands_there():
    projects = [
        NamedProject(1, "A", "arnstadt", ("Arnstadt", "Ilm-Kreis")),
        NamedProject(2, "B", "ilmenau", ("Ilmenau",)),
        NamedProject(3, "C", "gera", ("Gera",)),
    ]
    named = projects_named("Gerade im Ilm-Kreis und in Ilmenau", projects)
    assert [(project.id, name) for project, name in named] == [(1, "Ilm-Kreis"), (2, "Ilmenau")]
