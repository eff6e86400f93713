"""``@search`` by ``review_state``: drafts for their own people, in each engine and without one."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from cms.domain.circles import Circle
from cms.permissions import roles
from cms.services.comment import add_comment
from cms.services.grant_role import grant_role, revoke_role
from cms.services.hand_over import hand_over
from cms.services.invite_to_comment import invite_to_comment
from cms.services.review import approve
from cms.services.submit import submit
from cms.services.supplement import create_supplement
from cms.services.trash import trash
from cms.services.withdraw import withdraw
from tests.factories.guide import (
    ExperienceFactory,
    ProjectFactory,
    person,
    published_experience,
)
from tests.functional.api_client import NOT_FOUND, read, signed_in, titles
from tests.functional.search.drafts import DRAFT, PATH, found, rewrite

pytestmark = pytest.mark.django_db


# --- who finds what ------------------------------------------------------------------------------


def test_a_projects_people_and_the_office_find_its_drafts(feed, draft, project, office):
    feed()
    people = [office, *(person(role, project) for role in (roles.READER, roles.EDITOR, roles.LEAD))]
    for user in people:
        for query in ("", "&SearchableText=waschsalon", "&portal_type=Experience"):
            assert found(user, DRAFT + query) == [draft.title], query
        # What is published stays what is found unless somebody asks for drafts.
        assert draft.title not in found(user, "SearchableText=Waschsalon")


def test_nobody_else_finds_a_draft_or_learns_that_there_is_one(feed, draft, editor, office):
    published_experience(title="Ein Fest im Waschsalon")
    submit(draft, editor)
    partner = person(roles.PARTNER)
    invite_to_comment(draft, partner, by=office)
    feed()
    states = "".join(f"&review_state={state}" for state in ("draft", "in_review", "returned"))
    for stranger in (None, person(), partner, person(roles.LEAD, ProjectFactory())):
        for query in (states, f"{states}&SearchableText=Waschsalon", f"{states}&sort_on=modified"):
            assert found(stranger, query) == []
        everything = f"{states}&review_state=published&portal_type=Experience"
        assert found(stranger, everything) == ["Ein Fest im Waschsalon"]
        address = f"/api/erfahrungen/{draft.slug}/@search"
        assert read(signed_in(stranger) if stranger else Client(), address, 404) == NOT_FOUND


def test_who_stands_in_for_somebody_finds_them_until_the_group_is_left(feed, draft, project):
    user = person()
    group = Group.objects.create(name="Vertretung")
    group.user_set.add(user)
    grant_role(group, project, roles.EDITOR)
    feed()
    assert found(user) == [draft.title]
    group.user_set.remove(user)
    assert found(user) == []


def test_with_a_role_its_drafts_are_gone_at_once(feed, draft, project, editor):
    person(roles.LEAD, project)
    late = person()
    grant_role(late, project, roles.EDITOR, until=timezone.localdate())
    feed()
    assert found(editor) == found(late) == [draft.title]
    revoke_role(editor, project, roles.EDITOR)
    late.projectusergrant_set.update(until=timezone.localdate() - datetime.timedelta(days=1))
    # The index is not fed: it still holds what was.
    assert found(editor) == found(late) == []


def test_what_was_handed_over_or_thrown_away_is_not_even_counted(feed, draft, editor, office):
    heir = ProjectFactory()
    other = ExperienceFactory(title="Ein Fest", project=draft.project)
    feed()
    hand_over(draft, heir, office)
    trash(other, editor)
    assert found(editor) == found(editor, f"{DRAFT}&SearchableText=Waschsalon") == []
    feed()
    assert found(person(roles.READER, heir)) == [draft.title]


# --- which states --------------------------------------------------------------------------------


STATES = {
    "draft": {"Entwurf", "Geändert"},
    "in_review": {"Prüfung"},
    "returned": {"Zurück"},
    "withdrawn": {"Zurückgezogen"},
    "published": {"Alte Fassung", "Fertig"},
    "private": set(),
}


def test_each_state_finds_what_is_in_it_and_says_so(feed, every_state, editor):
    feed()
    client = signed_in(editor)
    for state, wanted in STATES.items():
        for name in (f"review_state={state}", f"review_state.query:list={state}"):
            items = read(client, f"{PATH}?{name}&portal_type=Experience")["items"]
            assert {(item["title"], item["review_state"]) for item in items} == {
                (title, state) for title in wanted
            }


def test_published_and_drafts_are_found_together_each_as_it_is(feed, every_state, editor):
    feed()
    together = "".join(f"review_state:list={state}&" for state in STATES)
    answer = read(signed_in(editor), f"{PATH}?{together}portal_type=Experience")
    everything = sorted(set().union(*STATES.values()))
    assert (sorted(titles(answer)), answer["items_total"]) == (everything, len(everything))
    # The published version and the draft beside it stand at one address.
    by_title = {item["title"]: item for item in answer["items"]}
    assert by_title["Alte Fassung"]["@id"] == by_title["Geändert"]["@id"]
    pages = [
        read(signed_in(editor), f"{PATH}?{together}portal_type=Experience&b_size=3&b_start={start}")
        for start in (0, 3, 6)
    ]
    assert [title for page in pages for title in titles(page)] == titles(answer)
    assert {page["items_total"] for page in pages} == {len(everything)}
    assert "b_start=3" in pages[0]["batching"]["next"]
    order = "portal_type=Experience&sort_on=review_state&sort_on=sortable_title"
    items = read(signed_in(editor), f"{PATH}?{together}{order}")["items"]
    assert [(item["review_state"], item["title"]) for item in items] == sorted(
        (state, title) for state, found_ in STATES.items() for title in found_
    )


def test_who_sees_only_the_published_version_is_never_told_the_new_title(feed, project, office):
    entry = published_experience(title="Ein Fest im Hof", project=project)
    rewrite(entry, office, title="Ein Streit im Hof", lesson="Geheimnis")
    feed()
    query = f"{DRAFT}&review_state=published&SearchableText=Hof&highlights=1&metadata_fields=_all"
    for stranger in (None, person(roles.PARTNER), person(roles.EDITOR, ProjectFactory())):
        response = (signed_in(stranger) if stranger else Client()).get(f"{PATH}?{query}")
        told = response.content.decode()
        assert response.json()["items_total"] == 1
        assert "Streit" not in told and "Geheimnis" not in told
        assert response.json()["items"][0]["review_state"] == "published"


def test_supplements_in_draft_are_found_comments_are_not(feed, editor, office, project):
    theirs = published_experience(Circle.PROJECTS, title="Sprechstunde in der Schule")
    supplement = create_supplement(office, theirs, project, text="Bei uns im Waschsalon auch.")
    add_comment(supplement, office, "Bitte den Waschsalon nennen.")
    feed()
    client = signed_in(editor)
    for query in (DRAFT, f"{DRAFT}&SearchableText=Waschsalon"):
        [item] = read(client, f"{PATH}?{query}&metadata_fields=_all")["items"]
        assert (item["@type"], item["title"]) == (
            "Supplement", "Ergänzung zu „Sprechstunde in der Schule“",
        )  # fmt: skip
        assert item["project"]["token"] == "musterstadt"
    assert found(person(roles.LEAD, theirs.project)) == []
    assert found(editor, DRAFT, f"/api/erfahrungen/{theirs.slug}/@search") == [item["title"]]
    withdraw(theirs, office)
    assert found(editor) == ["Ergänzung zu einer zurückgezogenen Erfahrung"]


def test_what_is_published_is_a_draft_no_more(feed, draft, editor, office):
    feed()
    approve(draft, office, circle=Circle.PUBLIC)
    assert found(editor) == []
