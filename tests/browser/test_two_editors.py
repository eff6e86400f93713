"""Two people at the same entry, as they see it: told before writing, both texts kept."""

import pytest

from cms.models import Experience
from cms.permissions import roles
from tests.browser.test_journey import sign_in
from tests.factories.guide import PASSWORD, ExperienceFactory, ProjectFactory, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def open_form(page, entry) -> None:
    page.goto(f"/admin/erfahrungen/edit/{entry.pk}/")


def write_result(page, text: str) -> None:
    """Types into „Ergebnis“, which stands in a panel that is closed at first."""
    field = page.get_by_label("Ergebnis")
    if not field.is_visible():
        panel = page.locator(".w-panel", has_text="Ausführlicher, wenn Sie mögen")
        panel.locator("[data-panel-toggle]").first.click()
    field.fill(text)


@pytest.fixture
def entry():
    project = ProjectFactory(title="ThINKA Musterstadt")
    author = person(roles.EDITOR, project, username="erste")
    person(roles.EDITOR, project, username="zweite")
    return ExperienceFactory(title="Sprechstunde", project=project, revision=author)


def test_the_second_is_told_and_both_texts_are_kept(new_page, entry):
    first, second = new_page(), new_page()
    sign_in(first, "erste")
    sign_in(second, "zweite")
    open_form(first, entry)
    open_form(second, entry)
    second.get_by_text("Hier schreibt gerade auch erste").wait_for()

    # Wagtail compares with what the form held some seconds after it opened.
    first.wait_for_timeout(4000)
    # Autosave writes what the first one types, without a click.
    write_result(first, "Ergebnis der Ersten")
    _wait_until(first, lambda: _draft(entry).result == "Ergebnis der Ersten")

    write_result(second, "Ergebnis der Zweiten")
    second.get_by_role("button", name="Entwurf speichern").click()
    kept = second.get_by_role("heading", name="Ihr Text ist aufgehoben").first
    # Wagtail's own dialog comes first where its ping has seen the newer version already.
    go_on = second.get_by_role("button", name="Weiter", exact=True)
    go_on.or_(kept).first.wait_for()
    if go_on.is_visible():
        go_on.click()
    kept.wait_for()
    assert _draft(entry).result == "Ergebnis der Ersten"

    second.get_by_role("link", name="Mit meinem Text weiterschreiben").click()
    second.get_by_role("button", name="Aktuellen Entwurf ersetzen").click()
    second.wait_for_url("**/edit/*/")
    assert _draft(entry).result == "Ergebnis der Zweiten"


def test_what_was_typed_is_there_after_signing_in_again(new_page, entry):
    page = new_page()
    sign_in(page, "zweite")
    open_form(page, entry)
    page.route("**/edit/**", _without_autosave)
    write_result(page, "Im Zug geschrieben")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Entwurf speichern").click()
    go_on = page.get_by_role("button", name="Weiter", exact=True)
    sign_in_button = page.get_by_role("button", name="Anmelden")
    go_on.or_(sign_in_button).first.wait_for()
    if go_on.is_visible():
        go_on.click()
    page.get_by_label("Benutzername").fill("zweite")
    page.get_by_label("Passwort").fill(PASSWORD)
    sign_in_button.click()
    page.get_by_role("heading", name="Ihr Text ist noch da").wait_for()
    page.get_by_role("button", name="Jetzt speichern").click()
    page.get_by_text("Entwurf „Sprechstunde“ gespeichert").wait_for()
    assert _draft(entry).result == "Im Zug geschrieben"


def test_a_project_writes_a_news_item_and_asks_to_publish_it(new_page):
    project = ProjectFactory(title="ThINKA Musterstadt")
    person(roles.EDITOR, project, username="redaktion")
    page = new_page()
    sign_in(page, "redaktion")
    page.goto("/admin/meldungen/")
    page.get_by_label("Überschrift").fill("Neuer Standort am Markt")
    page.get_by_role("button", name="Als Entwurf speichern").click()
    page.get_by_text("bitten Sie dann um Veröffentlichung").wait_for()
    page.goto("/admin/meldungen/")
    page.get_by_role("button", name="Um Veröffentlichung").click()
    page.get_by_text("Soll veröffentlicht werden", exact=True).wait_for()


def _without_autosave(route) -> None:
    """Only what the button sends gets through."""
    if "application/json" in route.request.headers.get("accept", ""):
        route.abort()
    else:
        route.continue_()


def _wait_until(page, condition) -> None:
    """Wagtail shows that it saved for a moment only: the row tells it for good."""
    for _second in range(60):
        if condition():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("not within a minute")


def _draft(entry) -> Experience:
    return Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
