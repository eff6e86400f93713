"""What `make bench` runs: each `tests/benchmarks/bench_*.py`, with a real Elasticsearch.

Each is started as a module of its own, with the production settings, an empty, migrated database
(PostgreSQL where it is installed, else SQLite), a temporary data folder and an index prefix of its
own; it prints its figures.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import elasticsearch, postgres
from tools.programs import Missing, say

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """A new, empty database, as environment variables."""
    try:
        postgres.find_programs()
    except Missing:
        say("Ohne PostgreSQL: gemessen wird auf SQLite.")
        yield {"DATABASE_URL": ""}
        return
    with postgres.server() as url:
        yield {"DATABASE_URL": url}


def run_benchmark(module: str, url: str) -> int:
    """Run one benchmark in a process of its own; its exit code."""
    say(f"\n=== {module}")
    with (
        tempfile.TemporaryDirectory(prefix="thinka-bench-") as folder,
        database() as where,
    ):
        environment = {
            **os.environ,
            **where,
            "DJANGO_SETTINGS_MODULE": "thinka_site.settings.production",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SSL_REDIRECT": "false",
            "LOG_LEVEL": "WARNING",
            # One client asks as fast as it can.
            "API_REQUESTS_PER_MINUTE": "0",
            "API_REQUESTS_PER_MINUTE_PER_ADDRESS": "0",
            "THINKA_DATA_DIR": folder,
            "ELASTICSEARCH_URL": url,
            "SEARCH_INDEX_PREFIX": f"thinka-bench-{secrets.token_hex(4)}",
            "NOTIFICATION_THREAD": "false",
        }
        for command in (
            ["manage.py", "migrate", "--verbosity=0"],
            ["manage.py", "collectstatic", "--noinput", "--verbosity=0"],
            ["-m", module],
        ):
            line = [sys.executable, *command]
            done = subprocess.run(line, cwd=ROOT, env=environment, check=False)
            if done.returncode != 0:
                return done.returncode
    return 0


def main() -> int:
    """Run all benchmarks, or those whose names are given; the first exit code that is not 0."""
    files = sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))
    chosen = [file.stem for file in files if not sys.argv[1:] or file.stem in sys.argv[1:]]
    if not chosen:
        say("Keine Messung mit diesem Namen in tests/benchmarks.")
        return 1
    try:
        with elasticsearch.server() as url:
            codes = [run_benchmark(f"tests.benchmarks.{name}", url) for name in chosen]
    except Missing as problem:
        say(str(problem))
        return 1
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
