"""Many clients at once: nobody's text is lost, and nothing fails."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cms.models import Experience, IndexJob, Invitation, Publication
from cms.permissions import roles
from cms.services.groups import save_group
from cms.services.review import approve
from cms.services.run_import import start_import
from cms.services.submit import submit
from tests.factories.guide import ExperienceFactory, UserFactory, person
from tests.functional.api_client import ask, signed_in

CLIENTS = 50
FOLDER = "/api/projekte/thinka-musterstadt"


@pytest.fixture
def writer(project):
    return person(roles.EDITOR, project)


def at_once(number: int, do: Callable[[int], object]) -> list:
    """What ``do(0)`` ... answer, each in a thread of its own, begun together."""
    together = Barrier(number)

    def begin(which: int):
        try:
            together.wait(timeout=60)
            return do(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(begin, range(number)))


def lessons(entry: Experience) -> list[str]:
    return [row.content["lesson"] for row in entry.revisions.order_by("pk")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_change_an_entry_nobody_is_lost(writer, project):
    entry = ExperienceFactory(project=project)
    path = f"/api/erfahrungen/{entry.slug}"
    clients = [signed_in(writer) for _ in range(CLIENTS)]

    def change(which: int) -> int:
        field = "lesson" if which % 2 else "result"
        return ask(clients[which], "PATCH", path, {field: f"Fassung {which}"}).status_code

    assert Counter(at_once(CLIENTS, change)) == {204: CLIENTS}
    contents = [row.content for row in entry.revisions.order_by("pk")]
    written = {content[name] for content in contents for name in ("lesson", "result")}
    assert written >= {f"Fassung {which}" for which in range(CLIENTS)}
    # Each went on from the one before: what others wrote into other fields is still there.
    assert contents[-1]["lesson"].startswith("Fassung")
    assert contents[-1]["result"].startswith("Fassung")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_with_if_match_each_gets_its_write_or_is_told(writer, project):
    entry = ExperienceFactory(project=project)
    entry.save_revision()
    path = f"/api/erfahrungen/{entry.slug}"
    clients = [signed_in(writer) for _ in range(CLIENTS)]
    tag = clients[0].get(path)["ETag"]

    def change(which: int) -> int:
        headers = {"If-Match": tag}
        sent = {"lesson": f"Fassung {which}"}
        return ask(clients[which], "PATCH", path, sent, headers).status_code

    statuses = at_once(CLIENTS, change)
    assert Counter(statuses) == {204: 1, 412: CLIENTS - 1}
    winner = statuses.index(204)
    assert [lesson for lesson in lessons(entry) if lesson] == [f"Fassung {winner}"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_equal_titles_made_at_once_get_addresses_of_their_own(writer):
    clients = [signed_in(writer) for _ in range(8)]

    def make(which: int) -> list[str]:
        made = [ask(clients[which], "POST", FOLDER, {"title": "Gleich"}) for _ in range(5)]
        changed = [
            ask(clients[which], "PATCH", answer["Location"], {"title": "Gleich (neu)"})
            for answer in made
        ]
        assert {answer.status_code for answer in made} == {201}
        assert {answer.status_code for answer in changed} == {204}
        return [answer["Location"] for answer in made]

    addresses = [address for made in at_once(len(clients), make) for address in made]
    assert len(set(addresses)) == 40
    assert IndexJob.objects.exists()


# --- the same act, twice at the same moment ------------------------------------------------------


@pytest.fixture
def waiting(project, writer):
    entry = ExperienceFactory(project=project, revision=writer)
    submit(entry, writer)
    return entry


ACTS = {
    "publish": ("POST", "/@workflow/publish", {}),
    "return": ("POST", "/@workflow/return", {"comment": "Noch nicht."}),
    "take back": ("POST", "/@workflow/take-back", {}),
    "delete": ("DELETE", "", None),
    "revert": ("PATCH", "/@history", {"version": 0}),
    "lock": ("POST", "/@lock", {}),
    "copy": ("POST", "/@workingcopy", {}),
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("name", ACTS)
def test_the_same_act_at_the_same_moment_is_done_once(office, waiting, name):
    method, service, sent = ACTS[name]
    if name in ("revert", "lock", "copy"):
        approve(waiting, office)
    clients = [signed_in(office) for _ in range(6)]
    path = f"/api/erfahrungen/{waiting.slug}{service}"
    answers = at_once(6, lambda which: ask(clients[which], method, path, sent).status_code)
    assert set(answers) <= {200, 201, 204, 404, 409, 422, 423}, answers
    done = [status for status in answers if status < 300]
    assert len(done) == (6 if name in ("revert", "lock") else 1)
    is_published = name in ("publish", "revert", "lock", "copy")
    assert Publication.objects.of(waiting).count() == is_published


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_opposite_answers_at_the_same_moment_leave_one(office, waiting):
    clients = [signed_in(office) for _ in range(6)]

    def answer(which: int) -> int:
        method, service, sent = ACTS[("publish", "return", "delete")[which % 3]]
        path = f"/api/erfahrungen/{waiting.slug}{service}"
        return ask(clients[which], method, path, sent).status_code

    answers = at_once(6, answer)
    assert set(answers) <= {200, 204, 404, 409, 422}, answers
    row = Experience.with_trash.get(pk=waiting.pk)
    assert not (row.live and row.trashed_at), "what was published is not thrown away"
    assert row.live == Publication.objects.of(row).exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_import_that_many_go_on_with_creates_nothing_twice(office):
    lines = ["# 3. Erfahrungsaustausch", "## Tisch 1: Wohnen", "### Gute Erfahrungen"]
    lines += [f"- Punkt {number}" for number in range(12)]
    plan = start_import("\n\n".join(lines).encode(), "protokoll.md", office)
    clients = [signed_in(office) for _ in range(4)]

    def go_on(which: int) -> set[int]:
        path = f"/api/@import/{plan.pk}/run"
        return {ask(clients[which], "POST", path, {"limit": 2}).status_code for _ in range(4)}

    assert set().union(*at_once(4, go_on)) == {200}
    assert Experience.objects.count() == 12
    plan.refresh_from_db()
    assert (plan.status, plan.progress_done, plan.progress_total) == ("done", 12, 12)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_join_a_group_nobody_is_lost(transactional_db):
    office = person(roles.OFFICE)
    group = save_group(None, "Runde", [], by=office)
    names = [UserFactory().username for _ in range(10)]
    clients = [signed_in(office) for _ in names]

    def join(which: int) -> int:
        sent = {"users": {names[which]: True}}
        return ask(clients[which], "PATCH", "/api/@groups/Runde", sent).status_code

    assert at_once(len(names), join) == [204] * len(names)
    assert {user.username for user in group.user_set.all()} == set(names)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_who_invite_the_same_person_one_invitation_is_left(project):
    office = person(roles.OFFICE)
    clients = [signed_in(office) for _ in range(10)]
    sent = {"email": "neu@example.org", "roles": ["editor"], "project": project.slug}

    def invite(which: int) -> int:
        return ask(clients[which], "POST", "/api/@users", sent).status_code

    assert at_once(len(clients), invite) == [201] * len(clients)
    [invitation] = Invitation.objects.pending()
    assert invitation.issue == len(clients)
