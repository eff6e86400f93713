"""A running guide with demo data and accounts, as `make run` serves it, and scripts against it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import node
from tools.programs import free_port, wait_until
from tools.run import HOST, port_answers

PASSWORD = "Probe-Kennwort-7"
#: On a busy machine the examples and the index take their time.
START_SECONDS = 600
SCRIPT_SECONDS = 300


@contextmanager
def running_guide(folder: Path) -> Iterator[str]:
    """`make run` with its data in ``folder``: the address of its API."""
    port = free_port()
    # Not the settings, database and search engine of the tests.
    of_the_tests = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "ELASTICSEARCH_URL")
    environment = {key: value for key, value in os.environ.items() if key not in of_the_tests}
    environment |= {
        "PORT": str(port),
        "THINKA_DATA_DIR": str(folder / "data"),
        "THINKA_DEMO_PASSWORD": PASSWORD,
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=node.ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            started = wait_until(
                lambda: port_answers(port), lambda: server.poll() is None, START_SECONDS
            )
            assert started, log.read_text()
            yield f"http://{HOST}:{port}/api"
        finally:
            server.terminate()
            server.wait(timeout=60)


def run_script(name: str, api: str) -> list[dict[str, Any]]:
    """The steps that a script of this folder prints, driving the real client against ``api``."""
    done = subprocess.run(
        [node.program(), name],
        cwd=node.PLONE_CLIENT,
        env={**os.environ, "API_PATH": api, "THINKA_DEMO_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
