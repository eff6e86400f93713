"""Which office is near, by place name and by postcode."""

from hypothesis import given
from hypothesis import strategies as st

from cms.domain.nearest import Place, nearest, postcode_distance

PLACES = [
    Place(1, "07743", "Jena Büro Lobeda"),
    Place(2, "99425", "Weimar Stadtteilbüro"),
    Place(3, "98574", "Schmalkalden"),
    Place(4, "04626", "Schmölln Gößnitz"),
    Place(5, "", "Ort ohne Postleitzahl"),
]


def test_a_postcode_orders_by_the_digits_it_shares():
    answer = nearest("99423", PLACES)
    assert answer.understood
    assert answer.keys == (2, 3, 1, 4, 5)
    assert nearest("07745 ", PLACES).keys[0] == 1
    assert nearest("D-99423 Dorf", [*PLACES, Place(6, "07000", "Dorf")]).keys[0] == 6
    assert nearest("D-99423", [*PLACES, Place(6, "07000", "Dorf")]).keys[0] == 2


def test_a_name_comes_first_and_its_neighbours_follow():
    assert nearest("jena", PLACES).keys[:2] == (1, 4)
    assert nearest("Lobeda", PLACES).keys[0] == 1
    assert nearest("Goessnitz", PLACES).keys[0] == 4
    assert nearest("GÖẞNITZ", PLACES).keys[0] == 4
    assert nearest("99425 Weimar", PLACES).keys[0] == 2


def test_the_beginning_of_a_name_is_enough_but_every_word_must_fit():
    assert nearest("Schma", PLACES).keys[0] == 3
    assert not nearest("Weimar Nirgendwo", PLACES).understood


def test_what_is_neither_is_not_understood():
    for question in ("", "Hamburg", "123", "994255", "%'; --"):
        assert nearest(question, PLACES).keys == ()


def test_a_place_without_postcode_is_far_not_an_error():
    assert postcode_distance("99423", "") == (5, 100_000)
    assert nearest("Ort", PLACES).keys[0] == 5


@given(st.text(max_size=40))
def test_any_text_has_an_answer_with_every_place_once_or_none(question):
    keys = nearest(question, PLACES).keys
    assert keys == () or sorted(keys) == [1, 2, 3, 4, 5]
