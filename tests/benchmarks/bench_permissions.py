"""What permissions cost at 1,000 and 100,000 entries: the entries list, and giving a role.

The admin's list of an editor with one project, beside the same list of a superuser, in one run;
goals: as many queries whatever the number of entries, and at most twice the superuser's time.
A role on a project with 10,000 entries is to cost what it costs on one with 10.
"""

import time
from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from cms.models import Experience, Project
from cms.permissions import roles
from cms.services.grant_role import grant_role, revoke_role
from tests.benchmarks.figures import Figures
from tests.factories.guide import UserFactory, person

SIZES = (1_000, 100_000)
PROJECTS = 20
WARM_ROUNDS, ROUNDS = 5, 40
CHUNK = 5_000
ADDRESSES = {
    "list": "",
    "list, page 2": "?p=2",
    "list, drafts only": "?state_value=draft",
    "list, in review": "?state_value=in_review",
    "list, searched": "?q=Erfahrung",
}


def add_entries(projects: list[Project], number: int) -> None:
    """Drafts and published ones in turn, each with its revision, spread over the projects."""
    content_type = ContentType.objects.get_for_model(Experience)
    first = (Experience.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    for start in range(first, first + number, CHUNK):
        entries = [
            Experience(
                pk=pk,
                title=f"Erfahrung Nummer {pk}",
                slug=f"erfahrung-nummer-{pk}",
                project=projects[pk % len(projects)],
                live=_is_live(pk, projects),
                first_published_at=timezone.now() if _is_live(pk, projects) else None,
            )
            for pk in range(start, min(start + CHUNK, first + number))
        ]
        with transaction.atomic():
            revisions = Revision.objects.bulk_create(
                Revision(
                    content_type=content_type,
                    base_content_type=content_type,
                    object_id=str(entry.pk),
                    created_at=timezone.now(),
                    object_str=entry.title,
                    content={"title": entry.title, "visibility": entry.visibility},
                )
                for entry in entries
            )
            for entry, revision in zip(entries, revisions, strict=True):
                entry.latest_revision = revision
            Experience.objects.bulk_create(entries)


def _is_live(pk: int, projects: list[Project]) -> bool:
    """Every other entry of each project."""
    return pk // len(projects) % 2 == 0


def signed_in(user) -> Client:
    """A client of this person, on the host that the settings allow."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def compare_lists(size: int, superuser: Client, editor: Client) -> dict[str, int]:
    """Prints the times of each list for both, taken in turn; queries of the editor by list."""
    queries = {}
    for name, query in ADDRESSES.items():
        address = reverse("guide_experiences:list") + query
        figures = Figures()
        for number in range(WARM_ROUNDS + ROUNDS):
            if number == WARM_ROUNDS:
                figures.forget()
            for who, client in (("superuser", superuser), ("editor of one project", editor)):
                figures.add(who, seconds(partial(get, client, address)))
        figures.show(f"{size:,} entries: {name}")
        with CaptureQueriesContext(connection) as captured:
            get(editor, address)
        queries[name] = len(captured)
    return queries


def get(client: Client, address: str) -> None:
    """Asks for a page. Raises RuntimeError unless it is there."""
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare_grants(office) -> None:
    """Prints what giving and ending a role costs on a small and on a large project."""
    figures, queries, works = Figures(), {}, {}
    for name, number in (("project with 10 entries", 10), ("project with 10,000", 10_000)):
        project = Project.objects.create(title=name)
        add_entries([project], number)
        works[name] = partial(give_and_end, UserFactory(), project, office)
    for number in range(WARM_ROUNDS + ROUNDS):
        if number == WARM_ROUNDS:
            figures.forget()
        for name, work in works.items():
            figures.add(name, seconds(work))
    for name, work in works.items():
        with CaptureQueriesContext(connection) as captured:
            work()
        queries[name] = len(captured)
    figures.show("give a role and end it")
    print(f"queries: {queries}")


def give_and_end(user, project: Project, by) -> None:
    """One role, as the sharing screen gives and ends it."""
    grant_role(user, project, roles.EDITOR, by=by)
    revoke_role(user, project, roles.EDITOR, by=by)


def main() -> None:
    """Fills the empty database, and prints all figures."""
    projects = [Project.objects.create(title=f"Projekt {n}") for n in range(PROJECTS)]
    office = person(roles.OFFICE)
    superuser = signed_in(get_user_model().objects.create_superuser("root"))
    editor = signed_in(person(roles.EDITOR, projects[0]))
    queries = {}
    for size in SIZES:
        add_entries(projects, size - Experience.objects.count())
        queries[size] = compare_lists(size, superuser, editor)
    print("\nqueries of the editor's list:")
    for size, of_lists in queries.items():
        print(f"  {size:>7,} entries: {of_lists}")
    compare_grants(office)


if __name__ == "__main__":
    main()
