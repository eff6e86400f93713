"""The check for personal data: what it finds, and what it leaves alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.domain.personal_data import Concern, Known, find

EXAMPLES = Path(__file__).parents[4] / "examples"


def found(text: str, known: Known | None = None) -> list[tuple[str, str]]:
    return [(str(finding.concern), finding.text) for finding in find(text, known or Known())]


@pytest.mark.parametrize(
    ("text", "concern", "passage"),
    [
        ("Wir halfen Frau M. beim Antrag.", "name", "Frau M."),
        ("Das sagte Herr Mustermann gestern.", "name", "Herr Mustermann"),
        ("Mit Herrn Dr. Beispiel gesprochen.", "name", "Herrn Dr. Beispiel"),
        ("Familie Yılmaz zog um.", "name", "Familie Yılmaz"),
        ("Dann kam Erika Mustermann dazu.", "name", "Erika Mustermann"),
        ("Dann kam Erika M. dazu.", "name", "Erika M."),
        ("Mit Klaus von Beispiel war es gut.", "name", "Klaus von Beispiel"),
        ("Schreiben an erika@beispiel.example genügt.", "email", "erika@beispiel.example"),
        ("erika (at) beispiel.example", "email", "erika (at) beispiel.example"),
        ("Ruf an: 0361 1234567.", "telephone", "0361 1234567"),
        ("Handy 0176/1234 5678", "telephone", "0176/1234 5678"),
        ("+49 (0)361 123456 ist die Nummer", "telephone", "+49 (0)361 123456"),
        ("Konto DE89 3704 0044 0532 0130 00 bitte", "iban", "DE89 3704 0044 0532 0130 00"),
        ("Konto DE89370400440532013000", "iban", "DE89370400440532013000"),
        ("Sie ist geboren am 3.5.1984.", "birth", "geboren am 3.5.1984"),
        ("(geb. 03. Mai 1984)", "birth", "geb. 03. Mai 1984"),
        ("Wohnt Musterstraße 12 im dritten Stock", "address", "Musterstraße 12"),
        ("An der Langen Gasse 4a", "address", "Langen Gasse 4a"),
        ("Eine Klientin hat hohe Schulden.", "secrecy", "Schulden"),
        ("Er ist vorbestraft und will arbeiten.", "secrecy", "vorbestraft"),
        ("Ihr Sohn hat eine Diagnose bekommen.", "secrecy", "Diagnose"),
        ("Der junge Mann kämpft mit einer Spielsucht.", "secrecy", "Spielsucht"),
    ],
)
def test_what_it_finds(text, concern, passage):
    assert (concern, passage) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Offene Sprechstunde im Waschsalon wird gut angenommen.",
        "Die Familie sucht eine Wohnung.",
        "Viele haben Schulden; die Beratung hilft.",
        "Suchtberatung und Schuldnerberatung kommen jeden Monat ins Büro.",
        "Frauen und Männer kamen zu zweit.",
        "Zwischen 2012 und 2014 kamen 120 Menschen, 35 davon regelmäßig.",
        "Am 17.07.2013 um 9.30 Uhr, wieder am 14. Mai 2014.",
        "Dienstag 14-18 Uhr, 3,50 Euro, Paragraf 16a SGB II",
        "Flyer 10.000 Stück, 80 Wörter",
        "Am Marktplatz 3 Stunden gestanden; der Umweg 20 Minuten.",
        "Konto DE89 3704 0044 0532 0130 01",  # the checksum doesn't hold
        "Die Martin Schule macht mit.",
    ],
)
def test_what_it_leaves_alone(text):
    assert found(text) == []


def test_places_and_projects_are_no_names():
    known = Known.of(["Jena", "ThINKA Jena", "Anna Viertel"])
    assert found("Familie Jena? Herr Jenaer. Anna Viertel", known) == []
    assert found("Familie Muster in Jena", known) == [("name", "Familie Muster")]


def test_a_projects_own_contacts_are_none():
    known = Known.of([], ["buero@thinka.example", "03643 / 12 34 56", "Musterstraße 1"])
    text = "Anrufen: 03643 123456, buero@thinka.example, Musterstraße 1."
    assert found(text, known) == []
    assert found("Anrufen: 03643 123457", known) == [("telephone", "03643 123457")]


def test_the_same_passage_is_found_once():
    assert found("Frau Erika Mustermann") == [("name", "Frau Erika Mustermann")]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.md")), ids=lambda path: path.name)
def test_minutes_of_an_exchange_raise_no_alarm(path):
    assert found(path.read_text(encoding="utf-8")) == []


@given(st.text(alphabet="Frau M.üß@+0123456789 DEgeb*\n", max_size=80))
def test_findings_lie_in_the_text_in_order_and_apart(text):
    end = 0
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
        assert finding.start >= end
        assert isinstance(finding.concern, Concern)
        end = finding.end
