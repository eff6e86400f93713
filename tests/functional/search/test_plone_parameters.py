"""``@search`` under the parameters that Plone's clients send: where, what, when, in which order."""

import datetime

import pytest

from cms.models import Experience, Publication
from tests.factories.guide import (
    ProjectFactory,
    TopicFactory,
    event_page,
    news_page,
    published_experience,
    published_outcome,
    published_supplement,
    table_page,
)
from tests.functional.api_client import NOT_FOUND, read, titles

pytestmark = pytest.mark.django_db

PATH = "/api/@search"
SUPPLEMENT = "Ergänzung zu „Ein Fest“"


def search(client, query: str, path: str = PATH) -> list[str]:
    return titles(read(client, f"{path}?{query}"))


@pytest.fixture(params=["embedded", "database"])
def guide(request, embedded_search, engine_away):
    """A small guide; the second time the database answers, since the engine is away."""
    here = ProjectFactory(title="ThINKA Hier", slug="hier")
    topic = TopicFactory(title="Beratung", parent=TopicFactory(title="Arbeitsweise"))
    table = table_page(event_page("Austausch", slug="austausch"), "Tisch 1", slug="tisch-1")
    entry = published_experience(
        title="Ein Fest", project=here, topics=[topic], table=table,
        date=datetime.date(2021, 3, 2),
    )  # fmt: skip
    published_experience(title="Äpfel", project=here, date=datetime.date(2022, 3, 2))
    published_experience(
        title="Zirkus", project=ProjectFactory(slug="dort"), date=datetime.date(2020, 3, 2)
    )
    for day, (title, changed) in enumerate([("Zirkus", 5), ("Äpfel", 4), ("Ein Fest", 6)], start=1):
        published, modified = (
            datetime.datetime(2024, 1, one, tzinfo=datetime.UTC) for one in (day, changed)
        )
        dated = Experience.objects.get(title=title)
        Publication.objects.of(dated).update(published_at=published)
        Experience.objects.filter(pk=dated.pk).update(
            first_published_at=published, last_published_at=modified
        )
    published_supplement(entry, text="<p>Bei uns auch.</p>", verdict="proven")
    published_outcome(title="Ein Beschluss", table=table)
    news_page("Neues Büro", slug="neues-buero", project=here)
    embedded_search()
    if request.param == "database":
        engine_away()
    return entry


#: (path, depth) -> what is found there.
DEPTHS = {
    ("projekte/hier", 0): {"ThINKA Hier"},
    ("projekte/hier", 1): {"Ein Fest", "Äpfel"},
    ("veranstaltungen", 1): {"Austausch"},
    ("veranstaltungen", 2): {"Austausch", "Tisch 1"},
    ("veranstaltungen", 3): {"Austausch", "Tisch 1", "Ein Beschluss"},
    ("veranstaltungen", 99): {"Austausch", "Tisch 1", "Ein Beschluss"},
    ("veranstaltungen/austausch/tisch-1", 1): {"Ein Fest"},
    ("leitfaden", 1): {"Arbeitsweise"},
    ("leitfaden/arbeitsweise/beratung", 1): {"Ein Fest"},
    ("aktuelles", 0): set(),
    ("aktuelles", 1): {"Neues Büro"},
    ("aktuelles/neues-buero", 0): {"Neues Büro"},
    ("aktuelles/neues-buero", 1): set(),
    ("erfahrungen/ein-fest", -1): {"Ein Fest", SUPPLEMENT},
    ("erfahrungen/ein-fest", 0): {"Ein Fest"},
    ("erfahrungen/ein-fest", 1): {SUPPLEMENT},
    ("erfahrungen/zirkus", 1): set(),
}


def test_a_depth_is_what_the_folder_lists_and_what_that_lists(client, guide):
    here = {
        (path, depth): set(search(client, f"path.depth={depth}", f"/api/{path}/@search"))
        for path, depth in DEPTHS
    }
    assert here == DEPTHS
    at_the_top = {
        (path, depth): set(search(client, f"path.query=/{path}&path.depth={depth}"))
        for path, depth in DEPTHS
    }
    assert at_the_top == DEPTHS


def test_depth_and_place_are_looked_at(client, guide):
    wrong = read(client, f"{PATH}?path.depth=tief", 400)
    assert wrong["errors"][0]["field"] == "path.depth"
    assert read(client, "/api/erfahrungen/nirgends/@search?path.depth=1", 404) == NOT_FOUND
    assert search(client, "path.query=/erfahrungen/nirgends") == []


def test_several_places_are_asked_together_if_they_are_of_one_kind(client, guide):
    both = "path.query=/projekte/hier&path.query=/projekte/dort&portal_type=Experience"
    assert set(search(client, both)) == {"Ein Fest", "Äpfel", "Zirkus"}
    # A place that is asked for counts before the one where it is asked.
    elsewhere = "path.query=/projekte/dort&portal_type=Experience"
    assert search(client, elsewhere, "/api/projekte/hier/@search") == ["Zirkus"]
    wrong = read(client, f"{PATH}?path.query=/projekte/hier&path.query=/aktuelles", 400)
    assert wrong["errors"][0]["field"] == "path"


CONDITIONS = {
    "portal_type=News&portal_type=Outcome": {"Neues Büro", "Ein Beschluss"},
    "portal_type:list=Folder": set(),
    "review_state=published&portal_type=News": {"Neues Büro"},
    "review_state=private&portal_type=News": set(),
    "Subject=Beratung&portal_type=Experience": {"Ein Fest"},
    "UID=experience-0": set(),
    "date.query=2021-03-02&date.range=min&portal_type=Experience": {"Ein Fest", "Äpfel"},
    "date.query=2021-12-31&date.range=max&portal_type=Experience": {"Ein Fest", "Zirkus"},
    "date.query=2022-01-01&date.query=2022-12-31&date.range=min:max": {"Äpfel"},
    "date=2021-03-02": {"Ein Fest"},
    "created.query=2020-01-01&created.range=max": set(),
    "effective.query:date=2020-01-01&effective.range=min&portal_type=News": {"Neues Büro"},
    "created.query=0001-01-01&created.range=min&portal_type=News": {"Neues Büro"},
    "modified.query=9999-12-31&modified.range=max&portal_type=News": {"Neues Büro"},
    "created.query=2024-01-03&created.range=max": {"Ein Fest", "Zirkus", "Äpfel"},
    "effective=2024-01-01": {"Zirkus"},
    "modified.query=2024-01-05&modified.range=max": {"Zirkus", "Äpfel"},
    "modified.query=2024-01-05&modified.query=2024-01-06&modified.range=min:max": {
        "Ein Fest",
        "Zirkus",
    },
    "modified=2024-01-04": {"Äpfel"},
    "modified.query=2024-01-07&modified.range=min&portal_type=Experience": set(),
    "modified.query=2024-01-07&modified.range=min&portal_type=News": {"Neues Büro"},
    "modified.query=2024-01-05&modified.range=min&created=2024-01-01": {"Zirkus"},
}


def test_conditions_on_plones_indexes_narrow(client, guide):
    assert {query: set(search(client, query)) for query in CONDITIONS} == CONDITIONS


def test_an_object_is_found_by_its_uid(client, guide):
    uid = f"experience-{guide.pk}"
    assert search(client, f"UID={uid}") == ["Ein Fest"]
    assert search(client, f"UID={uid}&portal_type=News") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("expires.query=2020-01-01&expires.range=min", "expires"), ("date=gestern", "date"),
     ("modified.query=gestern", "modified"), ("modified.range=von&modified=2020-01-01",
      "modified.range"),
     ("created.query=2020-01-01&created.range=von", "created.range"),
     ("fullobjects=ja", "fullobjects"),
     ("date.query=2020-01-01&date.range=min:max", "date")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(client, db, query, field):
    assert read(client, f"{PATH}?{query}", 400)["errors"][0]["field"] == field


ENTRIES = "portal_type=Experience"


ORDERS = {
    "sort_on=sortable_title": ["Äpfel", "Ein Fest", "Zirkus"],
    "sort_on=sortable_title&sort_order=descending": ["Zirkus", "Ein Fest", "Äpfel"],
    "sort_on=sortable_title&sort_order=reverse&b_size=2": ["Zirkus", "Ein Fest"],
    "sort_on=sortable_title&b_start=1&b_size=1": ["Ein Fest"],
    "sort_on=effective": ["Zirkus", "Äpfel", "Ein Fest"],
    "sort_on=created&sort_order=descending": ["Ein Fest", "Äpfel", "Zirkus"],
    "sort_on=modified": ["Äpfel", "Zirkus", "Ein Fest"],
    "sort_on=modified&sort_order=descending": ["Ein Fest", "Zirkus", "Äpfel"],
    # Addresses: aepfel, ein-fest, zirkus.
    "sort_on=id&sort_order=descending": ["Zirkus", "Ein Fest", "Äpfel"],
    "sort_on=review_state&sort_on=getId": ["Äpfel", "Ein Fest", "Zirkus"],
}
OWN_ORDER = ("getObjPositionInParent", "relevance", "Creator", "194", "review_state")


def test_items_come_in_the_order_that_is_asked_for(client, guide):
    assert {order: search(client, f"{ENTRIES}&{order}") for order in ORDERS} == ORDERS


def test_other_names_are_the_searchs_own_order(client, guide):
    """As in Plone, which leaves out what it can't sort by; all that is published has one state."""
    own = search(client, ENTRIES)
    assert [search(client, f"{ENTRIES}&sort_on={name}") for name in OWN_ORDER] == [own] * 5


def test_items_are_sorted_by_several_columns(client, guide):
    found = search(client, "sort_on=portal_type&sort_on=sortable_title&portal_type=News&" + ENTRIES)
    assert found == ["Äpfel", "Ein Fest", "Zirkus", "Neues Büro"]
    answer = read(client, f"{PATH}?sort_on=sortable_title&b_size=2&{ENTRIES}")
    assert (answer["items_total"], len(answer["items"])) == (3, 2)
    assert "b_start=2" in answer["batching"]["next"]


# --- what is answered ----------------------------------------------------------------------------


def test_the_address_of_a_listing_is_that_of_all_its_batches(client, guide):
    answer = read(client, f"{PATH}?{ENTRIES}&b_size=1&b_start=1&sort_on=date&metadata_fields=UID")
    assert answer["@id"] == f"http://testserver{PATH}?{ENTRIES}&metadata_fields=UID"
    assert "b_size=1" in answer["batching"]["@id"]
    empty = read(client, f"{PATH}?{ENTRIES}&b_size=0")
    assert (empty["items"], empty["items_total"]) == ([], 3)
    assert read(client, PATH)["items_total"] > 3


def test_whole_objects_are_those_of_their_addresses(client, guide):
    items = read(client, f"{PATH}?fullobjects=1&b_size=50")["items"]
    whole = {item["@id"]: item for item in items if item["@type"] not in ("Outcome", "Supplement")}
    assert len(whole) >= 6
    for address, item in whole.items():
        alone = read(client, f"{address}?include_items=false")
        assert item == alone
    [outcome] = [item for item in items if item["@type"] == "Outcome"]
    assert {"UID", "created", "kind"} <= outcome.keys()
    folder = read(client, "/api/projekte/hier?fullobjects=1")["items"][0]
    assert folder == read(client, folder["@id"])


def test_plones_names_of_metadata_are_known(client, guide):
    names = ("id", "Title", "Description", "portal_type", "Subject")
    fields = "&".join(f"metadata_fields:list={name}" for name in names)
    item = read(client, f"{PATH}?UID=experience-{guide.pk}&{fields}")["items"][0]
    assert item["id"] == "ein-fest" and item["Title"] == item["title"] == "Ein Fest"
    assert (item["portal_type"], item["Subject"]) == ("Experience", ["Beratung"])
    assert item["Description"] == item["description"]
