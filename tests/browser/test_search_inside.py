"""Search among drafts in a real browser: from the sidebar's field, by keyboard, on a phone."""

import pytest

from cms.permissions import roles
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories.guide import PASSWORD, ExperienceFactory, ProjectFactory, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def editor(feed):
    """Somebody with drafts of two kinds."""
    project = ProjectFactory(title="ThINKA Musterstadt")
    user = person(roles.EDITOR, project)
    ExperienceFactory(title="Sprechstunden im Waschsalon", project=project, revision=user)
    ExperienceFactory(title="Sprechstunden am Telefon", kind="bad", project=project)
    feed()
    return user


def sign_in(page, user, address):
    page.goto(f"/anmelden/?next={address}")
    page.get_by_label("Benutzername").fill(user.username)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"**{address}")


def test_the_admins_search_field_finds_drafts(new_page, editor):
    page = new_page(DESKTOP)
    sign_in(page, editor, "/admin/")
    field = page.locator("#wagtail-sidebar input[name=q]")
    field.fill("Sprechstunde Waschsalons")
    field.press("Enter")
    page.wait_for_url("**/admin/suche/?q=*")
    assert "2 Treffer" in page.get_by_role("heading", level=2).first.inner_text()
    check(page, within=["main"])
    page.get_by_role("link", name="Sprechstunden im Waschsalon", exact=True).click()
    page.wait_for_url("**/intern/kommentieren/*/")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_narrows_and_takes_it_back_by_keyboard(new_page, editor, size):
    page = new_page(size)
    sign_in(page, editor, "/intern/")
    field = page.get_by_role("searchbox", name="Entwürfe und Kommentare")
    field.fill("Sprechstunde")
    field.press("Enter")
    page.wait_for_url("**/intern/suche/?q=Sprechstunde")
    bad = page.get_by_role("link", name="Schlechte Erfahrungen 1")
    bad.focus()
    bad.press("Enter")
    page.wait_for_url("**art=schlecht*")
    rows = page.locator(".search__row")
    assert rows.count() == 1
    check(page)
    # A new word keeps the choice.
    page.get_by_label("Was suchen Sie?").fill("Waschsalon")
    page.get_by_label("Was suchen Sie?").press("Enter")
    page.wait_for_url("**q=Waschsalon*art=schlecht*")
    assert rows.count() == 0
    back = page.get_by_role("link", name="Schlechte Erfahrungen entfernen")
    back.focus()
    back.press("Enter")
    page.wait_for_url("**/intern/suche/?q=Waschsalon")
    assert rows.count() == 1
    check(page)
