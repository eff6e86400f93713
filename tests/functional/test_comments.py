"""Comments on a draft: anchored, answered, settled, kept with the version, never public."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.domain.circles import Circle
from cms.domain.errors import NotAllowedError, RuleError
from cms.models import (
    Comment,
    Experience,
    ExperienceUserGrant,
    IndexJob,
    Project,
    Publication,
    Supplement,
)
from cms.permissions import policies, roles
from cms.published.comments import comments_of
from cms.services.comment import add_comment, answer_comment, reopen_comment, resolve_comment
from cms.services.create_experience import create_experience
from cms.services.grant_role import revoke_role
from cms.services.invite_to_comment import end_invitation, invite_to_comment
from cms.services.review import approve, return_entry
from cms.services.submit import submit, take_back
from cms.services.supplement import create_supplement
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)

pytestmark = pytest.mark.django_db

BODY = "<p>Jeden Dienstag im Waschsalon.</p><p>Es kommen viele, jeden Dienstag.</p>"


@pytest.fixture
def lead(project):
    return person(roles.LEAD, project)


@pytest.fixture
def partner():
    return person(roles.PARTNER, first_name="Petra", last_name="Partner")


@pytest.fixture
def draft(editor, project):
    """In review."""
    entry = ExperienceFactory(title="Die Sprechstunde", body=BODY, project=project, revision=editor)
    submit(entry, editor)
    return entry


def screen(entry) -> str:
    return reverse("cms:comments", args=[entry.pk])


def threads(entry, user):
    entry = Experience.objects.get(pk=entry.pk)
    return comments_of(entry, policies.reader_for(user)).threads


def rewrite(entry, user, **fields):
    new = Experience.objects.get(pk=entry.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(new, name, value)
    new.save_revision(user=user)


# --- who writes, who reads -----------------------------------------------------------------------


@pytest.mark.parametrize("role", [roles.EDITOR, roles.REVIEWER, roles.LEAD])
def test_who_writes_for_the_project_comments(draft, project, role):
    add_comment(draft, person(role, project), "Wie oft genau?")
    assert Comment.objects.get().revision_id == draft.latest_revision_id


def test_readers_of_the_project_read_comments_and_write_none(client, draft, project, office):
    add_comment(draft, office, "Wie oft genau?")
    reader = person(roles.READER, project)
    with pytest.raises(NotAllowedError):
        add_comment(draft, reader, "Ich auch")
    client.force_login(reader)
    page = client.get(screen(draft)).content.decode()
    assert "Wie oft genau?" in page
    assert "Kommentar speichern" not in page
    client.post(screen(draft), {"text": "Ich auch"})
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("role", [roles.LEAD, roles.PARTNER, None])
def test_nobody_else_reads_or_writes(client, draft, office, role):
    comment = add_comment(draft, office, "Wie oft genau?")
    stranger = person(role, ProjectFactory())
    client.force_login(stranger)
    assert client.get(screen(draft)).status_code == 404
    assert client.post(screen(draft), {"text": "Ich"}).status_code == 404
    for name in ("answer_comment", "resolve_comment", "reopen_comment"):
        address = reverse(f"cms:{name}", args=[comment.pk])
        assert client.post(address, {"text": "Ich"}).status_code == 404
    invite = reverse("cms:invite_comment", args=[draft.pk])
    assert client.post(invite, {"person": stranger.pk}).status_code == 404
    for act in (
        lambda: add_comment(draft, stranger, "Ich"),
        lambda: answer_comment(comment, stranger, "Ich"),
        lambda: resolve_comment(comment, stranger),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert Comment.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in(client, draft):
    assert client.get(screen(draft)).url.startswith(reverse("cms:login"))


def test_reading_an_address_that_acts_changes_nothing(client, draft, office):
    comment = add_comment(draft, office, "Wie oft genau?")
    client.force_login(office)
    for name, pk in (
        ("answer_comment", comment.pk),
        ("resolve_comment", comment.pk),
        ("invite_comment", draft.pk),
    ):
        assert client.get(reverse(f"cms:{name}", args=[pk])).status_code == 405


# --- saying, answering, settling -----------------------------------------------------------------


def test_a_comment_is_written_answered_settled_and_opened_on_the_screen(
    client, draft, editor, office
):
    client.force_login(office)
    answer = client.post(screen(draft), {"text": "Wie oft?", "quote": "Jeden Dienstag im"})
    assert answer.url == f"{screen(draft)}#kommentare"
    comment = Comment.objects.get()
    assert (comment.field, comment.quote) == ("body", "Jeden Dienstag im")

    client.force_login(editor)
    client.post(reverse("cms:answer_comment", args=[comment.pk]), {"text": "Viermal im Monat."})
    page = client.get(screen(draft)).content.decode()
    assert "Viermal im Monat." in page
    assert "zu: Mehr dazu" in page

    client.post(reverse("cms:resolve_comment", args=[comment.pk]))
    assert "erledigt von" in client.get(screen(draft)).content.decode()
    client.post(reverse("cms:reopen_comment", args=[comment.pk]))
    comment.refresh_from_db()
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_nothing_typed_is_lost_when_the_passage_is_not_there(client, draft, office):
    client.force_login(office)
    page = client.post(screen(draft), {"text": "Lange getippt", "quote": "Steht nicht da"})
    assert "Diese Stelle steht so nicht im Entwurf" in page.content.decode()
    assert "Lange getippt" in page.content.decode()
    page = client.post(screen(draft), {"text": "  ", "quote": "Es kommen viele"})
    assert "Bitte schreiben Sie, was Sie dazu sagen" in page.content.decode()
    assert "Es kommen viele" in page.content.decode()
    assert not Comment.objects.exists()


def test_after_acting_one_is_back_where_one_was_and_never_elsewhere(client, draft, office):
    client.force_login(office)
    review = reverse("guide_review", args=[draft.pk])
    answer = client.post(screen(draft), {"text": "Eins", "next": review})
    assert answer.url == f"{review}#kommentare"
    answer = client.post(screen(draft), {"text": "Zwei", "next": "https://example.org/"})
    assert answer.url == f"{screen(draft)}#kommentare"


def test_a_passage_that_was_changed_since_is_said_to_be(client, draft, editor, office):
    add_comment(draft, office, "Wer?", quote="Es kommen viele,")
    assert [thread.still_there for thread in threads(draft, office)] == [True]
    rewrite(draft, editor, body=BODY.replace("viele", "manche"))
    assert [thread.still_there for thread in threads(draft, office)] == [False]
    client.force_login(office)
    page = client.get(screen(draft)).content.decode()
    assert "Die Stelle wurde inzwischen geändert." in page


def test_words_that_stand_twice_are_told_apart_by_what_stood_before(draft, editor, office):
    add_comment(draft, office, "Wirklich?", quote="jeden Dienstag", before="Es kommen viele, ")
    rewrite(draft, editor, lesson="Nicht jeden Dienstag.")
    assert threads(draft, office)[0].still_there
    rewrite(draft, editor, body=BODY.replace("jeden", "fast jeden").replace("Jeden", "jeden"))
    assert not threads(draft, office)[0].still_there


def test_what_is_published_takes_no_comments_until_it_is_changed(editor, project):
    entry = published_experience(project=project)
    with pytest.raises(RuleError):
        add_comment(entry, editor, "Zu spät")
    rewrite(entry, editor, title="Neu")
    add_comment(Experience.objects.get(pk=entry.pk), editor, "Rechtzeitig")


def test_the_author_of_a_comment_settles_it_and_others_of_the_project(draft, office, editor):
    comment = add_comment(draft, office, "Wie oft?")
    resolve_comment(comment, editor)
    reopen_comment(comment, office)
    with pytest.raises(NotAllowedError):
        resolve_comment(answer_comment(comment, editor, "Oft"), office)


# --- kept with the history -----------------------------------------------------------------------


def test_comments_are_kept_with_the_version_that_came_out_of_the_draft(
    client, draft, editor, office
):
    comment = add_comment(draft, office, "Wie oft?")
    answer_comment(comment, editor, "Viermal")
    approve(Experience.objects.get(pk=draft.pk), office, circle=Circle.PUBLIC)
    publication = Publication.objects.of(draft).get()
    assert set(Comment.objects.values_list("publication", flat=True)) == {publication.pk}

    rewrite(draft, editor, title="Die zweite Fassung")
    entry = Experience.objects.get(pk=draft.pk)
    add_comment(entry, office, "Zur neuen")
    shown = comments_of(entry, policies.reader_for(office))
    assert [thread.comment.text for thread in shown.threads] == ["Zur neuen"]
    [version] = shown.versions
    assert version.publication == publication
    assert [answer.text for answer in version.threads[0].answers] == ["Viermal"]
    client.force_login(office)
    assert "Zur Fassung vom" in client.get(screen(entry)).content.decode()
    comment.refresh_from_db()
    with pytest.raises(RuleError):
        answer_comment(comment, editor, "Nachtrag")
    with pytest.raises(NotAllowedError):
        resolve_comment(comment, editor)


def test_comments_are_never_public(client, draft, office, editor, embedded_search):
    add_comment(draft, office, "Geheimwort Kolibri", quote="Es kommen viele")
    approve(Experience.objects.get(pk=draft.pk), office, circle=Circle.PUBLIC)
    embedded_search()
    entry = Experience.objects.get(pk=draft.pk)
    for user in (None, person(roles.PARTNER), editor):
        if user:
            client.force_login(user)
        for address in (
            entry.get_absolute_url(),
            f"/api{entry.get_absolute_url()[:-1]}",
            "/suche/?q=Kolibri",
            "/api/@search?SearchableText=Kolibri",
        ):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert "Geheimwort" not in answer.text, address


def test_comments_of_a_draft_that_is_deleted_go_with_it(editor, project):
    entry = create_experience(editor, project, "Ein Versuch")
    answer_comment(add_comment(entry, editor, "Hm"), editor, "Ja")
    entry.delete()
    assert not Comment.objects.exists()


def test_a_comment_is_looked_at_by_the_search(draft, office, editor, project):
    jobs = IndexJob.objects.filter(object_type="comment")
    comment = add_comment(draft, office, "Wie oft?")
    supplement = create_supplement(editor, published_experience(), project, text="Auch bei uns")
    other = add_comment(supplement, editor, "Wie oft?", quote="bei uns")
    assert set(jobs.values_list("object_id", flat=True)) == {comment.pk, other.pk}


def test_a_supplement_is_commented_by_its_project_not_by_the_experiences(client, project, editor):
    entry = published_experience()
    supplement = create_supplement(editor, entry, project, text="Auch bei uns")
    address = reverse("cms:comments_supplement", args=[supplement.pk])
    client.force_login(person(roles.EDITOR, entry.project))
    assert client.get(address).status_code == 404
    client.force_login(editor)
    client.post(address, {"text": "Noch offen", "field": "text"})
    assert Comment.objects.of(supplement).get().get_field_display() == "Text der Ergänzung"
    assert "Auch bei uns" in client.get(address).content.decode()
    form = reverse("guide_supplements:edit", args=[supplement.pk])
    assert "Noch offen" in client.get(form).content.decode()


def test_what_lies_in_the_trash_is_closed(client, draft, office):
    comment = add_comment(draft, office, "Wie oft?")
    Experience.objects.filter(pk=draft.pk).update(trashed_at=timezone.now())
    client.force_login(office)
    assert client.get(screen(draft)).status_code == 404
    resolve = reverse("cms:resolve_comment", args=[comment.pk])
    assert client.post(resolve).status_code == 404


# --- partners, where they are invited ------------------------------------------------------------


def test_an_invited_partner_reads_that_draft_and_comments_and_sees_nothing_else(
    client, draft, project, office, lead, partner
):
    other = ExperienceFactory(title="Ein anderer Entwurf", project=project)
    add_comment(draft, office, "Nur unter uns")
    invite_to_comment(draft, partner, by=lead)

    client.force_login(partner)
    assert "Die Sprechstunde" in client.get("/intern/").content.decode()
    page = client.get(screen(draft)).content.decode()
    assert "Es kommen viele" in page
    assert "Nur unter uns" not in page
    assert "Einen Partner um einen Kommentar bitten" not in page
    client.post(screen(draft), {"text": "Das Jobcenter sagt Danke"})
    comment = Comment.objects.get(author=partner)
    assert "Das Jobcenter sagt Danke" in client.get(screen(draft)).content.decode()

    foreign = Comment.objects.get(author=office)
    answer = reverse("cms:answer_comment", args=[foreign.pk])
    assert client.post(answer, {"text": "Was?"}).status_code == 404
    with pytest.raises(NotAllowedError):
        answer_comment(foreign, partner, "Was?")
    answer_comment(comment, office, "Gern")
    assert "Gern" in client.get(screen(draft)).content.decode()

    assert client.get(screen(other)).status_code == 404
    assert client.get(f"/erfahrungen/{draft.slug}/").status_code == 404
    assert client.get(reverse("guide_experiences:edit", args=[draft.pk])).status_code == 302
    assert client.get(reverse("guide_review", args=[draft.pk])).status_code == 302
    assert not policies.can(partner, policies.SEE, draft)
    assert not policies.can(partner, policies.EDIT, draft)


def test_an_invitation_is_to_the_experience_not_to_a_supplement_of_the_same_number(
    draft, lead, partner, editor, project
):
    invite_to_comment(draft, partner, by=lead)
    same_number = Supplement.objects.create(
        pk=draft.pk, experience=published_experience(), project=project, verdict="open"
    )
    submit(same_number, editor)
    assert same_number.workflow_in_progress
    assert policies.can(partner, policies.COMMENT, draft)
    assert not policies.can(partner, policies.COMMENT, same_number)


def test_office_and_leitung_invite_partners_on_the_screen_and_end_it(
    client, draft, lead, partner, editor
):
    address = reverse("cms:invite_comment", args=[draft.pk])
    client.force_login(editor)
    client.post(address, {"person": partner.pk})
    assert not ExperienceUserGrant.rows.exists()

    client.force_login(lead)
    client.post(address, {"person": editor.pk})
    client.post(address, {"person": partner.pk, "until": "1.1.2020"})
    assert not ExperienceUserGrant.rows.exists()
    client.post(address, {"person": partner.pk, "until": "2099-12-31"})
    grant = ExperienceUserGrant.rows.get()
    page = client.get(screen(draft)).content.decode()
    assert "Petra Partner, bis 31.12.2099" in page

    client.force_login(editor)
    client.post(reverse("cms:uninvite_comment", args=[grant.pk]))
    assert ExperienceUserGrant.rows.exists()
    client.force_login(lead)
    client.post(reverse("cms:uninvite_comment", args=[grant.pk]))
    assert not ExperienceUserGrant.rows.exists()
    client.force_login(partner)
    assert client.get(screen(draft)).status_code == 404


def test_only_partners_are_invited_and_only_to_what_is_under_review(draft, lead, partner, project):
    with pytest.raises(RuleError):
        invite_to_comment(draft, person(), by=lead)
    with pytest.raises(RuleError):
        invite_to_comment(ExperienceFactory(project=project), partner, by=lead)
    with pytest.raises(RuleError):
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        invite_to_comment(draft, partner, by=lead, until=yesterday)
    with pytest.raises(NotAllowedError):
        invite_to_comment(draft, partner, by=person(roles.LEAD, ProjectFactory()))


def may_comment(user, entry) -> bool:
    """Asked anew, as at the next request."""
    policies.forget_grants(user)
    return policies.can(user, policies.COMMENT, Experience.objects.get(pk=entry.pk))


def test_an_invitation_rests_while_the_draft_is_returned_and_ends_with_the_review(
    draft, editor, lead, office, partner
):
    invite_to_comment(draft, partner, by=lead)
    assert may_comment(partner, draft)
    return_entry(draft, office, "Bitte ergänzen")
    assert not may_comment(partner, draft)
    submit(Experience.objects.get(pk=draft.pk), editor)
    assert may_comment(partner, draft)
    approve(Experience.objects.get(pk=draft.pk), office)
    assert not may_comment(partner, draft)
    assert not ExperienceUserGrant.rows.exists()


def test_taking_back_the_last_day_and_the_end_of_the_partnership_end_it_too(
    draft, editor, lead, partner
):
    grant = invite_to_comment(draft, partner, by=lead)
    ExperienceUserGrant.rows.update(until=timezone.localdate() - datetime.timedelta(days=1))
    assert not may_comment(partner, draft)
    ExperienceUserGrant.rows.update(until=None)
    assert may_comment(partner, draft)
    revoke_role(partner, Project.objects.office(), roles.PARTNER)
    assert not may_comment(partner, draft)
    end_invitation(grant, by=lead)

    other = person(roles.PARTNER)
    invite_to_comment(draft, other, by=lead)
    take_back(Experience.objects.get(pk=draft.pk), editor)
    assert not ExperienceUserGrant.rows.exists()


# --- in the form, and what it costs --------------------------------------------------------------


def test_the_form_shows_comments_and_leads_to_the_screen(client, draft, editor, office):
    add_comment(draft, office, "Wie oft?")
    client.force_login(editor)
    page = client.get(reverse("guide_experiences:edit", args=[draft.pk])).content.decode()
    assert "Wie oft?" in page
    assert f'href="{screen(draft)}"' in page
    assert "data-comment-form" not in page
    assert client.get(reverse("guide_experiences:add")).status_code == 200


def test_many_comments_cost_no_more_queries_than_few(client, draft, editor, office, lead):
    addresses = [screen(draft), reverse("guide_experiences:edit", args=[draft.pk])]
    client.force_login(office)

    def add(number):
        for _ in range(number):
            comment = add_comment(draft, person(roles.OFFICE), "Wie oft?", quote="jeden Dienstag")
            answer_comment(comment, editor, "Oft")
            resolve_comment(add_comment(draft, office, "Wo?"), editor)
            invite_to_comment(draft, person(roles.PARTNER), by=lead)

    def costs():
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    add(2)
    costs()
    few = costs()
    add(5)
    assert costs() == few
