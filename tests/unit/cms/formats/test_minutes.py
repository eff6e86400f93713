"""How documents are understood as minutes: headings, sections, discussions, outcomes, notes."""

from collections import Counter

import pytest

from cms.domain.minutes import Entry, Minutes, TableMinutes
from cms.formats.markdown import read_blocks
from cms.formats.minutes import interpret
from tests.unit.cms.formats.every_word import lost_words, words_of_document


def understood(text: str) -> Minutes:
    """Interpret a text and prove that no word of it is lost."""
    document = read_blocks(text.encode())
    minutes = interpret(document)
    assert lost_words(words_of_document(document), minutes) == Counter()
    return minutes


def table(text: str) -> TableMinutes:
    (found,) = understood(f"## Tisch 1: Netz\n\n{text}").tables
    return found


def flat(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.kind.value, entry.text) for entry in entries]


def sides(entry: Entry) -> list[tuple[str, str]]:
    return [(argument.side.value, argument.text) for argument in entry.arguments]


WHOLE = """
Protokoll des 4. Erfahrungsaustauschs
=====================================
Datum: 12.03.2015
Ort: Gera, Rathaus
Teilnehmende: 24 Personen

Alle kamen gern.

## Programm
1. Begrüßung
2. Tische
   - Tisch 1: Netzwerkarbeit
   - Tisch 2: Presse

## Tisch 1 – Netzwerkarbeit – Erika Muster

*Was lief gut?*
* Erste Sache
* Zweite Sache
  geht weiter

_Was lief nicht?_
+ Erster Ärger

Vereinbarungen: Alle schicken ihre Adressen.

Zusammenfassung für das Plenum:
Es lief gut.

## Tisch 2 – Presse
Moderation: Frau Beispiel (Stadt Gera), Max Muster

| Positiv | Negativ |
|---------|---------|
| Viele Artikel | Wenig Platz |

### Ideen
- Eine Idee

## Plenum
Die Tische stellten vor.

## Nächste Schritte
- Liste anlegen
"""


def test_whole_minutes() -> None:
    minutes = understood(WHOLE)
    assert minutes.title == "Protokoll des 4. Erfahrungsaustauschs"
    assert (str(minutes.date), minutes.place, minutes.number) == ("2015-03-12", "Gera, Rathaus", 4)
    assert minutes.introduction == ["Alle kamen gern."]
    assert minutes.programme[:2] == ["Begrüßung", "Tische"]
    assert minutes.notes == ["24 Personen"]
    assert minutes.plenary == ["Die Tische stellten vor."]
    assert flat(minutes.entries) == [("follow_up", "Liste anlegen")]
    first, second = minutes.tables
    assert flat(first.entries) == [
        ("good", "Erste Sache"),
        ("good", "Zweite Sache geht weiter"),
        ("bad", "Erster Ärger"),
        ("decision", "Alle schicken ihre Adressen."),
    ]
    assert first.summary == ["Es lief gut."]
    assert [m.name for m in second.moderators] == ["Frau Beispiel", "Max Muster"]
    assert flat(second.entries) == [("good", "Viele Artikel"), ("bad", "Wenig Platz")]
    assert second.notes == ["Ideen", "Eine Idee"]
    assert [(loss.place.number, loss.text) for loss in minutes.losses] == [
        (38, "Ideen"),
        (39, "Eine Idee"),
    ]
    assert all(loss.reason for loss in minutes.losses)


def test_sections_above_their_tables() -> None:
    minutes = understood(
        "# Gute Erfahrungen\n## Tisch 1: Netz\n- a\n## Tisch 2: Presse\n- b\n"
        "# Schlechte Erfahrungen\n## Tisch 1: Netz\n- c\n## Tisch 2: Presse\n- d\n# Beschlüsse\n- e"
    )
    assert [flat(found.entries) for found in minutes.tables] == [
        [("good", "a"), ("bad", "c")],
        [("good", "b"), ("bad", "d")],
    ]
    assert flat(minutes.entries) == [("decision", "e")]


def test_a_text_without_any_markup() -> None:
    minutes = understood(
        "Austausch in Jena am 3. Mai 2016\n\nTISCH 1: NETZ\n(Moderation: Erika Muster)\n\n"
        "POSITIV:\n– eins\n– zwei\n\nNEGATIV:\n– drei\n\nTISCH 2\nÖffentlichkeitsarbeit\n"
        "Moderatorin: Frau Test\n\nGut\nErste Erfahrung.\n\nZweite Erfahrung.\n\nNEUTRAL: vier"
    )
    assert [(t.title, [m.name for m in t.moderators]) for t in minutes.tables] == [
        ("NETZ", ["Erika Muster"]),
        ("Öffentlichkeitsarbeit", ["Frau Test"]),
    ]
    assert flat(minutes.tables[0].entries) == [("good", "eins"), ("good", "zwei"), ("bad", "drei")]
    assert flat(minutes.tables[1].entries) == [
        ("good", "Erste Erfahrung."),
        ("good", "Zweite Erfahrung."),
        ("neutral", "vier"),
    ]
    assert (str(minutes.date), minutes.place) == ("2016-05-03", "Jena")


def test_headings_as_list_items() -> None:
    minutes = understood(
        "- **Tisch 1: Netz**\n  - Gute Erfahrungen\n    - a\n      - a1\n  - Schlechte "
        "Erfahrungen\n    - b\n\n1. Tisch 2: Presse\n   1. Gut\n      - c\n   2. Schlecht\n"
        "      - d"
    )
    assert [flat(found.entries) for found in minutes.tables] == [
        [("good", "a"), ("bad", "b")],
        [("good", "c"), ("bad", "d")],
    ]
    assert minutes.tables[0].entries[0].points == ["a1"]


def test_no_blank_lines_at_all() -> None:
    minutes = understood(
        "Tisch 1: Netz\nModeration: Erika Muster\nGute Erfahrungen:\n- a\n- b\nSchlechte "
        "Erfahrungen:\n- c\nTisch 2: Presse\nGute Erfahrungen\n- d\nDiskussion\n- e?\nVorteile: f"
    )
    assert [flat(found.entries) for found in minutes.tables] == [
        [("good", "a"), ("good", "b"), ("bad", "c")],
        [("good", "d"), ("discussion", "e?")],
    ]
    assert sides(minutes.tables[1].entries[1]) == [("pro", "f")]


def test_items_that_say_what_they_are() -> None:
    found = table("- (+) a\n- (-) b\n- Positiv: c\n\n+ d\n- e\n")
    assert flat(found.entries) == [("good", "a"), ("bad", "b"), ("good", "c")]
    found = table("+ d\n- e\n")
    assert flat(found.entries) == [("good", "d"), ("bad", "e")]


def test_sub_points_and_what_stands_below_them() -> None:
    (entry,) = table("Gut:\n- a:\n  - b\n    - c\n  - d").entries
    assert (entry.text, entry.points) == ("a:", ["b\n– c", "d"])


@pytest.mark.parametrize(
    "text",
    [
        "- Seite?\n  - Vorteil: a\n  - Nachteile:\n    - b\n    - c",
        "- Seite?\n  - Pro\n    - a\n  - Kontra:\n    - b\n    - c",
        "- Seite?\n- Vorteil: a\n- Nachteile:\n  - b\n  - c",
        "- Seite?\n  - Dafür: a\n  - Dagegen: b\n  - Dagegen: c",
        "- Seite?\n  - Vorteile:\n  - a\n  - Nachteile:\n  - b\n  - c",
        "- Seite?\n  + a\n  - b\n  - c",
        "Seite?\n\nVorteile:\n- a\n\nNachteile:\n- b\n- c",
        "**Seite?**\n\n- Pro: a\n- Contra: b\n- Contra: c",
        "#### Seite?\n##### Vorteile\n- a\n##### Nachteile\n- b\n- c",
        "| Thema | Pro | Contra |\n|---|---|---|\n| Seite? | a | b<br>c |",
    ],
)
def test_discussions(text: str) -> None:
    (entry,) = table(f"### Diskussion\n\n{text}").entries
    assert flat([entry]) == [("discussion", "Seite?")]
    assert sides(entry) == [("pro", "a"), ("contra", "b"), ("contra", "c")]


def test_a_discussion_of_the_table_itself() -> None:
    minutes = understood(
        "## Tisch 1: Seite, ja oder nein?\n### Diskussion\n#### Vorteile\n- a\n#### Nachteile\n"
        "- b\n"
        "## Tisch 2: Plakat\n### Debatte\n- Pro: c\n- Contra: d"
    )
    assert [flat(found.entries) for found in minutes.tables] == [
        [("discussion", "Seite, ja oder nein?")],
        [("discussion", "Plakat")],
    ]
    assert [sides(found.entries[0]) for found in minutes.tables] == [
        [("pro", "a"), ("contra", "b")],
        [("pro", "c"), ("contra", "d")],
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Moderation: Erika Muster, Jobcenter",
        "(Erika Muster, Jobcenter)",
        "Erika Muster (Jobcenter)",
        "*Moderation:*\n\nErika Muster, Jobcenter",
        "**Moderation**\n\nErika Muster, Jobcenter",
    ],
)
def test_moderators_below_the_heading(line: str) -> None:
    found = table(f"{line}\n\nGut:\n- a")
    assert [(m.name, m.organisation) for m in found.moderators] == [("Erika Muster", "Jobcenter")]
    assert (found.title, found.notes) == ("Netz", [])


def test_several_topics_as_headings() -> None:
    found = table(
        "**Diskussion**\n\n**Seite?**\n\nPro: a\n\n**Zugang**\n\nEr fehlt noch.\n\n"
        "**Bild**\n- viele"
    )
    assert flat(found.entries) == [
        ("discussion", "Seite?"),
        ("discussion", "Zugang"),
        ("discussion", "Bild"),
    ]
    assert [entry.points for entry in found.entries] == [[], ["Er fehlt noch."], ["viele"]]


def test_decisions_within_a_discussion() -> None:
    found = table(
        "### Debatte\n- Es wurde lange geredet\n- Man einigte sich auf eine Liste.\n"
        "- Beschluss: Alle kommen.\n- Seite?\n  - Ergebnis offen\n"
        "  - Es wurde vereinbart, zu warten."
    )
    assert flat(found.entries) == [
        ("discussion", "Es wurde lange geredet"),
        ("decision", "Man einigte sich auf eine Liste."),
        ("decision", "Alle kommen."),
        ("discussion", "Seite?"),
        ("decision", "Es wurde vereinbart, zu warten."),
    ]


def test_an_agreement_is_no_decision_outside_a_discussion() -> None:
    found = table("Gut:\n- Mit dem Amt wurde eine feste Zeit vereinbart.")
    assert flat(found.entries) == [("good", "Mit dem Amt wurde eine feste Zeit vereinbart.")]


def test_a_closing_paragraph_with_promises() -> None:
    minutes = understood(
        "## Tisch 1: Netz\n### Diskussion\n- Seite?\n\n"
        "Die Fragen werden im nächsten Treffen weiter besprochen. "
        "Das Büro wird eine Liste anlegen und die Termine abfragen. Es war laut."
    )
    (found,) = minutes.tables
    assert flat(found.entries) == [
        ("discussion", "Seite?"),
        ("follow_up", "Das Büro wird eine Liste anlegen."),
        ("follow_up", "Das Büro wird die Termine abfragen."),
    ]
    assert found.notes == [
        "Die Fragen werden im nächsten Treffen weiter besprochen.",
        "Es war laut.",
    ]
    assert [loss.text for loss in minutes.losses] == ["Es war laut."]


def test_a_paragraph_between_items_is_an_entry() -> None:
    found = table("Gut:\n- a\n\nOhne Strich\n\n- b")
    assert flat(found.entries) == [("good", "a"), ("good", "Ohne Strich"), ("good", "b")]


def test_a_line_that_leads_to_a_list_is_no_entry() -> None:
    found = table("Gut:\n\nFolgende Erfahrungen wurden genannt:\n\n- a\n- b")
    assert flat(found.entries) == [("good", "a"), ("good", "b")]


def test_nothing_said_is_no_entry() -> None:
    assert table("Gut:\n- keine\n\nSchlecht: –\n\nNeutral:\n\nentfällt").entries == []


def test_other_sections() -> None:
    minutes = understood(
        "## Tisch 1: Netz\nEs waren viele da.\n### Nächste Schritte\n1) a\n2) b\n"
        "### Fazit\nGut so.\n"
        "### Weitere Punkte\n- c\n## Plenum\n- d\n\n## Wetter\nSonne."
    )
    (found,) = minutes.tables
    assert flat(found.entries) == [("follow_up", "a"), ("follow_up", "b"), ("neutral", "c")]
    assert found.summary == ["Gut so."]
    assert found.notes == ["Es waren viele da."]
    assert minutes.plenary == ["d"]
    assert minutes.notes == ["Wetter", "Sonne."]
    assert [loss.text for loss in minutes.losses] == ["Es waren viele da.", "Wetter", "Sonne."]


def test_tables_announced_in_the_programme_are_no_tables() -> None:
    minutes = understood(
        "# Austausch\n\nEs gab zwei Tische:\n\nTisch 1: Netz\n\nTisch 2: Presse\n\n"
        "Dann begann es.\n\n"
        "## Tisch 1: Netz\nGut:\n- a\n\n## Tisch 2: Presse\nGut:\n- b"
    )
    assert [flat(found.entries) for found in minutes.tables] == [[("good", "a")], [("good", "b")]]
    assert len(minutes.introduction) == 4


def test_a_section_beside_the_tables_is_of_the_event_where_levels_are_tidy() -> None:
    tidy = "## Tisch 1: Netz\n### Gut\n- a\n## Tisch 2: Presse\n### Gut\n- b\n## {}\n- c"
    minutes = understood(tidy.format("Beschlüsse"))
    assert flat(minutes.entries) == [("decision", "c")]
    assert understood(tidy.format("Fazit")).plenary == ["c"]
    untidy = tidy.replace("## Tisch 1", "# Tisch 1").format("Beschlüsse")
    assert flat(understood(untidy).tables[1].entries) == [("good", "b"), ("decision", "c")]


def test_a_title_in_two_headings() -> None:
    minutes = understood("# Protokoll\n\n**Austausch am 5. Juni 2019 in Gera**\n\n## Tisch 1: Netz")
    assert minutes.title == "Protokoll – Austausch am 5. Juni 2019 in Gera"
    assert (str(minutes.date), minutes.place) == ("2019-06-05", "Gera")


def test_boxes_to_tick() -> None:
    found = table("Aufgaben:\n- [ ] a\n- [x] b")
    assert flat(found.entries) == [("follow_up", "a"), ("follow_up", "b")]


def test_two_tables_of_the_same_number_stay_two() -> None:
    minutes = understood("## Tisch 2: Netz\nGut:\n- a\n## Tisch 2: Presse\nGut:\n- b")
    assert [(t.number, t.title) for t in minutes.tables] == [(2, "Netz"), (2, "Presse")]


def test_any_other_business_at_the_end_is_no_experience() -> None:
    minutes = understood(
        "## Tisch 1: Netz\nGut:\n- a\n\n## Plenum\nb\n\n## Verschiedenes\n- Termin"
    )
    assert minutes.entries == []
    assert minutes.notes == ["Verschiedenes", "Termin"]


def test_entries_without_a_table() -> None:
    minutes = understood("# Gute Erfahrungen\n- a\n\n# Beschluss\n- b")
    assert minutes.tables == []
    assert flat(minutes.entries) == [("good", "a"), ("decision", "b")]
