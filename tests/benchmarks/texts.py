"""Invented experiences in believable German, and queries for them; the same ones each time."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from random import Random

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory


def _words(text: str) -> list[str]:
    return text.split()


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|")]


KINDS = ("good", "good", "good", "bad", "neutral", "discussion")
CIRCLES = ("public",) * 9 + ("projects",)
YEARS = range(2009, 2025)
SENTENCES_OF_ONE = (3, 3, 4)  # about 50 words
NOUNS = 50_000  # and of each text a few that hardly any other has
PLACES = _words("""
    Ahornhausen Birkental Dornfeld Eichenrode Falkenau Grünbach Hasellohe Ilmtal Kastanienburg
    Lindenstedt Moosdorf Neuweiler Ostheide Pappelried Quellenthal Rosenau Steinach Tannroda
    Ulmenstadt Weidenau
""")

TOPICS = (
    "Öffentlichkeitsarbeit",
    "Ehrenamt",
    "Wohnen und Miete",
    "Kinder und Familie",
    "Schule und Ausbildung",
    "Arbeit und Jobcenter",
    "Gesundheit",
    "Schulden und Energie",
    "Zuwanderung und Sprache",
    "Ältere Menschen",
    "Beteiligung im Quartier",
    "Zusammenarbeit mit Ämtern",
    "Finanzierung",
    "Begegnung und Feste",
)
# Both halves of compounds: five hundred words, as a neighbourhood's own vocabulary has them.
FIRST_PARTS = _words("""
    Nachbarschafts Familien Stadtteil Quartiers Wohngebiets Kinder Jugend Frauen Senioren Mieter
    Eltern Schul Energie Schuldner Sprach Gesundheits Bürger Bewerbungs Ferien Garten Fahrrad
    Sozial Bildungs Integrations Ehrenamts
""")
LAST_PARTS = _words("""
    fest treff beratung werkstatt gruppe projekt frühstück sprechstunde zentrum café zeitung
    versammlung konferenz begleitung hilfe angebot netzwerk kurs training büro
""")
PEOPLE = _phrases("""
    die Bewohnerinnen und Bewohner | alleinerziehende Mütter | junge Väter | ältere Menschen |
    Langzeitarbeitslose | zugewanderte Familien | Schülerinnen und Schüler | die Ehrenamtlichen |
    Mieter mit hohen Rückständen | Jugendliche ohne Abschluss | die Nachbarn aus den Hochhäusern |
    pflegende Angehörige | Kinder aus beengten Wohnungen | Menschen mit wenig Einkommen
""")
PARTNERS = _phrases("""
    dem Jobcenter | der Wohnungsgesellschaft | der Grundschule | dem Jugendamt |
    der Stadtverwaltung | dem Sportverein | der Kirchgemeinde | dem Energieversorger |
    der Volkshochschule | der Krankenkasse | dem Seniorenbeirat | der Polizei | dem Stadtrat |
    der Bibliothek
""")
MEANS = _phrases("""
    persönliche Ansprache an der Haustür | einen Aushang im Treppenhaus | eine kleine Zeitung |
    Mundpropaganda | regelmäßige Hausbesuche | einen festen Termin am Mittwoch |
    kostenlosen Kaffee | eine Telefonliste | die örtliche Presse |
    einen Stand auf dem Wochenmarkt | gemeinsames Kochen | Flugblätter in fünf Sprachen |
    eine einfache Befragung | ein offenes Büro ohne Anmeldung
""")
RESULTS = _phrases("""
    kamen deutlich mehr Leute als im Jahr davor | blieb die Beteiligung gering |
    entstand eine feste Gruppe, die sich selbst trägt | wurden mehrere Räumungen verhindert |
    fanden vier Teilnehmende eine Arbeit | hat sich das Vertrauen langsam aufgebaut |
    fehlte am Ende das Geld für die Räume | mussten wir das Angebot nach drei Monaten einstellen |
    sprach sich das im ganzen Viertel herum | waren die Anträge schneller bewilligt |
    gingen die Beschwerden über den Lärm zurück | kennt man sich jetzt auf dem Flur
""")
REASONS = _phrases("""
    die Wege kurz sind | niemand ein Formular ausfüllen muss | immer dieselbe Person da ist |
    die Uhrzeit für Berufstätige ungünstig war | die Einladung zu spät kam |
    jemand auf die kleinen Kinder achtet | die Sprache einfach gehalten ist |
    die Zuständigkeiten geklärt waren | das Personal zu oft wechselte |
    sich die Träger vorher abgestimmt haben | der Raum hell und freundlich ist
""")
SENTENCES = (
    "Mit {partner} haben wir „{offer}“ aufgebaut und dafür {means} genutzt.",
    "Durch {means} erreichen wir {people}, die sonst zu keiner Veranstaltung kommen.",
    "Danach {result}, vor allem weil {reason}.",
    "Unser Angebot „{offer}“ im Erdgeschoss richtet sich an {people} aus dem Quartier.",
    "Die Absprachen mit {partner} dauerten lange, doch am Ende {result}.",
    "Für {people} ist wichtig, dass {reason} und dass Zusagen eingehalten werden.",
    "Zusammen mit {partner} luden wir {people} ein, im Anschluss {result}.",
    "Wir empfehlen {means}, wenn {people} angesprochen werden sollen.",
    "Ohne {means} wäre „{offer}“ nicht möglich gewesen, das sehen auch andere Träger so.",
    "Im zweiten Jahr {result}, obwohl die Förderung gekürzt wurde.",
    "Offen ist, wer „{offer}“ weiterführt, wenn das Projekt ausläuft.",
    "Bewährt hat sich, dass {reason}; mit {partner} wird das nun fest vereinbart.",
)
#: The long tail of a language: without it, every word of a million texts stood in thousands.
ASIDES = (
    "Zur Sprache kamen auch {noun}, {noun} und {noun}.",
    "Ein Nebenthema war {noun}, ein anderes {noun}.",
    "Gefragt wurde nach {noun}.",
)
TITLES = (
    "{offer} mit {partner}",
    "{offer} für {people}",
    "{people}: {offer} hilft",
    "{offer}, weil {reason}",
)

#: What people type: one or two words, slips of the keyboard, compounds and their parts, questions.
QUERIES = (
    "Jobcenter",
    "Familienzentrum",
    "Beratung",
    "Arbeit",
    "Ehrenamtliche Senioren",
    "Nachbarschaftsfest Lärm",
    "Hausbesuche Vertrauen",
    "Wohnungsgesellschaft Absprachen",
    "Mundpropoganda",
    "Energieberatng",
    "Jobcentr Anträge",
    "Schuldnerbertung",
    "Nachbarschaftshilfegruppe",
    "Quartierszeitung",
    "oeffentlichkeitsarbeit",
    "Fest im Wohngebiet",
    "Treff für Eltern",
    "Seniorenfr",
    "Wie erreichen wir alleinerziehende Mütter?",
    "Was hilft, wenn die Beteiligung gering bleibt und das Geld für die Räume fehlt?",
    "Wer hat Erfahrungen mit der Wohnungsgesellschaft und verhinderten Räumungen gemacht?",
    "Welche Angebote gibt es für Jugendliche ohne Abschluss?",
)

#: What somebody has typed so far.
BEGINNINGS = ("Job", "Famil", "Bera", "Nachbarschaftsf", "Energieb", "Treff für E", "Hausbes")


def project_slugs() -> list[str]:
    """The slugs of the twenty projects that the experiences belong to."""
    return [place.lower().replace("ü", "ue") for place in PLACES]


def experiences(number: int) -> Iterator[str]:
    """Lines for ``load_experiences``: each has about fifty words, one or two topics, a date."""
    random = Random(7)
    projects = project_slugs()
    for count in range(number):
        yield json.dumps(
            {
                "source_id": f"messung-{count}",
                "project": random.choice(projects),
                "kind": random.choice(KINDS),
                "title": _filled(random, random.choice(TITLES)),
                "body": _body(random),
                "topics": random.sample(TOPICS, random.choice((1, 1, 2))),
                "date": f"{random.choice(YEARS)}-{random.randint(1, 12):02}-15",
                "visibility": random.choice(CIRCLES),
            },
            ensure_ascii=False,
        )


def _body(random: Random) -> str:
    sentences = random.sample(SENTENCES, random.choice(SENTENCES_OF_ONE))
    texts = [_filled(random, sentence) for sentence in sentences]
    aside = random.choice(ASIDES)
    nouns, weights = _nouns()
    for noun in random.choices(nouns, cum_weights=weights, k=aside.count("{noun}")):
        aside = aside.replace("{noun}", noun, 1)
    return " ".join([*texts, aside])


@cache
def _nouns() -> tuple[list[str], list[float]]:
    """German nouns, and how often each is to come, added up (Zipf's law)."""
    dictionary = DefaultDictionaryFactory().get_dictionary("de")
    found = {
        lemma
        for lemma in dictionary.values()
        if 5 <= len(lemma) <= 16 and lemma.isalpha() and lemma[0].isupper() and lemma[1:].islower()
    }
    nouns = Random(7).sample(sorted(found), NOUNS)
    return nouns, list(accumulate(1 / rank for rank in range(1, NOUNS + 1)))


def _filled(random: Random, pattern: str) -> str:
    text = pattern.format(
        offer=random.choice(FIRST_PARTS) + random.choice(LAST_PARTS),
        people=random.choice(PEOPLE),
        partner=random.choice(PARTNERS),
        means=random.choice(MEANS),
        result=random.choice(RESULTS),
        reason=random.choice(REASONS),
    )
    return text[0].upper() + text[1:]
