"""What helps somebody who searches, and somebody who writes, in a real browser."""

import os
from pathlib import Path

import pytest

from cms.permissions import roles
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import sign_in
from tests.factories.guide import (
    ExperienceFactory,
    LocationFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def guide(feed):
    project = ProjectFactory(title="ThINKA Weststadt", slug="weststadt")
    LocationFactory(project=project, name="Stadtteilbüro West", city="Weststadt")
    topic = TopicFactory(title="Sprechstunden und Beratung", slug="sprechstunden")
    entry = published_experience(
        title="Sprechstunde im Waschsalon", project=project, topics=[topic], kind="good"
    )
    published_experience(title="Sprechstunden in Waschsalons kommen an", kind="good")
    published_experience(title="Beratung im Stehcafé", topics=[topic], kind="neutral")
    feed()
    return entry


@SIZES
def test_suggestions_are_grouped_and_worked_with_the_keyboard(new_page, guide, size):
    page = new_page(size)
    page.goto("/")
    field = page.get_by_role("combobox", name="Was möchten Sie wissen?")
    field.press_sequentially("West")
    page.get_by_role("option", name="Weststadt Büros dort").wait_for()
    assert page.get_by_role("group", name="Projekte").get_by_role("option").count() == 1
    assert page.get_by_role("group", name="Orte").get_by_role("option").count() == 2
    check(page, "/ with suggestions")
    shoot(page, "suggestions", size)
    field.press("ArrowUp")
    last = page.get_by_role("option").last
    assert last.get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == last.get_attribute("id")
    field.press("Escape")
    assert not page.get_by_role("listbox").is_visible()
    field.fill("Waschsaln Sprechst")
    page.get_by_role("option", name="Sprechstunde im Waschsalon").wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/erfahrungen/**")


@SIZES
def test_a_misspelt_query_is_helped_along(new_page, guide, size):
    page = new_page(size)
    page.goto("/suche/?q=Waschsaloon Beratung")
    check(page)
    shoot(page, "did-you-mean", size)
    page.get_by_role("link", name="Waschsalon Beratung").click()
    page.get_by_role("heading", name="Sprechstunde im Waschsalon").wait_for()
    page.goto("/suche/?q=Berutng")
    page.get_by_text("Keine Treffer für „Berutng“").wait_for()
    page.get_by_role("heading", name="Beratung im Stehcafé").wait_for()
    check(page)
    shoot(page, "instead-of", size)
    page.get_by_role("link", name="Trotzdem nach „Berutng“ suchen").click()
    page.get_by_text("0 Treffer für „Berutng“").wait_for()
    page.get_by_role("link", name="Beratung", exact=True).wait_for()


@SIZES
def test_where_nothing_is_found_something_is_near(new_page, guide, size):
    page = new_page(size)
    page.goto("/suche/?q=Waschsalon&art=schlecht")
    page.get_by_role("heading", name="Ohne Einschränkung: 2 Treffer").wait_for()
    check(page)
    shoot(page, "nothing-with-filter", size)
    page.goto("/suche/?q=Schuldnerberatung Xylophon")
    check(page)
    page.goto("/suche/?q=Xylophon")
    page.get_by_role("heading", name="Die Kapitel des Leitfadens").wait_for()
    page.get_by_role("link", name="Fragen Sie ein Projekt").wait_for()
    check(page)
    shoot(page, "nothing", size)


@SIZES
def test_an_experience_shows_what_is_like_it(new_page, guide, size):
    page = new_page(size)
    page.goto(guide.get_absolute_url())
    section = page.get_by_role("region", name="Ähnliche Erfahrungen")
    section.scroll_into_view_if_needed()
    section.get_by_role("link", name="Beratung im Stehcafé").wait_for()
    section.get_by_text("gleiches Thema: Sprechstunden und Beratung").wait_for()
    check(page)
    shoot(page, "related", size)
    section.get_by_role("link", name="Sprechstunden in Waschsalons kommen an").click()
    page.get_by_role("heading", name="Sprechstunden in Waschsalons kommen an").wait_for()


@SIZES
def test_a_writer_is_told_that_something_like_it_exists(new_page, guide, feed, size):
    other = ProjectFactory(title="ThINKA Nordstadt")
    ExperienceFactory(title="Sprechstunde im Waschsalon Nord", project=other).save_revision()
    feed()
    person(roles.EDITOR, other, username="redaktion")
    page = new_page(size)
    sign_in(page, "redaktion")
    page.goto("/intern/")
    field = page.get_by_label("Ihre Erfahrung in einem Satz")
    field.press_sequentially("Unsere Sprechstunde im Waschsalon")
    page.get_by_text("Ähnliches gibt es schon:").wait_for()
    check(page)
    shoot(page, "warning-quick", size)
    page.get_by_role("button", name="Als Entwurf speichern").click()
    page.wait_for_url("**/admin/**")
    page.get_by_text("Ähnliches gibt es schon:").wait_for()
    page.get_by_role("link", name="dort ergänzen").first.wait_for()
    check(page, within=[".similar"])
    shoot(page, "warning", size)
    assert page.locator(".similar").get_by_text("ThINKA Nordstadt · Entwurf").count() == 1
    page.get_by_role("textbox", name="Die Erfahrung in einem Satz").fill("Etwas ganz anderes")
    page.get_by_text("Ähnliches gibt es schon:").wait_for(state="hidden")


def shoot(page, name, size):
    """Keeps a picture where somebody wants to look (THINKA_PICTURES is a folder)."""
    if folder := os.environ.get("THINKA_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)
