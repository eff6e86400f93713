"""/sitemap.xml, /robots.txt and JSON-LD: what search machines are told."""

import json
import re

import pytest
from lxml import etree, html

from cms.domain.circles import Circle
from cms.models import Experience
from cms.permissions import roles
from cms.views import sitemap
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    person,
    published_experience,
    table_page,
)
from tests.functional.api_client import signed_in

pytestmark = pytest.mark.django_db

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client, address: str) -> list[str]:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return [
        element.text for element in etree.fromstring(response.content).iterfind(".//s:loc", SITEMAP)
    ]


def everything(client) -> set[str]:
    """All addresses of all files that the index names."""
    found = set()
    for address in locations(client, "/sitemap.xml"):
        found.update(locations(client, address.removeprefix("http://testserver")))
    return found


def test_every_public_page_stands_in_it_and_can_be_read(client):
    topic = TopicFactory(title="Ansprache", parent=TopicFactory(title="Menschen"))
    table = table_page(event_page("Austausch"), title="Tisch")
    news = news_page("Neues")
    entry = published_experience(topics=[topic], table=table)
    found = everything(client)
    for path in ("/", "/leitfaden/", "/erfahrungen/", "/projekte/", "/impressum/",
                 "/leitfaden/menschen/ansprache/", entry.get_absolute_url(),
                 entry.project.get_absolute_url(),
                 table.url, table.get_parent().url, news.url):  # fmt: skip
        assert f"http://testserver{path}" in found, path
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_nothing_in_it_that_not_everybody_may_read(client):
    ExperienceFactory(title="Ein Entwurf")
    published_experience(
        Circle.PROJECTS, title="Nur unter uns", topics=[TopicFactory(title="Verborgen")]
    )
    table = table_page(event_page("Geplant", live=False), title="Gedeckt")
    published_experience(title="Vom Tisch", table=table)
    found = " ".join(everything(client) | everything(signed_in(person(roles.OFFICE))))
    for word in ("entwurf", "unter-uns", "verborgen", "geplant", "gedeckt", "vom-tisch"):
        assert word not in found, word


def test_a_million_entries_come_in_batches(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(sitemap.ExperienceSitemap, "limit", 3)
    entries = [published_experience() for _ in range(7)]
    Experience.objects.filter(pk=entries[2].pk).update(live=False)
    files = [name for name in locations(client, "/sitemap.xml") if "experiences" in name]
    found = [address for name in files for address in locations(client, name)]
    assert sorted(found) == sorted(
        f"http://testserver{entry.get_absolute_url()}" for entry in entries if entry != entries[2]
    )
    with django_assert_max_num_queries(4):
        client.get("/sitemap-experiences.xml?p=2")
    assert client.get("/sitemap-experiences.xml?p=999999").status_code == 404
    assert client.get("/sitemap-nichts.xml").status_code == 404


def test_more_pages_cost_no_more_queries(client, django_assert_max_num_queries):
    event = event_page()
    table_page(event)
    client.get("/sitemap-pages.xml")
    with django_assert_max_num_queries(50) as few:
        client.get("/sitemap-pages.xml")
    for _ in range(5):
        table_page(event)
        news_page()
    with django_assert_max_num_queries(len(few)):
        client.get("/sitemap-pages.xml")


def test_robots_find_the_sitemap_and_leave_the_internal_pages(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /intern/" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


# --- JSON-LD -------------------------------------------------------------------------------------

#: What Google's and schema.org's checks ask of each type, with the form of each value.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
ADDRESS = re.compile(r"http://testserver/\S*")
WORDS = re.compile(r".+", re.DOTALL)
NEEDED = {
    "Article": {"headline": WORDS, "url": ADDRESS, "datePublished": MOMENT, "dateModified": MOMENT,
                "author": dict, "publisher": dict, "description": WORDS},
    "NewsArticle": {"headline": WORDS, "url": ADDRESS, "datePublished": MOMENT, "author": dict},
    "Event": {"name": WORDS, "startDate": DAY, "location": dict, "eventStatus": WORDS},
    "Organization": {"name": WORDS},
    "Place": {"name": WORDS},
    "PostalAddress": {"addressLocality": WORDS, "addressCountry": re.compile("DE")},
    "BreadcrumbList": {"itemListElement": list},
    "ListItem": {"position": int, "name": WORDS, "item": ADDRESS},
    "Thing": {"name": WORDS},
}  # fmt: skip


def words_of(client, address: str) -> dict:
    """By type, what the page says of its subject and way; each checked after NEEDED."""
    page = html.fromstring(client.get(address).content)
    (script,) = page.xpath("//head/script[@type='application/ld+json']")
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    for part in data["@graph"]:
        check(part)
    return {part["@type"]: part for part in data["@graph"]}


def check(value):
    if isinstance(value, list):
        for part in value:
            check(part)
    elif isinstance(value, dict):
        for name, form in NEEDED[value["@type"]].items():
            there = value[name]
            assert isinstance(there, form) if isinstance(form, type) else form.fullmatch(there), (
                name
            )
        assert None not in value.values() and "" not in value.values()
        check(list(value.values()))


def way(words: dict) -> list[str]:
    steps = words["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    return [step["name"] for step in steps]


def test_an_entry_is_an_article(client):
    entry = published_experience(
        title="Tee </script><script>alert(1)</script> & mehr",
        topics=[TopicFactory(title="Ansprache")],
    )
    answer = client.get(entry.get_absolute_url()).content
    assert b"<script>alert(1)" not in answer
    words = words_of(client, entry.get_absolute_url())
    assert words["Article"]["headline"] == entry.title
    assert words["Article"]["author"]["name"] == entry.project.title
    assert words["Article"]["about"] == [{"@type": "Thing", "name": "Ansprache"}]
    assert way(words) == ["Start", "Erfahrungen", entry.title]


def test_ein_projekt_stays_unnamed(client):
    entry = published_experience(attribution="anonymous")
    author = words_of(client, entry.get_absolute_url())["Article"]["author"]
    assert author == {"@type": "Organization", "name": "ein Projekt"}


def test_what_is_not_public_says_nothing_to_machines(client):
    entry = published_experience(Circle.PROJECTS)
    office = signed_in(person(roles.OFFICE))
    assert b"ld+json" not in office.get(entry.get_absolute_url()).content


def test_a_project_is_an_organization_with_places(client):
    project = ProjectFactory(title="ThINKA Musterstadt", carrier="Musterverein", start="2013-01-01")
    LocationFactory(project=project, street="Musterstraße 1", postcode="99425", telephone="03643 0")
    words = words_of(client, project.get_absolute_url())
    (place,) = words["Organization"]["location"]
    assert place["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "Musterstraße 1",
        "postalCode": "99425",
        "addressLocality": "Musterstadt",
        "addressCountry": "DE",
    }
    assert words["Organization"]["parentOrganization"]["name"] == "Musterverein"
    assert way(words) == ["Start", "Projekte", "ThINKA Musterstadt"]


def test_events_tables_news_and_chapters(client):
    topic = TopicFactory(title="Ansprache", parent=TopicFactory(title="Menschen"))
    event = event_page("Austausch", place="Musterstadt", host_project=ProjectFactory())
    table = table_page(event, title="Tisch")
    published_experience(topics=[topic], table=table)
    words = words_of(client, event.url)
    assert words["Event"]["startDate"] == "2013-07-17"
    assert words["Event"]["location"]["name"] == "Musterstadt"
    assert way(words_of(client, table.url)) == ["Start", "Veranstaltungen", "Austausch", "Tisch"]
    assert "Event" not in words_of(client, event_page("Ohne Ort").url)
    assert (
        words_of(client, news_page("Neues", teaser="Kurz.").url)["NewsArticle"]["headline"]
        == "Neues"
    )
    chapter = words_of(client, "/leitfaden/menschen/ansprache/")
    assert way(chapter) == ["Start", "Leitfaden", "Menschen", "Ansprache"]
