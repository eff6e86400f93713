"""What `make test` runs: all tests on SQLite, then the database's tests again on PostgreSQL, the
search's again on Elasticsearch 9, and outages on nodes of the tests' own.

Finds or starts what the tests need and stops it at the end. Without Elasticsearch nothing runs.
PostgreSQL, Chromium, Node.js and the programs of Elasticsearch are used where they are there; what
was not there is named at the end, and with CI=true it is required. Further arguments go to pytest:
`make test ARGS="-k suche"`.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tools import elasticsearch, node, postgres
from tools.elasticsearch_node import Wishes
from tools.elasticsearch_program import EIGHT, NINE, check_programs
from tools.programs import Missing, say

ROOT = Path(__file__).resolve().parent.parent
_NO_TESTS_COLLECTED = 5
#: One more than there are cores: some always wait for a server or a browser.
PROCESSES = (os.cpu_count() or 1) + 1
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
    try:
        node.install(node.PLONE_CLIENT)
    except Missing as problem:
        absent["node"] = str(problem)
    return absent


def run_pytest(
    title: str,
    report: Path,
    markers: str,
    arguments: list[str],
    *,
    processes: int = PROCESSES,
    **variables: str,
) -> int:
    """Run pytest in processes of its own; its exit code, 0 also when nothing was collected.

    `report` is where the JUnit file with the counts is written; `variables` go to the environment.
    """
    say(f"\n=== {title} ===")
    # In their order: tests that leave an empty database behind come last, see pytest-django.
    parallel = ["-n", str(processes), "--dist", "load"] if processes > 1 else []
    command = [sys.executable, "-m", "pytest", *parallel, f"--junit-xml={report}", "-m", markers]
    command += arguments
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    code = subprocess.run(command, cwd=ROOT, env=environment | variables, check=False).returncode
    return 0 if code == _NO_TESTS_COLLECTED else code


def counts(reports: list[Path]) -> Counter[str]:
    """How many tests passed, failed and were skipped, of all reports together."""
    total: Counter[str] = Counter()
    for report in reports:
        if not report.exists():
            continue
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 (our file)
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            total["passed"] += int(suite.get("tests", 0)) - failed - skipped
            total["failed"] += failed
            total["skipped"] += skipped
    return total


def run_all(absent: dict[str, str], arguments: list[str], folder: Path) -> int:
    """All runs, with the servers they need; the first exit code that is not 0, or 0."""
    codes = [*_run_on_databases(absent, arguments, folder)]
    if "elasticsearch9" not in absent:
        codes.append(_run_on_nine(absent, arguments, folder))
    if "nodes" not in absent:
        codes.append(
            run_pytest(
                "Ausfälle, an eigenen Elasticsearch-Knoten",
                folder / "nodes.xml",
                "nodes",
                arguments,
                # Each test has nodes of its own, and stops them: not several at once.
                processes=1,
            )
        )
    return next((code for code in codes if code), 0)


def _run_on_databases(absent: dict[str, str], arguments: list[str], folder: Path) -> Iterator[int]:
    """The exit codes of the runs on SQLite and on PostgreSQL."""
    without = [f"not {marker}" for marker in dict.fromkeys([*absent, *_OWN_RUNS])]
    with ExitStack() as servers:
        url = servers.enter_context(elasticsearch.server())
        say(f"Elasticsearch: {url.rpartition('@')[2]}")
        yield run_pytest(
            "Alle Tests, auf SQLite",
            folder / "sqlite.xml",
            " and ".join(dict.fromkeys([*without, "not postgres"])),
            arguments,
            ELASTICSEARCH_URL=url,
        )
        if "postgres" in absent:
            return
        yield run_pytest(
            "Tests der Datenbank, auf PostgreSQL",
            folder / "postgres.xml",
            # What the matrix asks is the same there, and takes its time.
            " and ".join(dict.fromkeys([*without, "not browser", "not matrix", "not sqlite"])),
            ["-p", "tools.pytest_database_tests", *arguments],
            ELASTICSEARCH_URL=url,
            DATABASE_URL=servers.enter_context(postgres.server()),
        )


def _run_on_nine(absent: dict[str, str], arguments: list[str], folder: Path) -> int:
    """The search's tests on Elasticsearch 9, which is started for them alone."""
    try:
        with elasticsearch.node_for_now(Wishes(program=NINE)) as url:
            return run_pytest(
                "Suche, auf Elasticsearch 9",
                folder / "elasticsearch9.xml",
                "elasticsearch9",
                arguments,
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
    # So that a termination, too, stops the servers that were started for the tests.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="thinka-test-reports-") as folder:
        try:
            code = run_all(absent, sys.argv[1:], Path(folder))
        except Missing as problem:
            say(str(problem))
            return 1
        total = counts(sorted(Path(folder).glob("*.xml")))
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
