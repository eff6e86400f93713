"""What was never published is thrown away, comes back for 30 days, and is gone then."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cms.domain.errors import NotAllowedError, RuleError
from cms.domain.indexing import ObjectType
from cms.domain.kinds import State
from cms.models import Experience, IndexJob, Publication, Supplement
from cms.permissions import policies, roles
from cms.published.search_entries import entries
from cms.services.create_experience import create_experience
from cms.services.review import approve
from cms.services.submit import submit
from cms.services.trash import empty_trash, restore, trash
from tests.factories.guide import ProjectFactory, person, published_experience

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(project, client):
    user = person(roles.EDITOR, project)
    client.force_login(user)
    return user


def row_of(entry):
    return type(entry).with_trash.get(pk=entry.pk)


def delete(client, entry):
    return client.post(reverse("guide_experiences:delete", args=[entry.pk]), follow=True)


def test_deleting_puts_a_draft_into_the_trash_and_restoring_brings_it_back(draft, editor, client):
    submit(draft, editor)
    page = delete(client, draft).content.decode()
    assert "liegt im Papierkorb" in page
    row = row_of(draft)
    assert row.trashed_by == editor and not row.workflow_in_progress
    assert not Experience.objects.exists()
    assert not entries(ObjectType.EXPERIENCE, [draft.pk])
    assert IndexJob.objects.order_by("pk").last().object_id == draft.pk
    assert "Sprechstunde" in client.get(reverse("guide_trash")).content.decode()

    IndexJob.objects.all().delete()
    url = reverse("guide_trash_restore", args=["experience", draft.pk])
    page = client.post(url, follow=True)
    assert page.redirect_chain[-1][0] == reverse("guide_experiences:edit", args=[draft.pk])
    assert row_of(draft).state is State.DRAFT
    assert IndexJob.objects.filter(object_id=draft.pk).exists()
    assert entries(ObjectType.EXPERIENCE, [draft.pk])


def test_deleting_many_goes_into_the_trash_too(editor, project, client):
    drafts = [create_experience(editor, project, f"Nummer {number}") for number in range(3)]
    url = reverse("wagtail_bulk_action", args=["cms", "experience", "delete"])
    client.post(f"{url}?" + "&".join(f"id={draft.pk}" for draft in drafts))
    assert Experience.with_trash.exclude(trashed_at=None).count() == 3


def test_asking_first_says_what_will_happen(draft, client):
    page = client.get(reverse("guide_experiences:delete", args=[draft.pk])).content.decode()
    assert "Papierkorb" in page
    assert row_of(draft).trashed_at is None


def test_nothing_in_the_trash_can_be_opened_changed_or_seen(draft, editor, client):
    trash(draft, editor)
    row = row_of(draft)
    office = person(roles.OFFICE)
    for user in (editor, office):
        for action in (policies.SEE, policies.EDIT, policies.SUBMIT, policies.REVIEW):
            assert not policies.can(user, action, row)
        client.force_login(user)
        for name in ("edit", "history", "delete"):
            url = reverse(f"guide_experiences:{name}", args=[draft.pk])
            assert client.get(url).status_code in (302, 404)
        assert client.get(reverse("guide_review", args=[draft.pk])).status_code in (302, 404)
    with pytest.raises(NotAllowedError):
        submit(row, editor)


def test_what_was_published_never_goes_into_the_trash(editor, project, client):
    entry = published_experience(project=project)
    delete(client, entry)
    with pytest.raises(NotAllowedError):
        trash(entry, editor)
    assert row_of(entry).trashed_at is None


def test_what_was_approved_meanwhile_is_not_thrown_away(draft, editor):
    stale = row_of(draft)
    approve(draft, person(roles.OFFICE))
    with pytest.raises(NotAllowedError):
        trash(stale, editor)
    assert row_of(draft).trashed_at is None


def test_what_is_approved_for_a_day_to_come_is_not_thrown_away(draft, editor):
    new = row_of(draft)
    new.go_live_at = timezone.now() + timedelta(days=2)
    new.save_revision(user=editor)
    approve(new, person(roles.OFFICE))
    with pytest.raises(RuleError, match="Termin"):
        trash(row_of(draft), editor)
    assert row_of(draft).trashed_at is None


def test_others_neither_see_nor_restore_it(draft, editor, client):
    trash(draft, editor)
    url = reverse("guide_trash_restore", args=["experience", draft.pk])
    for user in (person(roles.EDITOR, ProjectFactory()), person(roles.READER, draft.project)):
        client.force_login(user)
        assert "Sprechstunde" not in client.get(reverse("guide_trash")).content.decode()
        client.post(url)
        with pytest.raises(NotAllowedError):
            restore(row_of(draft), user)
    assert row_of(draft).trashed_at


def test_the_address_stays_reserved(draft, editor, project):
    trash(draft, editor)
    second = create_experience(editor, project, "Sprechstunde im Waschsalon")
    assert second.slug != row_of(draft).slug
    restore(row_of(draft), editor)
    assert Experience.objects.count() == 2


def test_what_something_else_holds_stops_no_other(draft, editor, project, caplog):
    other = create_experience(editor, project, "Geht weg")
    Publication.objects.create(
        content_type=ContentType.objects.get_for_model(Experience),
        object_id=draft.pk,
        revision=draft.latest_revision,
        circle=draft.visibility,
        published_at=timezone.now(),
    )
    for entry in (draft, other):
        trash(entry, editor)
    Experience.with_trash.update(trashed_at=timezone.now() - timedelta(days=31))
    assert empty_trash() == 1
    assert Experience.with_trash.get() == draft
    assert "stays in the trash" in caplog.text


def test_after_thirty_days_it_is_gone_for_good(draft, editor, project, audit_guarded):
    kept = create_experience(editor, project, "Erst seit gestern weg")
    supplement = Supplement.objects.create(experience=draft, project=project, text="<p>Auch.</p>")
    for entry in (draft, supplement, kept):
        trash(entry, editor)
    old = timezone.now() - timedelta(days=31)
    Experience.with_trash.filter(pk=draft.pk).update(trashed_at=old)
    call_command("empty_trash")
    assert set(Experience.with_trash.all()) == {draft, kept}, "a supplement keeps its experience"
    Supplement.with_trash.update(trashed_at=old)
    call_command("empty_trash")
    assert set(Experience.with_trash.all()) == {kept}
    with pytest.raises(RuleError):
        restore(draft, editor)
