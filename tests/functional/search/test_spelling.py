"""„Meinten Sie“: misspelt words are corrected, right ones are left alone, nothing is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.domain.circles import Circle
from cms.domain.reader import ANONYMOUS
from cms.permissions import policies, roles
from cms.services.withdraw import withdraw
from search import spelling
from search.queries import SearchRequest
from tests.factories.guide import ExperienceFactory, ProjectFactory, person, published_experience

TITLES = [
    ("Öffentlichkeitsarbeit im Stadtteilbüro", "Handzettel brachten mehr Besuch."),
    ("Das Stadtteilbüro zieht um", "Das neue Stadtteilbüro liegt an der Straßenbahn."),
    ("Absprachen mit dem Jobcenter", "Feste Ansprechpartner verkürzen die Wege der Familien."),
    ("Hausaufgabenhilfe am Nachmittag", "Ehrenamtliche helfen bei den Aufgaben."),
    ("Ein Fest im Wohngebiet", "Beim Kochen kamen die Nachbarinnen ins Gespräch."),
    ("Sprechstunde im Waschsalon", "Während die Maschine läuft, ist Zeit zum Reden."),
]


@pytest.fixture
def guide(fed):
    for title, body in TITLES:
        published_experience(title=title, body=f"<p>{body}</p>")
    fed()
    return fed


def meant(text, reader=ANONYMOUS, **more) -> str:
    answer = spelling.search(SearchRequest(text=text, **more), reader, exactly=True)
    return answer.did_you_mean


MISSPELT = {
    "Öffentlichkeitsarbiet": "Öffentlichkeitsarbeit",
    "oeffentlichkeitsabreit": "Öffentlichkeitsarbeit",
    "Jobcnter": "Jobcenter",
    "Absprachen Jobcneter": "Absprachen Jobcenter",
    "Schprechstunde": "Sprechstunde",
    "Hausaufgabnehilfe": "Hausaufgabenhilfe",
    "Wie hilft man den Famlien beim Jobcenter?": "Wie hilft man den Familien beim Jobcenter?",
    "Stadteilbüro": "Stadtteilbüro",
    "Handzetel und Waschsallon": "Handzettel und Waschsalon",
    "rWaschsalon": "Waschsalon",
}
RIGHT = [
    "Öffentlichkeitsarbeit",
    "OEFFENTLICHKEITSARBEIT",
    "Wohngebietsfest",  # a compound of parts that stand there
    "Handzettels",
    "Nachbarin",
    "Hausaufgabenhelfer",
    "Sprechst",
    "Jobc",
    "Fest am Wohngebiet mit Straßenbahnen",
    "kalte Nachmittage",
    "projekt:jobcnter",
    "Fest -Jobcnter",
    "",
    "???",
    "x" * 5_000,
]


def test_a_misspelt_word_is_corrected_by_one_of_the_guide(guide):
    assert {typed: meant(typed) for typed in MISSPELT} == MISSPELT


def test_what_is_right_is_left_alone(guide):
    assert {typed: meant(typed) for typed in RIGHT} == dict.fromkeys(RIGHT, "")


def test_a_word_that_is_right_but_finds_nothing_is_no_reason_to_be_silent(guide):
    published_experience(title="Kater nach dem Fest")
    published_experience(title="Im Keller")
    guide()
    assert meant("Kader") == "Kater"  # a word of the dictionary that finds nothing
    assert meant("Kader im Keller") == ""


def test_where_nothing_is_found_the_corrected_query_answers_at_once(guide):
    asked = SearchRequest(text="Jobcntr")  # two typos in seven letters: more than search forgives
    answer = spelling.search(asked, ANONYMOUS)
    assert (answer.text, answer.instead_of) == ("Jobcenter", "Jobcntr")
    assert [str(obj) for _hit, obj in answer.found.objects] == ["Absprachen mit dem Jobcenter"]
    insisting = spelling.search(asked, ANONYMOUS, exactly=True)
    assert (insisting.found.total, insisting.did_you_mean) == (0, "Jobcenter")


def test_no_word_of_an_inner_circle_is_offered_to_anybody(guide):
    project = ProjectFactory()
    for circle in (Circle.PROJECT, Circle.PROJECTS, Circle.NETWORK):
        published_experience(circle, title="Quasselrunde", project=project)
    guide()
    for user in (None, person(roles.OFFICE), person(roles.READER, project)):
        assert meant("Quaselrunde", policies.reader_for(user)) == ""
        assert meant("wuasselrunde", policies.reader_for(user)) == ""


def test_no_word_of_a_draft_or_of_a_draft_of_something_public_is_offered(guide):
    ExperienceFactory(title="Quasselrunde").save_revision()
    live = published_experience(title="Schwatzrunde")
    live.title = "Plauderrunde"
    live.save_revision()
    guide()
    for user in (None, person(roles.OFFICE)):
        reader = policies.reader_for(user)
        assert meant("wuasselrunde", reader) == meant("wlauderrunde", reader) == ""
        assert meant("wchwatzrunde", reader) == "Schwatzrunde"


def test_a_word_that_was_withdrawn_is_offered_no_longer(guide):
    entry = published_experience(title="Quasselrunde")
    guide()
    assert meant("wuasselrunde") == "Quasselrunde"
    withdraw(entry, person(roles.OFFICE))
    assert meant("wuasselrunde") == ""  # before the feed has run, too
    guide()
    assert meant("wuasselrunde") == ""


def test_a_typo_in_an_entry_gives_way_to_the_usual_spelling(guide):
    published_experience(title="Das Jobcneter hilft")
    for number in range(spelling.RARER):
        published_experience(title=f"Jobcenter {number}")
    guide()
    assert meant("Jobcneter") == "Jobcenter"


def test_known_words_cost_nothing_and_strange_ones_one_question(guide):
    def queries(text):
        with CaptureQueriesContext(connection) as captured:
            spelling.search(SearchRequest(text=text), ANONYMOUS)
        return len(captured)

    queries("Jobcenter")  # reads the synonyms
    usual = queries("Jobcenter")
    assert queries("Absprachen mit dem Jobcenter") == usual
    assert queries("Jobcnter") <= usual + 2  # the texts, and their verdicts


def test_the_page_offers_or_corrects_and_keeps_the_filters(guide, client):
    page = client.get("/suche/", {"q": "Jobcnter", "art": "gut"}).content.decode()
    assert 'Meinten Sie <a href="?q=Jobcenter&amp;art=gut"><strong>Jobcenter</strong></a>?' in page
    page = client.get("/suche/", {"q": "Jobcntr", "art": "gut"}).content.decode()
    assert "Keine Treffer für „Jobcntr“. Ergebnisse für" in page
    assert 'href="?q=Jobcntr&amp;art=gut&amp;genau=1"' in page
    assert "1 Treffer für „Jobcenter“" in page
    page = client.get("/suche/", {"q": "Jobcntr", "genau": "1"}).content.decode()
    assert "0 Treffer für „Jobcntr“" in page
    assert 'Meinten Sie <a href="?q=Jobcenter">' in page


def test_the_api_offers_and_never_corrects(guide, client):
    answer = client.get("/api/@search", {"SearchableText": "Jobcntr"}).json()
    assert (answer["items"], answer["did_you_mean"]) == ([], "Jobcenter")
    assert "did_you_mean" not in client.get("/api/@search?SearchableText=Jobcenter").json()


def test_only_the_first_page_offers(guide):
    assert meant("Jobcnter", offset=10) == ""
