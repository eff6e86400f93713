"""Six hundred further texts of the guide's subjects, composed from a few pieces each.

They only make the judged texts harder to find: no query means one of them.
"""

from itertools import product

_WHAT = (
    ("Kochabend", "kochten die Teilnehmenden mit einfachen Mitteln"),
    ("Bewegungsangebot", "bewegten sich alle nach Musik"),
    ("Bastelrunde", "entstanden Laternen und Karten"),
    ("Elterncafé", "sprachen Mütter und Väter über Erziehung"),
    ("Gesprächskreis", "ging es um Sorgen und Hoffnungen"),
    ("Infostand", "erklärten Fachleute Anträge und Rechte"),
    ("Spielenachmittag", "spielten Kinder und Alte miteinander"),
    ("Computerkurs", "übten Anfänger den Umgang mit dem Rechner"),
    ("Straßenaktion", "kamen Nachbarn ins Gespräch"),
    ("Ausflug", "sahen viele zum ersten Mal die Burg"),
)
_WHERE = (
    ("in der Begegnungsstätte", "Die Räume der Begegnungsstätte waren hell und gut zu erreichen."),
    ("im Stadtpark", "Im Stadtpark fehlte ein Dach, bei Regen wurde verschoben."),
    ("im Gemeindesaal", "Der Gemeindesaal kostete nichts, musste aber selbst gereinigt werden."),
    ("auf dem Marktplatz", "Der Marktplatz war laut, dafür blieben auch Fremde stehen."),
    ("in der Turnhalle", "Die Turnhalle stand nur freitags zur Verfügung."),
    ("im Wohnblock am Ring", "Der Hausmeister des Wohnblocks half beim Aufbau."),
)
_HOW = (
    ("gut angenommen", "Es kamen doppelt so viele wie erwartet, eine Wiederholung ist geplant."),
    ("wenig Zuspruch", "Nur wenige kamen, denn die Werbung begann zu spät."),
    ("mit Partnern", "Ein Verein und ein Amt teilten sich die Kosten."),
    ("mit Freiwilligen", "Freiwillige übernahmen Einkauf, Empfang und Aufräumen."),
    ("regelmäßig", "Seither findet das Angebot an jedem zweiten Mittwoch statt."),
    ("als Versuch", "Nach drei Monaten wird entschieden, ob es weitergeht."),
    ("für Familien", "Geschwister durften mitkommen, das senkte die Hürde."),
    ("für Ältere", "Ein Fahrdienst holte ab, wer nicht gut zu Fuß war."),
    ("nach der Sommerpause", "Nach den Ferien musste erst wieder eingeladen werden."),
    ("trotz Widerstand", "Anfangs gab es Beschwerden, ein Aushang mit Zeiten schuf Ruhe."),
)

DISTRACTORS: list[tuple[str, str]] = [
    (f"{title} {place} {manner}", f"Beim Treffen {happened}. {about_place} {outcome}")
    for (title, happened), (place, about_place), (manner, outcome) in product(_WHAT, _WHERE, _HOW)
]
