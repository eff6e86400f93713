"""What `make test` runs: all tests on SQLite, then the database's tests again on PostgreSQL and the
search's again on Elasticsearch 9; beside them, outages on nodes of the tests' own.

Finds or starts what the tests need and stops it at the end. Without Elasticsearch nothing runs.
PostgreSQL, Chromium, Node.js and the programs of Elasticsearch are used where they are there; what
was not there is named at the end, and with CI=true it is required. Further arguments go to pytest:
`make test ARGS="-k suche"`.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tools import elasticsearch, node, postgres
from tools.elasticsearch_node import Wishes
from tools.elasticsearch_program import EIGHT, NINE, check_programs
from tools.programs import Missing, say
from tools.pytest_runs import Runs

#: Markers of the tests that start with their own runs.
_OWN_RUNS = ("elasticsearch9", "nodes")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def absent_programs() -> dict[str, str]:
    """What is not on this machine: marker of the tests that need it -> what to install."""
    absent = {}
    try:
        postgres.find_programs()
    except Missing as problem:
        absent["postgres"] = str(problem)
    for marker, program in (("elasticsearch9", NINE), ("nodes", EIGHT)):
        try:
            check_programs(program)
        except Missing as problem:
            absent[marker] = str(problem)
    if not any(shutil.which(name) for name in _BROWSERS):
        absent["browser"] = "Chromium fehlt (Debian, Ubuntu: apt-get install chromium)."
    if not shutil.which("openssl"):
        absent["openssl"] = "OpenSSL fehlt (Debian, Ubuntu: apt-get install openssl)."
    try:
        node.install(node.PLONE_CLIENT)
    except Missing as problem:
        absent["node"] = str(problem)
    return absent


def run_all(absent: dict[str, str], runs: Runs) -> int:
    """All runs, with the servers they need; the first exit code that is not 0, or 0."""
    runs.prepare()
    with ExitStack() as stack:
        finish = None
        if "nodes" not in absent:
            # Mostly they wait for a node to start. Each test has some of its own, and stops them:
            # not several at once.
            title = "Ausfälle, an eigenen Elasticsearch-Knoten"
            finish = stack.enter_context(runs.beside(title, "nodes", "nodes"))
        codes = [*_run_on_databases(absent, runs)]
        if "elasticsearch9" not in absent:
            codes.append(_run_on_nine(absent, runs))
        if finish is not None:
            codes.append(finish())
    return next((code for code in codes if code), 0)


def _run_on_databases(absent: dict[str, str], runs: Runs) -> Iterator[int]:
    """The exit codes of the runs on SQLite and on PostgreSQL."""
    without = [f"not {marker}" for marker in dict.fromkeys([*absent, *_OWN_RUNS])]
    with ExitStack() as servers:
        url = servers.enter_context(elasticsearch.server())
        say(f"Elasticsearch: {url.rpartition('@')[2]}")
        yield runs.run(
            "Alle Tests, auf SQLite",
            "sqlite",
            " and ".join(dict.fromkeys([*without, "not postgres"])),
            ELASTICSEARCH_URL=url,
        )
        if "postgres" in absent:
            return
        database = servers.enter_context(postgres.server())
        runs.prepare(DATABASE_URL=postgres.template_of(database))
        yield runs.run(
            "Tests der Datenbank, auf PostgreSQL",
            "postgres",
            # What the matrix asks is the same there, and takes its time.
            " and ".join(dict.fromkeys([*without, "not browser", "not matrix", "not sqlite"])),
            "-p",
            "tools.pytest_database_tests",
            ELASTICSEARCH_URL=url,
            DATABASE_URL=database,
        )


def _run_on_nine(absent: dict[str, str], runs: Runs) -> int:
    """The search's tests on Elasticsearch 9, which is started for them alone."""
    try:
        with elasticsearch.node_for_now(Wishes(program=NINE)) as url:
            return runs.run(
                "Suche, auf Elasticsearch 9",
                "elasticsearch9",
                "elasticsearch9",
                ELASTICSEARCH9_URL=url,
            )
    except Missing as problem:
        absent["elasticsearch9"] = str(problem)
        return 1 if os.environ.get("CI") == "true" else 0


def main() -> int:
    """Run everything and close with one line of counts."""
    started = time.monotonic()
    absent = absent_programs()
    if absent and os.environ.get("CI") == "true":
        say("Unter CI=true muss alles da sein:\n" + "\n".join(absent.values()))
        return 1
    # So that a termination, too, stops the servers that were started for the tests; and Ctrl-C
    # where a shell started us in the background, with it ignored.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="thinka-test-reports-") as folder:
        runs = Runs(Path(folder), sys.argv[1:])
        try:
            code = run_all(absent, runs)
        except Missing as problem:
            say(str(problem))
            return 1
        total = runs.counts()
    for marker, hint in absent.items():
        say(f"Nicht gelaufen (Marke „{marker}“): {hint}")
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    say(f"Dauer: {minutes} min {seconds} s")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    if not total["passed"] + total["failed"]:
        say("Es wurde kein Test gefunden.")
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
