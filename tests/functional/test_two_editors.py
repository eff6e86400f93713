"""Two people at the same entry or page: the second is told, and nobody's text is lost."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from cms.domain.errors import NotAllowedError
from cms.models import Experience, NewsPage
from cms.permissions import roles
from cms.services.grant_role import grant_role, revoke_roles
from cms.services.keep_text import keep_text
from cms.services.sessions import KEPT_FORM
from cms.services.submit import submit
from tests.factories.guide import PASSWORD, ExperienceFactory, ProjectFactory, news_page, person
from tests.functional.test_second_factor import code_of, with_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(project):
    return person(roles.EDITOR, project, username="erste")


@pytest.fixture
def second(project):
    return person(roles.EDITOR, project, username="zweite")


@pytest.fixture
def entry(project, first):
    return ExperienceFactory(title="Sprechstunde", project=project, revision=first)


def loaded(obj) -> dict:
    """What the form knows of the version that it began with."""
    revision = type(obj).objects.get(pk=obj.pk).latest_revision
    return {
        "loaded_revision_id": revision.pk,
        "loaded_revision_created_at": revision.created_at.isoformat(),
    }


def form_of(entry, began: dict, **more) -> dict:
    data = {
        "kind": entry.kind,
        "title": entry.title,
        "body": "null",
        "visibility": entry.visibility,
        "attribution": entry.attribution,
        "project": entry.project_id,
        "arguments-TOTAL_FORMS": 0,
        "arguments-INITIAL_FORMS": 0,
        "situation": "",
        "approach": "",
        "result": "",
        "lesson": "",
    }
    return data | began | more


def page_form_of(page, began: dict, **more) -> dict:
    data = {"title": page.title, "slug": page.slug, "date": "17.07.2013", "teaser": ""}
    return data | {"body": "null", "seo_title": "", "search_description": ""} | began | more


def edit_url(entry) -> str:
    return reverse("guide_experiences:edit", args=[entry.pk])


def draft_of(entry):
    return type(entry).objects.get(pk=entry.pk).get_latest_revision_as_object()


def save(client, user, entry, began, **more):
    client.force_login(user)
    return client.post(edit_url(entry), form_of(entry, began, **more))


def test_the_second_to_save_overwrites_nothing_and_loses_nothing(client, first, second, entry):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    response = save(client, second, entry, began, lesson="Rat der Zweiten", title="Neuer Titel")
    kept = Revision.objects.get(content__lesson="Rat der Zweiten")
    assert response.url == reverse("guide_kept", args=[kept.pk])
    draft = draft_of(entry)
    assert (draft.result, draft.lesson, draft.title) == ("Ergebnis der Ersten", "", "Sprechstunde")
    assert not draft.was_last_edited_by(second)
    screen = client.get(response.url).content.decode()
    for text in ("erste", "Ergebnis der Ersten", "Rat der Zweiten", "Mit meinem Text"):
        assert text in screen
    assert Experience.objects.get(pk=entry.pk).latest_revision != kept


def test_only_who_may_change_it_has_a_text_kept(entry):
    draft, news = draft_of(entry), news_page("Neues")
    for mine, user in (
        (draft, person(roles.EDITOR, ProjectFactory())),
        (draft, person(roles.READER, entry.project)),
        (news, person(roles.EDITOR, entry.project)),
    ):
        with pytest.raises(NotAllowedError):
            keep_text(mine, user, mine.latest_revision)


def test_the_kept_text_is_taken_up_again(client, first, second, entry):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    save(client, second, entry, began, lesson="Rat der Zweiten")
    kept = Revision.objects.get(content__lesson="Rat der Zweiten")
    resume = reverse("guide_experiences:revisions_revert", args=[entry.pk, kept.pk])
    assert "Rat der Zweiten" in client.get(resume).content.decode()
    client.post(resume, form_of(entry, loaded(entry), lesson="Rat der Zweiten"))
    assert draft_of(entry).lesson == "Rat der Zweiten"
    # And the first one's is in the history still.
    assert Revision.objects.filter(content__result="Ergebnis der Ersten").exists()


def test_the_same_text_sent_twice_is_kept_once(client, first, second, entry):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    for _time in range(2):
        save(client, second, entry, began, lesson="Rat der Zweiten")
    assert Revision.objects.filter(content__lesson="Rat der Zweiten").count() == 1


def test_a_double_click_is_no_conflict(client, first, entry):
    began = loaded(entry)
    for _click in range(2):
        response = save(client, first, entry, began, result="Ergebnis")
        assert response.url == edit_url(entry)
    assert draft_of(entry).result == "Ergebnis"


def test_saving_on_the_latest_version_goes_through(client, first, second, entry):
    save(client, first, entry, loaded(entry), result="Ergebnis der Ersten")
    response = save(client, second, entry, loaded(entry), lesson="Rat der Zweiten")
    assert response.url == edit_url(entry)
    assert draft_of(entry).lesson == "Rat der Zweiten"


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}])
def test_text_typed_while_the_entry_was_handed_in_is_kept(client, first, second, entry, action):
    began = loaded(entry)
    submit(entry, first)
    response = save(client, second, entry, began, lesson="Rat der Zweiten", **action)
    assert draft_of(entry).lesson == ""
    screen = client.get(response.url).content.decode()
    assert "Rat der Zweiten" in screen
    assert "eingereicht oder gesperrt" in screen
    assert "Mit meinem Text weiterschreiben" not in screen


def test_taking_back_still_works(client, first, entry):
    began = loaded(entry)
    submit(entry, first)
    save(client, first, entry, began, **{"action-cancel-workflow": "1"})
    assert not Experience.objects.get(pk=entry.pk).workflow_in_progress


def test_text_that_the_form_would_refuse_is_kept_too(client, first, second, entry):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    long = "Ein Satz ohne Ende " * 20
    response = save(client, second, entry, began, title=long, lesson="Rat der Zweiten")
    kept = Revision.objects.get(content__lesson="Rat der Zweiten")
    assert kept.content["title"] == long
    assert long.strip() in client.get(response.url).content.decode()


def test_autosave_is_refused_and_keeps_the_newer_version(client, first, second, entry):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    client.force_login(second)
    data = form_of(entry, began, lesson="Rat der Zweiten")
    response = client.post(edit_url(entry), data, headers={"accept": "application/json"})
    assert (response.status_code, response.json()["success"]) == (400, False)
    assert draft_of(entry).result == "Ergebnis der Ersten"


def test_who_comes_second_is_told_before_writing(client, first, second, entry):
    client.force_login(first)
    assert "Hier schreibt gerade auch" not in client.get(edit_url(entry)).content.decode()
    assert "Hier schreibt gerade auch" not in client.get(edit_url(entry)).content.decode()
    client.force_login(second)
    assert "Hier schreibt gerade auch erste" in client.get(edit_url(entry)).content.decode()


def test_others_see_nothing_and_leave_nothing(client, first, second, entry, project):
    began = loaded(entry)
    save(client, first, entry, began, result="Ergebnis der Ersten")
    response = save(client, second, entry, began, lesson="Rat der Zweiten")
    count = Revision.objects.count()
    strangers = [
        person(roles.READER, project),
        person(roles.EDITOR, ProjectFactory()),
        person(roles.PARTNER),
    ]
    for stranger in strangers:
        save(client, stranger, entry, began, lesson="Untergeschoben")
        answer = client.get(response.url)
        assert answer.status_code == 302 and "kept" not in answer.content.decode()
    assert Revision.objects.count() == count


def test_pages_keep_every_text_too(client, first, second, project):
    page = news_page("Meldung", live=False, project=project)
    url, began = reverse("wagtailadmin_pages:edit", args=[page.pk]), loaded(page)
    client.force_login(first)
    assert client.post(url, page_form_of(page, began, teaser="Von der Ersten")).status_code == 302
    client.force_login(second)
    assert "Hier schreibt gerade auch" not in client.get(url).content.decode()
    response = client.post(url, page_form_of(page, began, teaser="Von der Zweiten"))
    kept = Revision.objects.get(content__teaser="Von der Zweiten")
    assert response.url == reverse("guide_kept", args=[kept.pk])
    assert draft_of(NewsPage.objects.get(pk=page.pk)).teaser == "Von der Ersten"
    screen = client.get(response.url).content.decode()
    assert "Ersten</span>" in screen and "Zweiten</span>" in screen
    resume = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, kept.pk])
    assert resume in screen
    client.post(resume, page_form_of(page, loaded(page), teaser="Von der Zweiten"))
    assert draft_of(page).teaser == "Von der Zweiten"


def sign_in_again(client, url, user):
    """Back at the form, as the sign-in page leads there."""
    client.force_login(user)
    return client.get(url)


def session_ends(client, user, url):
    """Somebody has the form open when their session ends."""
    client.force_login(user)
    client.get(url)
    del client.cookies["sessionid"]


def test_what_was_typed_survives_the_end_of_the_session(client, second, entry):
    session_ends(client, second, edit_url(entry))
    data = form_of(entry, loaded(entry), lesson="Rat der Zweiten <und mehr>")
    response = client.post(edit_url(entry), data)
    assert response.url.startswith("/anmelden/?next=")
    # The editor's script says that it leaves the entry.
    release = reverse("wagtailadmin_editing_sessions:release", args=[1])
    client.post(release, headers={"sec-fetch-mode": "no-cors"})
    response = client.post(response.url, {"username": "zweite", "password": PASSWORD})
    assert response.url == edit_url(entry)
    screen = client.get(response.url)
    assert "Jetzt speichern" in screen.content.decode()
    assert "Rat der Zweiten &lt;und mehr&gt;" in screen.content.decode()
    response = client.post(edit_url(entry), dict(screen.context["fields"]))
    assert draft_of(entry).lesson == "Rat der Zweiten <und mehr>"
    assert "Jetzt speichern" not in client.get(edit_url(entry)).content.decode()


def test_it_can_be_discarded_and_is_offered_at_its_address_only(client, second, entry):
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), form_of(entry, loaded(entry), lesson="Rat der Zweiten"))
    client.force_login(second)
    assert "Rat der Zweiten" not in client.get(reverse("wagtailadmin_home")).content.decode()
    screen = client.get(edit_url(entry))
    client.post(edit_url(entry), dict(screen.context["fields"]) | {"guide-discard-kept-form": "1"})
    assert draft_of(entry).lesson == ""
    assert "Jetzt speichern" not in client.get(edit_url(entry)).content.decode()


def test_a_conflict_is_found_after_signing_in_again_too(client, first, second, entry):
    began = loaded(entry)
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), form_of(entry, began, lesson="Rat der Zweiten"))
    entry.result = "Ergebnis der Ersten"
    entry.save_revision(user=first)
    screen = sign_in_again(client, edit_url(entry), second)
    response = client.post(edit_url(entry), dict(screen.context["fields"]))
    assert reverse("guide_kept", args=[1])[:-2] in response.url
    assert draft_of(entry).result == "Ergebnis der Ersten"


def test_passwords_and_megabytes_are_not_kept(client, second, entry):
    data = form_of(entry, loaded(entry), old_password="geheim-7")
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), data)
    assert KEPT_FORM in client.session
    assert "geheim-7" not in str(dict(client.session))
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), form_of(entry, loaded(entry), lesson="x" * 400_000))
    assert KEPT_FORM not in client.session


def test_nothing_is_kept_for_strangers(client, entry):
    client.post(edit_url(entry), form_of(entry, loaded(entry), lesson="Von irgendwem"))
    assert not Session.objects.exists()


def test_what_was_typed_waits_past_the_second_factor_too(client, second, entry):
    with_factor(second)
    session_ends(client, second, edit_url(entry))
    data = form_of(entry, loaded(entry), lesson="Rat der Zweiten")
    response = client.post(edit_url(entry), data)
    response = client.post(response.url, {"username": "zweite", "password": PASSWORD})
    assert response.url.startswith("/anmelden/code/")
    response = client.post(response.url, {"code": code_of(second), "next": edit_url(entry)})
    assert "Rat der Zweiten" in client.get(response.url).content.decode()


def test_nobody_else_at_the_same_computer_is_offered_it(client, first, second, entry):
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), form_of(entry, loaded(entry), lesson="Rat der Zweiten"))
    screen = sign_in_again(client, edit_url(entry), first)
    assert "Jetzt speichern" not in screen.content.decode()
    assert "Rat der Zweiten" not in screen.content.decode()


def test_who_may_not_write_there_saves_nothing_by_it(client, second, entry):
    session_ends(client, second, edit_url(entry))
    client.post(edit_url(entry), form_of(entry, loaded(entry), lesson="Zu spät"))
    revoke_roles(second, entry.project)
    grant_role(second, ProjectFactory(), roles.EDITOR)
    screen = sign_in_again(client, edit_url(entry), second)
    client.post(edit_url(entry), dict(screen.context["fields"]))
    assert draft_of(entry).lesson == ""


def test_text_is_shown_for_copying_when_the_form_is_too_old_to_be_trusted(second, entry):
    client = Client(enforce_csrf_checks=True)
    client.force_login(second)
    rich = '{"blocks": [{"text": "Ein langer Absatz & mehr davon"}], "entityMap": {}}'
    data = form_of(entry, loaded(entry), lesson="Ein Rat, der lang genug ist", body=rich)
    response = client.post(edit_url(entry), data | {"password": "ein sehr langes Geheimnis"})
    text = response.content.decode()
    assert response.status_code == 403
    assert "Ein Rat, der lang genug ist" in text
    assert "Ein langer Absatz &amp; mehr davon" in text and "blocks" not in text
    assert "Geheimnis" not in text
    assert draft_of(entry).lesson == ""
