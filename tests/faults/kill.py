"""Kills a random process of the guide at random moments, then asks whether anything is wrong.

    python -m tests.faults.kill [--engine elastic|embedded|both] [--kills 200] [--seed N]

People write, publish, withdraw, hand over, redact and throw away; workers feed; a process rebuilds
the indices and goes back to the ones before. With ``elastic`` on PostgreSQL and Elasticsearch, with
``embedded`` on SQLite and tantivy. While all that goes on, every public index is asked for words
that only drafts and inner circles hold. In the end nobody writes any more, the feed does what is
left, and then `search_index verify --no-repair` must be clean, the outbox empty, and the history
must say what the entries say.

ELASTICSEARCH_URL (else one is started) and DATABASE_URL (else a PostgreSQL is started) are used.
"""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tools import elasticsearch, postgres

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("elastic", "embedded")


def run(engine: str, kills: int, seed: int, elasticsearch_url: str = "") -> int:
    """One run in a process of its own, on an empty database; its exit code, 0 if all is well."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="thinka-faults-"))
        environment = {
            key: value
            for key, value in os.environ.items()
            if key not in ("DATABASE_URL", "ELASTICSEARCH_URL")
        } | {
            "DJANGO_SETTINGS_MODULE": "thinka_site.settings.production",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "ERROR",
            "THINKA_DATA_DIR": folder,
            "SEARCH_INDEX_PREFIX": f"thinka-faults-{secrets.token_hex(4)}",
        }
        made = os.environ.get("THINKA_TEST_DATA")
        if made:  # in `make test`: an empty database, and word lists
            shutil.copytree(made, folder, dirs_exist_ok=True)
        if engine == "elastic":
            environment["ELASTICSEARCH_URL"] = elasticsearch_url or stack.enter_context(
                elasticsearch.server()
            )
            environment["DATABASE_URL"] = stack.enter_context(postgres.server())
        for arguments in (
            ["manage.py", "migrate", "--verbosity=0"],
            ["-m", "tests.faults.stage.play", str(kills), str(seed)],
        ):
            line = [sys.executable, *arguments]
            code = subprocess.run(line, cwd=ROOT, env=environment, check=False).returncode
            if code:
                return code
    return 0


def main() -> int:
    """The command; the first exit code that is not 0."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    chosen = parser.parse_args()
    # So that a termination, too, stops the servers that were started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    engines = ENGINES if chosen.engine == "both" else (chosen.engine,)
    url = os.environ.get("ELASTICSEARCH_URL", "")
    codes = [run(engine, chosen.kills, chosen.seed, url) for engine in engines]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
