"""Supplements: what other projects add to an experience, and what they found."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms import published
from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.kinds import State
from cms.domain.reader import ANONYMOUS
from cms.models import IndexJob, Publication, Supplement
from cms.models.choices import AttributionChoices
from cms.permissions import policies, roles
from cms.services.grant_role import grant_role
from cms.services.hand_over import hand_over
from cms.services.review import approve, return_entry
from cms.services.supplement import create_supplement
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    TopicFactory,
    person,
    published_experience,
    published_supplement,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    owner = ProjectFactory(title="ThINKA Eigenheim")
    return published_experience(title="Sprechstunde im Waschsalon", project=owner)


def page_of(client, entry) -> str:
    return client.get(entry.get_absolute_url()).content.decode()


def form_address(entry) -> str:
    return reverse("cms:add_supplement", args=[entry.slug])


def state_of(supplement) -> State:
    return Supplement.objects.with_state().get(pk=supplement.pk).state


# --- writing one ---------------------------------------------------------------------------------


def test_an_editor_of_another_project_adds_text_and_verdict(client, entry, project, editor, office):
    client.force_login(editor)
    assert "Haben Sie das auch probiert?" in page_of(client, entry)
    answer = client.post(
        form_address(entry),
        {
            "verdict": "proven",
            "text": "Bei uns dienstags.\n\nMit <Kaffee>.",
            "visibility": "public",
            "project": project.pk,
            "action": "submit",
        },
    )
    assert answer.url == entry.get_absolute_url()
    supplement = Supplement.objects.get()
    assert state_of(supplement) is State.IN_REVIEW
    assert supplement.text == "<p>Bei uns dienstags.</p><p>Mit &lt;Kaffee&gt;.</p>"
    assert "Bei uns dienstags" not in page_of(client, entry)

    approve(supplement, office)
    client.logout()
    page = page_of(client, entry)
    assert "Bei uns dienstags" in page
    assert "ThINKA Musterstadt" in page
    assert 'aria-label="1 × bewährt"' in page


def test_what_was_typed_stays_in_a_form_that_is_refused(client, entry, project, editor):
    client.force_login(editor)
    answer = client.post(
        form_address(entry), {"visibility": "projects", "project": project.pk, "action": "submit"}
    )
    assert "Bitte schreiben Sie etwas dazu" in answer.content.decode()
    answer = client.post(form_address(entry), {"text": "Lange getippt", "visibility": "alle"})
    assert "Lange getippt" in answer.content.decode()
    assert not Supplement.objects.exists()


def test_a_project_does_not_supplement_its_own_experience(client, entry, project):
    owner = person(roles.EDITOR, entry.project)
    with pytest.raises(RuleError, match="gehört Ihrem Projekt"):
        create_supplement(owner, entry, entry.project, verdict="proven")
    client.force_login(owner)
    assert form_address(entry) not in page_of(client, entry)
    answer = client.post(form_address(entry), {"verdict": "proven"}, follow=True)
    assert "gehört Ihrem Projekt" in answer.content.decode()
    grant_role(owner, project, roles.EDITOR)
    assert form_address(entry) in page_of(client, entry)
    data = {"verdict": "proven", "visibility": "projects", "project": entry.project.pk}
    assert client.post(form_address(entry), data).status_code == 200
    assert not Supplement.objects.exists()


def test_a_draft_is_kept_and_named_on_the_form(client, entry, project, editor):
    client.force_login(editor)
    client.post(
        form_address(entry),
        {"verdict": "partly", "visibility": "projects", "project": project.pk, "action": "draft"},
    )
    supplement = Supplement.objects.get()
    assert state_of(supplement) is State.DRAFT
    page = client.get(form_address(entry)).content.decode()
    assert reverse("guide_supplements:edit", args=[supplement.pk]) in page


def test_the_form_offers_no_circle_wider_than_the_experiences(client, project, editor):
    entry = published_experience(Circle.PROJECTS)
    client.force_login(editor)
    values = {"verdict": "open", "project": project.pk, "action": "draft"}
    client.post(form_address(entry), {**values, "visibility": "public"})
    assert not Supplement.objects.exists()
    client.post(form_address(entry), {**values, "visibility": "projects"})
    assert Supplement.objects.exists()


def test_nobody_supplements_for_a_project_of_others(client, entry, project, editor):
    other = ProjectFactory()
    client.force_login(editor)
    client.post(
        form_address(entry), {"verdict": "open", "visibility": "public", "project": other.pk}
    )
    with pytest.raises(NotAllowedError):
        create_supplement(editor, entry, other, verdict="open")
    assert not Supplement.objects.exists()


def test_nobody_supplements_what_they_do_not_see(client, project, editor):
    hidden = published_experience(Circle.PROJECT)
    draft = ExperienceFactory()
    client.force_login(editor)
    for entry in (hidden, draft):
        assert client.get(form_address(entry)).status_code == 404
        with pytest.raises(NotAllowedError):
            create_supplement(editor, entry, project, verdict="open")


@pytest.mark.parametrize("role", [roles.READER, roles.PARTNER])
def test_who_writes_for_no_project_finds_no_form(client, entry, project, role):
    client.force_login(person(role, project))
    assert "Haben Sie das auch probiert?" not in page_of(client, entry)
    assert client.get(form_address(entry)).status_code == 404
    assert client.post(form_address(entry), {"verdict": "open"}).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client, entry):
    answer = client.post(form_address(entry), {"verdict": "open"})
    assert answer.url.startswith(reverse("cms:login"))
    assert "ergaenzen" not in page_of(client, entry)


def test_a_supplement_says_something(entry, project, editor):
    with pytest.raises(RuleError):
        create_supplement(editor, entry, project, text="  \n ")


# --- review in the admin -------------------------------------------------------------------------


def test_its_form_submits_and_takes_back_through_the_services(
    client, entry, project, editor, office
):
    supplement = create_supplement(editor, entry, project, verdict="open")
    client.force_login(editor)
    address = reverse("guide_supplements:edit", args=[supplement.pk])
    values = {"verdict": "proven", "text": "null", "visibility": "projects"}
    client.post(address, {**values, "action-submit": "1"})
    assert state_of(supplement) is State.IN_REVIEW
    client.post(address, {"action-cancel-workflow": "1"})
    assert state_of(supplement) is State.DRAFT
    client.post(address, {**values, "action-submit": "1"})
    return_entry(Supplement.objects.get(), office, "Bitte noch: wie oft?")
    assert "Bitte noch: wie oft?" in client.get(address).content.decode()


def test_the_review_screen_takes_it(client, entry, project, editor, office):
    supplement = create_supplement(editor, entry, project, verdict="proven", submit_now=True)
    client.force_login(office)
    address = reverse("guide_review_supplement", args=[supplement.pk])
    assert "Prüfen" in client.get(address).content.decode()
    client.post(address, {"action": "approve", "circle": "public", "confirmed": "on"})
    assert state_of(supplement) is State.PUBLISHED
    assert Publication.objects.of(supplement).get().circle == "public"


def test_the_list_shows_ones_own_projects_supplements_only(client, entry, project, editor):
    create_supplement(editor, entry, project, verdict="open")
    others = ProjectFactory()
    foreign = create_supplement(person(roles.EDITOR, others), entry, others, verdict="open")
    client.force_login(editor)
    listing = client.get(reverse("guide_supplements:list"))
    assert [row.project for row in listing.context["object_list"]] == [project]
    address = reverse("guide_supplements:edit", args=[foreign.pk])
    assert client.get(address).url == reverse("wagtailadmin_home")


@pytest.mark.parametrize("role", [roles.EDITOR, roles.OFFICE])
def test_nothing_is_added_in_the_admins_list(client, project, role):
    client.force_login(person(role, project))
    assert client.get(reverse("guide_supplements:add")).status_code == 302
    assert reverse("guide_supplements:add") not in (
        client.get(reverse("guide_supplements:list")).content.decode()
    )


def test_a_preview_shows_verdict_and_text(client, entry, project, editor):
    supplement = create_supplement(editor, entry, project, verdict="proven", text="Jeden Dienstag")
    client.force_login(editor)
    address = reverse("guide_supplements:preview_on_edit", args=[supplement.pk])
    client.post(address, {"verdict": "proven", "text": "null", "visibility": "projects"})
    page = client.get(address, {"mode": ""}).content.decode()
    assert "bewährt" in page


# --- what readers see ----------------------------------------------------------------------------


def test_only_what_this_reader_may_see_is_shown_and_counted(client, entry, project, editor):
    published_supplement(entry, verdict="proven", text="<p>Für alle</p>")
    published_supplement(entry, Circle.PROJECTS, verdict="not_proven", text="<p>Nur wir</p>")
    published_supplement(
        entry, Circle.PROJECT, verdict="partly", text="<p>Nur hier</p>", project=project
    )
    page = page_of(client, entry)
    assert 'aria-label="1 × bewährt"' in page
    assert "Nur wir" not in page

    client.force_login(person(roles.EDITOR, ProjectFactory()))
    page = page_of(client, entry)
    assert 'aria-label="1 × bewährt, 1 × nicht bewährt"' in page
    assert "Nur hier" not in page

    client.force_login(editor)
    assert "Nur hier" in page_of(client, entry)


def test_the_newest_verdict_of_a_project_counts(client, entry, project):
    old = published_supplement(entry, verdict="proven", project=project)
    new = published_supplement(entry, verdict="not_proven", project=project)
    published_supplement(entry, text="<p>Ohne Urteil</p>", project=project)
    assert 'aria-label="1 × nicht bewährt"' in page_of(client, entry)
    # Published anew, the older one is the newer word.
    Supplement.objects.filter(pk=old.pk).update(
        last_published_at=new.last_published_at + datetime.timedelta(days=1)
    )
    assert 'aria-label="1 × bewährt"' in page_of(client, entry)


def test_a_changed_verdict_waits_for_the_review(client, entry, editor, project):
    supplement = published_supplement(entry, verdict="proven", project=project)
    draft = supplement.get_latest_revision_as_object()
    draft.verdict = "not_proven"
    draft.save_revision(user=editor)
    assert 'aria-label="1 × bewährt"' in page_of(client, entry)


def test_an_experience_takes_its_supplements_along_when_it_is_withdrawn(entry, office):
    published_supplement(entry, verdict="proven")
    withdraw(entry, office)
    assert not published.supplements(ANONYMOUS).exists()
    assert not published.supplements(policies.reader_for(office)).exists()


def test_the_title_of_what_was_withdrawn_is_not_told_to_other_projects(
    client, entry, project, editor, office
):
    supplement = published_supplement(entry, verdict="proven", project=project)
    withdraw(entry, office)
    client.force_login(editor)
    for address in (
        reverse("guide_supplements:list"),
        reverse("guide_supplements:edit", args=[supplement.pk]),
    ):
        page = client.get(address).content.decode()
        assert "Ergänzung zu einer zurückgezogenen Erfahrung" in page
        assert "Waschsalon" not in page
    revision = supplement.latest_revision
    assert revision.object_str == "Ergänzung von ThINKA Musterstadt"
    assert "Waschsalon" not in str(revision.content)


def test_a_supplement_lies_in_the_trash_with_its_experience_or_alone(entry):
    alone = published_supplement(entry, verdict="proven")
    other = published_supplement(entry, verdict="partly")
    Supplement.objects.filter(pk=alone.pk).update(trashed_at=timezone.now())
    assert list(published.supplements(ANONYMOUS)) == [other]
    type(entry).objects.filter(pk=entry.pk).update(trashed_at=timezone.now())
    assert not published.supplements(ANONYMOUS).exists()


def test_ein_projekt_stays_unnamed_in_its_own_supplement(client, office):
    owner = ProjectFactory(title="ThINKA Geheim")
    entry = published_experience(project=owner, attribution=AttributionChoices.ANONYMOUS)
    published_supplement(entry, verdict="proven", text="<p>Nachtrag</p>", project=owner)
    published_supplement(entry, verdict="partly", project=ProjectFactory(title="ThINKA Offen"))
    for _ in range(2):
        page = page_of(client, entry)
        assert "ThINKA Offen" in page
        assert "Nachtrag" in page
        assert "Geheim" not in page
        assert "Geheim" not in client.get(f"/api{entry.get_absolute_url()[:-1]}").text
        hand_over(entry, ProjectFactory(title="ThINKA Nachfolge"), office)
        entry.refresh_from_db()
    assert "Nachfolge" not in page_of(client, entry)


def test_cards_and_chapters_say_where_it_has_proven_itself(client):
    topic = TopicFactory(title="Kapitel", slug="kapitel")
    entry = published_experience(topics=[topic])
    for circle in (Circle.PUBLIC, Circle.PUBLIC, Circle.PROJECTS):
        published_supplement(entry, circle, verdict="proven")
    for address in ("/leitfaden/kapitel/", "/erfahrungen/", "/"):
        assert "bewährt in 2 Projekten" in client.get(address).content.decode(), address


def test_the_api_answers_with_what_the_reader_may_see(client, entry, project):
    published_supplement(entry, verdict="proven", text="<p>Ja</p>", project=project)
    published_supplement(entry, verdict="not_proven")
    published_supplement(entry, Circle.PROJECTS, verdict="open")
    answer = client.get(f"/api{entry.get_absolute_url()[:-1]}").json()
    assert answer["verdicts"] == {"proven": 1, "partly": 0, "not_proven": 1, "open": 0}
    first, second = answer["supplements"]
    assert first["text"]["data"] == "<p>Ja</p>"
    assert first["project"]["title"] == "ThINKA Musterstadt"
    assert (second["verdict"], second["text"]["data"]) == ("not_proven", "")


def test_publishing_and_withdrawing_has_the_experience_looked_at_again(entry, office):
    IndexJob.objects.all().delete()
    supplement = published_supplement(entry, verdict="proven")
    jobs = IndexJob.objects.filter(object_type="experience", object_id=entry.pk)
    assert "supplement published" in jobs.values_list("reason", flat=True)
    jobs.delete()
    withdraw(supplement, office)
    assert "supplement withdrawn" in jobs.values_list("reason", flat=True)


# --- costs ---------------------------------------------------------------------------------------


def cost(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("attribution", list(AttributionChoices))
def test_many_supplements_cost_no_more_queries_than_few(client, office, attribution):
    entry = published_experience(attribution=attribution)
    addresses = [entry.get_absolute_url(), "/erfahrungen/", f"/api/erfahrungen/{entry.slug}"]
    client.force_login(office)
    addresses.append(reverse("guide_supplements:list"))

    def add(number):
        for _ in range(number):
            published_supplement(entry, verdict="proven", text="<p>Ja</p>")
            published_supplement(published_experience(), verdict="partly")

    add(2)
    for address in addresses:
        client.get(address)
    few = [cost(client, address) for address in addresses]
    add(5)
    assert [cost(client, address) for address in addresses] == few
