"""Our API beside that of a stock Wagtail 8 (API v3) with the same 10,000 texts, taking turns.

Both on waitress, one process each, with production settings, on databases of the same kind;
on PostgreSQL and then SQLite, where DATABASE_URL names a PostgreSQL. Goals: reading, creating,
changing and publishing an entry take at most stock's time; ``@history`` and ``@search`` of 25 at
most 1.5 times a GET. CPU time is that of the server's process alone: on a busy machine it says
more than the seconds.

Everything is asked over HTTP with a bearer token. Stock's is a superuser's, for whom no policy is
asked; what the office publishes with ours, an editor has changed before. Stock answers a change
with the whole object, ours with a 204 as Plone's, or with the object for who prefers it.
"""

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cms.models import Experience, Project
from cms.permissions import roles
from cms.permissions.scopes import READ, REVIEW, WRITE
from cms.services import api_tokens
from search import service
from search.rebuild import rebuild
from tests.benchmarks import rows, texts
from tests.benchmarks.figures import Figures
from tests.benchmarks.server import Browser, serving
from tests.benchmarks.stock import SNIPPETS, stock_site
from tests.factories.guide import person

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
WARM_ROUNDS = 10
COMPONENTS = "actions,breadcrumbs,navigation,types,workflow"
METADATA = "metadata_fields=UID,created,kind,project"
AS_OBJECT = {"Prefer": "return=representation"}
LINES = [json.loads(line) for line in texts.experiences(500)]

#: The number-th address or text: another one each time.
Address = Callable[[int], str]
Text = Callable[[int], dict[str, str]]


@dataclass(frozen=True)
class Program:
    """Somebody's program: a connection, and a token or none."""

    browser: Browser
    token: str = ""


@dataclass(frozen=True)
class Call:
    """A request that a program makes again and again, and what it is answered."""

    program: Program
    method: str
    address: Address
    status: int = 200
    text: Text | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def make(self, number: int) -> None:
        """Makes it for the number-th time. Raises RuntimeError for another status."""
        path, data = self.address(number), self.text(number) if self.text else None
        program, headers = self.program, dict(self.headers)
        status, _headers, body = program.browser.ask(
            self.method, path, program.token, data, **headers
        )
        if status != self.status:
            raise RuntimeError(f"{self.method} {path}: {status} {body[:500]!r}")


@dataclass(frozen=True)
class Guide:
    """Our side: who asks, and the entries of the editor's project."""

    anonymous: Program
    editor: Program
    office: Program
    folder: str
    slugs: list[str]

    def entry(self, number: int) -> str:
        """The address of the number-th entry."""
        return f"/api/erfahrungen/{self.slugs[number % len(self.slugs)]}"


def changed(number: int) -> dict[str, str]:
    """Another text each time."""
    line = LINES[number % len(LINES)]
    return {"title": f"{line['title'][:200]} ({number})", "body": f"<p>{line['body']}</p>"}


def new(number: int) -> dict[str, str]:
    """What is sent for a new entry; both sides know these fields."""
    line = LINES[number % len(LINES)]
    return {**changed(number), "kind": "good", "date": line["date"], "visibility": "public"}


def compare(title: str, calls: dict[str, Call]) -> None:
    """Makes each call in turn, again and again, and prints the figures."""
    figures = Figures()
    for number in range(WARM_ROUNDS + ROUNDS):
        if number == WARM_ROUNDS:
            figures.forget()
        for name, call in calls.items():
            browser = call.program.browser
            worked, begin = browser.cpu_seconds(), time.perf_counter()
            call.make(number)
            figures.add(name, time.perf_counter() - begin, browser.cpu_seconds() - worked)
    figures.show(title)


def compare_with_stock(guide: Guide, stock: Program) -> None:
    """What both can do. What was changed is published afterwards."""

    def snippet(number: int) -> str:
        return f"{SNIPPETS}{number % ENTRIES + 1}/"

    def both(title: str, of_stock: Call, **of_guide: Call) -> None:
        compare(f"{connection.vendor}: {title}", {"stock": of_stock, **of_guide})

    def folder(_number: int) -> str:
        return "/api/erfahrungen?b_size=25"

    both(
        "GET of an entry",
        Call(stock, "GET", snippet),
        anonymous=Call(guide.anonymous, "GET", guide.entry),
        editor=Call(guide.editor, "GET", guide.entry),
    )
    both(
        "GET of a listing of 25",
        Call(stock, "GET", lambda _number: f"{SNIPPETS}?limit=25"),
        anonymous=Call(guide.anonymous, "GET", folder),
        editor=Call(guide.editor, "GET", folder),
    )
    both(
        "create",
        Call(stock, "POST", lambda _number: SNIPPETS, 201, new),
        guide=Call(guide.editor, "POST", lambda _number: guide.folder, 201, new),
    )
    both(
        "change",
        Call(stock, "PATCH", snippet, 200, changed),
        guide=Call(guide.editor, "PATCH", guide.entry, 204, changed),
        guide_with_object=Call(
            guide.editor, "PATCH", guide.entry, 200, _again, tuple(AS_OBJECT.items())
        ),
    )
    both(
        "publish",
        Call(stock, "POST", lambda number: f"{SNIPPETS}{number + 1}/actions/publish/"),
        guide=Call(guide.office, "POST", lambda number: f"{guide.entry(number)}/@workflow/publish"),
    )


def _again(number: int) -> dict[str, str]:
    return {"lesson": f"Beim nächsten Mal früher beginnen ({number})."}


def compare_with_get(guide: Guide) -> None:
    """Our services beside a GET of the same entry, by somebody signed in and by nobody."""
    question = f"/api/@search?SearchableText=Beratung&b_size=25&{METADATA}"
    for who, program in (("anonymous", guide.anonymous), ("editor", guide.editor)):
        compare(
            f"{connection.vendor}: services, {who}",
            {
                "GET": Call(program, "GET", guide.entry),
                "GET with five components": Call(
                    program, "GET", lambda number: f"{guide.entry(number)}?expand={COMPONENTS}"
                ),
                "@history": Call(program, "GET", lambda number: f"{guide.entry(number)}/@history"),
                "@search of 25": Call(program, "GET", lambda _number: question),
            },
        )


def token_for(role: str, project: Project, *scopes: str) -> str:
    """An API token of a new person with this role."""
    day = timezone.localdate() + datetime.timedelta(days=30)
    return api_tokens.create(person(role, project), "bench", list(scopes), day)[1]


def filled() -> Callable[[Browser], Guide]:
    """Fills the empty guide and builds its index; what then makes our side."""
    office = person(roles.OFFICE)
    rows.insert(texts.experiences(ENTRIES), office)
    rebuild(service.engine())
    project = Project.objects.get(slug=texts.project_slugs()[0])
    public = Experience.objects.filter(project=project, live=True, visibility="public")
    slugs = list(public.order_by("pk").values_list("slug", flat=True))
    writer = token_for(roles.EDITOR, project, READ, WRITE)
    reviewer = token_for(roles.OFFICE, project, READ, WRITE, REVIEW)

    def side(browser: Browser) -> Guide:
        return Guide(
            Program(browser),
            Program(browser, writer),
            Program(browser, reviewer),
            f"/api/projekte/{project.slug}",
            slugs,
        )

    return side


def main() -> None:
    """All figures, on the database of the environment; if that is PostgreSQL, on SQLite too."""
    side = filled()
    lines = list(texts.experiences(ENTRIES))
    print(f"\n{connection.vendor}, {service.engine().name}, {ENTRIES:,} entries")
    with stock_site(lines) as (browser, token), serving(SEARCH_FEED_THREAD="false") as ours:
        guide = side(ours)
        compare_with_stock(guide, Program(browser, token))
        compare_with_get(guide)
    if connection.vendor == "postgresql":
        _on_sqlite()


def _on_sqlite() -> None:
    folder = settings.DATA_DIR / "sqlite"
    environment = {
        **os.environ,
        "DATABASE_URL": "",
        "THINKA_DATA_DIR": str(folder),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
        "SEARCH_INDEX_PREFIX": f"{settings.SEARCH_INDEX_PREFIX}-sqlite",
    }
    for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", __spec__.name]):
        subprocess.run([sys.executable, *command], env=environment, check=True)


if __name__ == "__main__":
    main()
