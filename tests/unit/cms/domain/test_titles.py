"""The title of an entry is its first clause."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.domain.titles import ELLIPSIS, first_clause


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kurze Wege im Haus", "Kurze Wege im Haus"),
        ("Das Büro liegt zentral. Alle finden es.", "Das Büro liegt zentral"),
        ("Wie geht es weiter? Niemand weiß es.", "Wie geht es weiter?"),
        ("Hilfe z.B. Amt und z. B. Schule nutzen. Ende.", "Hilfe z.B. Amt und z. B. Schule nutzen"),
        ("Am 17. Juli war es voll. Danach nicht.", "Am 17. Juli war es voll"),
        ("Viele Gespräche etc.", "Viele Gespräche etc."),
        ("Feste Termine; alle halten sie ein", "Feste Termine"),
        ("Vermittlung im Quartier → Büro liegt vor Ort", "Vermittlung im Quartier"),
        ("Besuche zu Hause – das braucht Zeit", "Besuche zu Hause"),
        ("Presse: gute Artikel", "Presse: gute Artikel"),
        (
            "Aushänge an den Türen der Häuser: sie werden oft abgerissen, doch sie wirken länger",
            "Aushänge an den Türen der Häuser",
        ),
        (
            "Die Werbung an der Haustür wirkt am besten, gute Nachrichten werden unter Nachbarn "
            "schnell weitererzählt",
            "Die Werbung an der Haustür wirkt am besten",
        ),
        (
            "Wenn die Runde aus vielen Häusern kommt, hat das gute Folgen für alle in der Stadt",
            "Wenn die Runde aus vielen Häusern kommt, hat das gute Folgen für alle in der Stadt",
        ),
        (
            "Amt (z. B. Jugendamt; Wohnamt) einladen",
            "Amt (z. B. Jugendamt; Wohnamt) einladen",
        ),
        ("  viel \n Raum  ", "viel Raum"),
        ("", ""),
    ],
)
def test_first_clause(text: str, title: str) -> None:
    assert first_clause(text) == title


def test_an_ellipsis_stands_only_where_the_limit_cut() -> None:
    title = first_clause("Ein sehr langer Satz ohne jede Pause und ohne ein Zeichen darin", 30)
    assert title == "Ein sehr langer Satz ohne…"
    assert first_clause("Ein Satz der genau passt", 24) == "Ein Satz der genau passt"
    assert first_clause("Donaudampfschifffahrt", 10) == "Donaudamp…"


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="aB .,:;–→()„“?!z1\n", max_size=300), st.integers(5, 120))
def test_a_title_fits_and_cuts_no_word(text: str, limit: int) -> None:
    plain = " ".join(text.split())
    title = first_clause(text, limit)
    assert len(title) <= limit
    assert bool(title) == bool(plain)
    kept = title.removesuffix(ELLIPSIS)
    assert plain.startswith(kept)
    after = plain[len(kept) : len(kept) + 1]
    first_word_fits = len(plain.split(" ")[0]) < limit if plain else True
    assert not (first_word_fits and kept[-1:].isalnum() and after.isalnum())
