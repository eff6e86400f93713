"""Elasticsearch from docker-compose.yml, in a Compose project of its own that is removed again."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.programs import Missing, free_port

ROOT = Path(__file__).resolve().parent.parent
_PROJECT = "thinka-tools"
# Compose wants a value for every secret of the file, also for services that are not started.
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "ELASTIC_PASSWORD")


def docker_is_usable() -> bool:
    """Whether a Docker engine answers (not only its command) and Compose is there."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    return all(
        subprocess.run([docker, *question], capture_output=True, check=False).returncode == 0
        for question in (("info",), ("compose", "version"))
    )


@contextmanager
def docker_server() -> Iterator[str]:
    """The address (with login) of an Elasticsearch in Docker; removed with its data at the end."""
    port, password = free_port(), secrets.token_hex(16)
    environment = dict(os.environ) | dict.fromkeys(SECRETS, password)
    environment["ELASTICSEARCH_PORT"] = str(port)
    try:
        done = _compose(environment, "up", "--detach", "--wait", "elasticsearch")
        if done.returncode != 0:
            raise Missing(f"Docker konnte Elasticsearch nicht starten:\n{done.stderr[-2000:]}")
        yield f"http://elastic:{password}@127.0.0.1:{port}"
    finally:
        _compose(environment, "down", "--volumes")


def _compose(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["docker", "compose", "--project-name", _PROJECT, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
