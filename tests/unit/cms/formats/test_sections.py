"""The names of sections, tables, people and dates in the ways people write them."""

from datetime import date

import pytest

from cms.formats.arguments import arguments_in
from cms.formats.event_facts import find_date, find_number, find_place
from cms.formats.moderators import moderators_of_line
from cms.formats.sections import Section, section_by_start, section_of
from cms.formats.statements import Statement, promises, statement_of
from cms.formats.table_headings import table_heading

NAMES = {
    Section.GOOD: "Gute Erfahrungen:|Positive Erfahrungen|Was lief gut?|Was lief besonders gut|"
    "Stärken|hat funktioniert|Was hat gut funktioniert?|POSITIV|Das hat sich bewährt|Erfolge|"
    "1. Gute Erfahrungen|a) Was gut lief|Gut|Positive Aspekte|+|Best Practice|2.1 Gute Erfahrungen|"
    "Was ist gelungen?|Was hat geklappt?|Gute Erfahrungen (positiv)|👍 Gut gelaufen|Pluspunkte",
    Section.BAD: "Schlechte Erfahrungen|Negative Erfahrungen:|Schwierigkeiten|Was lief nicht?|"
    "Was lief nicht so gut?|Stolpersteine|Probleme|Was lief schlecht|Was hat nicht funktioniert?|"
    "Herausforderungen|Negatives|Weniger gute Erfahrungen|Hürden und Hindernisse|Schwächen|-|"
    "Das lief nicht gut|Was war schwierig?|Kritikpunkte|Nicht so gut gelaufen|Verbesserungsbedarf",
    Section.NEUTRAL: "Neutrale Punkte|neutral|Unentschieden|Sonstiges|Gemischte Erfahrungen|"
    "Weder noch|Teils, teils|Weitere Punkte|Sonstige Punkte|Weder gut noch schlecht",
    Section.DISCUSSION: "Diskussion|Debatte:|Diskussionspunkte|Offene Fragen|Strittig|"
    "Strittige Punkte|Pro und Contra|Vor- und Nachteile|Diskussion und offene Fragen",
    Section.DECISION: "Beschluss|Beschlüsse:|Entscheidungen|Vereinbarungen|Festlegungen|"
    "Getroffene Vereinbarungen|Gefasste Beschlüsse|Vereinbart wurde",
    Section.FOLLOW_UP: "Weiterverfolgung|Was soll weiter verfolgt werden?|Offene Punkte|"
    "Was soll weiterverfolgt werden|Nächste Schritte|Aufgaben|To do|To-do|ToDos|Maßnahmen|"
    "Weiteres Vorgehen|Wie geht es weiter?|Weiter zu verfolgen|Die nächsten Schritte",
    Section.SUMMARY: "Zusammenfassung|Zusammenfassung für das Plenum|für das Plenum|Fazit",
    Section.PLENARY: "Plenum|Im Plenum|Diskussion im Plenum|Abschlussplenum|Abschlussrunde",
    Section.PROGRAMME: "Programm|Ablauf|Tagesordnung|Agenda|Programm und Ablauf",
    Section.ATTENDANCE: "Teilnehmende|Anwesende|Protokollantin|Teilnehmerliste",
    Section.UMBRELLA: "Erfahrungen|Ergebnisse|Gute und schlechte Erfahrungen|Thementische",
    Section.PRO: "Vorteile|Vorteil:|Pro|Dafür|Argumente dafür",
    Section.CONTRA: "Nachteile:|Contra|Kontra|Dagegen spricht",
}
NO_NAMES = (
    "Mundpropaganda|Gute Zusammenarbeit mit Schulen|Öffentlichkeitsarbeit|Tisch 1: Netz|Kosten|"
    "Nachteil: zu teuer|Es läuft gut.|Die Arbeit|Wetter|Protokoll|"
)


@pytest.mark.parametrize(
    ("name", "section"),
    [(name, section) for section, names in NAMES.items() for name in names.split("|")],
)
def test_names_of_sections(name: str, section: Section) -> None:
    assert section_of(name) is section
    assert section_of(f"  {name.upper()} ") is section


@pytest.mark.parametrize("text", NO_NAMES.split("|"))
def test_ordinary_texts_name_no_section(text: str) -> None:
    assert section_of(text) is None


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Gute Erfahrungen mit Schulen", Section.GOOD),
        ("1. Probleme bei der Ansprache", Section.BAD),
        ("Diskussion zum Plakat", Section.DISCUSSION),
        ("Nächste Schritte bis zum Herbst", Section.FOLLOW_UP),
        ("Gute Zusammenarbeit", None),
        ("Probleme gab es bei der Ansprache.", None),
    ],
)
def test_headings_that_start_with_a_name(heading: str, section: Section | None) -> None:
    assert section_by_start(heading) is section


@pytest.mark.parametrize(
    ("heading", "number", "title", "names"),
    [
        ("Tisch 1: Presse (Erika Muster)", 1, "Presse", ["Erika Muster"]),
        ("Tisch 2 - Netzwerkarbeit", 2, "Netzwerkarbeit", []),
        ("Tisch 2 – Netzwerkarbeit – Erika Muster", 2, "Netzwerkarbeit", ["Erika Muster"]),
        ("Tisch 2 – Presse – Soziale Medien", 2, "Presse – Soziale Medien", []),
        ("Thementisch III", 3, "", []),
        ("Tisch eins: Ämter", 1, "Ämter", []),
        ("TISCH 1", 1, "", []),
        ("2. Tisch: Netz", 2, "Netz", []),
        ("Dritter Tisch: Netz", 3, "Netz", []),
        ("Tisch Nr. 4: Netz (vor Ort)", 4, "Netz (vor Ort)", []),
        ("Tisch 3 Netzwerkarbeit", 3, "Netzwerkarbeit", []),
        ("Tisch Öffentlichkeit", None, "Öffentlichkeit", []),
        ("2.1 Tisch 5: Netz, Moderation: Frau Muster (AWO)", 5, "Netz", ["Frau Muster"]),
        ("Tisch 1 (Erika Muster)", 1, "", ["Erika Muster"]),
        ("Tisch IV – Ämter (moderiert von Jana Test)", 4, "Ämter", ["Jana Test"]),
        ("Tisch 3: Herausforderungen", 3, "Herausforderungen", []),
        ("Ergebnisse von Tisch 2: Presse", 2, "Presse", []),
        ("Tisch 4 „Offene Türen“", 4, "Offene Türen", []),
    ],
)
def test_headings_of_tables(heading: str, number: int, title: str, names: list[str]) -> None:
    found = table_heading(heading, is_heading=True)
    assert found is not None
    assert (found.number, found.title) == (number, title)
    assert [moderator.name for moderator in found.moderators] == names


def test_a_table_heading_may_name_its_section() -> None:
    found = table_heading("Tisch 1: Netz – Gute Erfahrungen", is_heading=True)
    assert found is not None
    assert (found.title, found.section) == ("Netz", Section.GOOD)


@pytest.mark.parametrize(
    "text",
    [
        "Tischgespräche",
        "Tisch 1 war gut besucht",
        "Tisch 1: Alle sagten, dass es läuft.",
        "Am Tisch 1: viel Betrieb",
        "Tische",
        "Tisch",
    ],
)
def test_sentences_about_tables_are_no_headings(text: str) -> None:
    assert table_heading(text, is_heading=False) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Moderation: Erika Muster", [("Erika Muster", "")]),
        ("Moderation: A B (Träger e.V.), C D", [("A B", "Träger e.V."), ("C D", "")]),
        ("Moderatorin: Frau Dr. Test", [("Frau Dr. Test", "")]),
        (
            "(Moderation: Erika Muster und Max Beispiel)",
            [("Erika Muster", ""), ("Max Beispiel", "")],
        ),
        ("Moderiert von Erika Muster, Jobcenter", [("Erika Muster", "Jobcenter")]),
        ("Moderator/in: Erika Muster", [("Erika Muster", "")]),
        (
            "Moderator*innen: Erika Muster & Max Beispiel",
            [("Erika Muster", ""), ("Max Beispiel", "")],
        ),
        ("Leitung und Team waren zufrieden", []),
        ("Moderation der Seite kostet Zeit", []),
    ],
)
def test_lines_of_moderators(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.name, m.organisation) for m in moderators_of_line(line)] == expected


@pytest.mark.parametrize(
    ("text", "day", "place"),
    [
        ("17.07.2013 in Weimar", date(2013, 7, 17), "Weimar"),
        ("17. Juli 2013", date(2013, 7, 17), ""),
        ("Weimar, den 17. Juli 2013", date(2013, 7, 17), "Weimar"),
        ("Mittwoch, 17.07.2013, 10 bis 15 Uhr", date(2013, 7, 17), ""),
        ("2013-07-17", date(2013, 7, 17), ""),
        ("am 17./18.07.2013 in Jena, Bürgerhaus", date(2013, 7, 17), "Jena, Bürgerhaus"),
        ("Austausch in Jena am 3. Mai 2016", date(2016, 5, 3), "Jena"),
        ("17.7.13 in Bad Salzungen", date(2013, 7, 17), "Bad Salzungen"),
        ("kamen am 17. Juli 2013 in Gera alle zusammen", date(2013, 7, 17), "Gera"),
        ("32.13.2013", None, ""),
        ("Version 1.2.3", None, ""),
    ],
)
def test_dates_and_places(text: str, day: date | None, place: str) -> None:
    assert find_date(text) == day
    assert find_place(text) == place


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3. Erfahrungsaustausch", 3),
        ("Dritter Erfahrungsaustausch der Projekte", 3),
        ("Protokoll des ersten Erfahrungsaustauschs", 1),
        ("Erfahrungsaustausch Nr. 4", 4),
        ("1. Netz-Erfahrungsaustausch", 1),
        ("III. Erfahrungsaustausch", 3),
        ("Seit dem zweiten Erfahrungsaustausch", None),
        ("beim nächsten Erfahrungsaustausch", None),
    ],
)
def test_numbers_of_events(text: str, number: int | None) -> None:
    assert find_number(text) == number


@pytest.mark.parametrize(
    ("text", "head", "marked"),
    [
        ("Vorteile:", "", [("pro", "")]),
        ("Nachteil: zu teuer", "", [("contra", "zu teuer")]),
        ("Pro – schnell", "", [("pro", "schnell")]),
        (
            "Flyer? Pro: schnell / Contra: teuer",
            "Flyer?",
            [("pro", "schnell"), ("contra", "teuer")],
        ),
        ("Flyer (Vorteil: schnell)", "Flyer", [("pro", "schnell")]),
        ("Das ist ein Vorteil.", "Das ist ein Vorteil.", []),
        ("Produkte: viele", "Produkte: viele", []),
    ],
)
def test_arguments(text: str, head: str, marked: list[tuple[str, str]]) -> None:
    found_head, found = arguments_in(text)
    assert found_head == head
    assert [(argument.side.value, argument.text) for argument in found] == marked


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Zustimmung erfolgte für den Vorschlag.", Statement.DECISION),
        ("Es wurde vereinbart, dass keine Seite angelegt wird.", Statement.DECISION),
        ("Man einigte sich auf eine Liste.", Statement.DECISION),
        ("Alle stimmten dem Vorschlag zu.", Statement.DECISION),
        ("Es wurde noch nichts beschlossen.", Statement.OTHER),
        ("Es gab keine Einigung.", Statement.OTHER),
        ("Soll eine Liste beschlossen werden?", Statement.OTHER),
        ("Es wurde lange diskutiert.", Statement.OTHER),
        ("Die Themen werden beim nächsten Treffen weiter besprochen.", Statement.CARRIED),
        ("Das Thema wurde vertagt.", Statement.CARRIED),
        ("Das Büro wird bis zum nächsten Treffen eine Liste erstellen.", Statement.PROMISE),
        ("Die Stadt übernimmt die Einladung.", Statement.PROMISE),
        ("Eine Liste soll angelegt werden.", Statement.PROMISE),
        ("Das Projekt wird von der Stadt getragen.", Statement.OTHER),
        ("Die Projekte werden oft falsch verstanden.", Statement.OTHER),
        ("Die Methode wird als positiv bewertet.", Statement.OTHER),
    ],
)
def test_what_a_sentence_does(sentence: str, expected: Statement) -> None:
    assert statement_of(sentence) is expected


def test_each_promise_of_a_sentence_stands_alone() -> None:
    assert promises("Das Büro wird eine Liste anlegen und die Termine abfragen.") == [
        "Das Büro wird eine Liste anlegen.",
        "Das Büro wird die Termine abfragen.",
    ]
    assert promises("Bis Mai wird das Büro eine Liste anlegen und die Termine abfragen.") == [
        "Bis Mai wird das Büro eine Liste anlegen.",
        "Das Büro wird die Termine abfragen.",
    ]
    assert promises("Das Büro wird fragen und bis Mai eine Liste anlegen.")[1:] == [
        "Das Büro wird bis Mai eine Liste anlegen."
    ]
    for whole in (
        "Das Büro wird die Ergebnisse sammeln und auswerten.",
        "Das Büro wird Flyer und Plakate erstellen.",
        "Das Büro wird die Liste anlegen und allen Projekten schicken.",
        "Das Büro wird die Liste anlegen und an alle Projekte schicken.",
    ):
        assert promises(whole) == [whole]
