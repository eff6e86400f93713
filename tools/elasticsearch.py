"""Find or start a real Elasticsearch: `python -m tools.elasticsearch start|stop|url`.

`server()` is for the tests and looks in this order: ELASTICSEARCH_URL, Docker through
docker-compose.yml, a node from Maven Central. `start` is for working with it: it leaves a node
running in the background, which the next start and the tests find again; its data is kept.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tools.elasticsearch_docker import docker_is_usable, docker_server
from tools.elasticsearch_node import (
    ORDINARY,
    Node,
    Wishes,
    answers,
    is_our_node,
    start_node,
    stop_node,
)
from tools.elasticsearch_program import cache_folder, make_own_folder
from tools.programs import Missing, say


def _state_folder() -> Path:
    """Data and note of the background node; one for each account, beside the shared program."""
    program = cache_folder()
    return program.with_name(f"{program.name}-{os.geteuid()}")


def _noted_node() -> Node | None:
    """The background node, if one was started and still runs."""
    note = _state_folder() / "node.json"
    if not note.exists() or note.stat().st_uid != os.geteuid():
        return None
    node = Node(**json.loads(note.read_text()))
    return node if is_our_node(node) else None


def _given_url() -> str | None:
    """ELASTICSEARCH_URL; raises Missing when it is set but nothing answers there.

    It may hold the addresses of several nodes of a cluster; one that answers is enough.
    """
    url = os.environ.get("ELASTICSEARCH_URL", "")
    if url and not any(answers(node.strip()) for node in url.split(",") if node.strip()):
        raise Missing("Unter der Adresse in ELASTICSEARCH_URL antwortet kein Elasticsearch.")
    return url or None


def start() -> str:
    """The address of the given server, or of a background node, started unless it runs."""
    url = _given_url()
    if url:
        return url
    node = _noted_node()
    if node is None:
        folder = _state_folder()
        make_own_folder(folder)
        node = start_node(folder / "node")
        (folder / "node.json").write_text(json.dumps(asdict(node)))
    return node.url


def stop() -> None:
    """Stop the background node, if it runs; its data is kept."""
    node = _noted_node()
    if node is None:
        say("Es läuft kein Elasticsearch, das von hier gestartet wurde.")
        return
    stop_node(node)
    (_state_folder() / "node.json").unlink()
    say("Elasticsearch ist beendet.")


@contextmanager
def server() -> Iterator[str]:
    """The address of an Elasticsearch; what had to be started for it is stopped at the end.

    Raises Missing with a sentence on what to install when none can be had.
    """
    running = _given_url() or getattr(_noted_node(), "url", None)
    if running:
        yield running
    elif docker_is_usable():
        with docker_server() as url:
            yield url
    else:
        with node_for_now() as url:
            yield url


@contextmanager
def node_for_now(wishes: Wishes = ORDINARY) -> Iterator[str]:
    """The address of a node in a temporary folder, stopped and removed at the end."""
    workspace = Path(tempfile.mkdtemp(prefix="thinka-elasticsearch-"))
    try:
        node = start_node(workspace, wishes)
        try:
            yield node.url
        finally:
            stop_node(node)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def main() -> int:
    """The command line; 1 when Elasticsearch is not to be had or does not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "url"])
    command = parser.parse_args().command
    try:
        if command == "start":
            print(start())
        elif command == "stop":
            stop()
        else:
            url = _given_url() or getattr(_noted_node(), "url", None)
            if not url:
                raise Missing("Es läuft kein Elasticsearch. Starten: make elasticsearch")
            print(url)
    except Missing as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
