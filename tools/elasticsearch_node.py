"""A single Elasticsearch node on the loopback address, run from the unpacked program."""

import base64
import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.elasticsearch_program import EIGHT, NINE, Program, find_java, install
from tools.programs import (
    Missing,
    as_user,
    free_port,
    give_to,
    is_running,
    server_user,
    wait_until,
)

_START_SECONDS = 300
_STOP_SECONDS = 30
_SETTINGS: dict[str, object] = {
    "cluster.name": "thinka-tools",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "xpack.security.enabled": False,
    # A developer's disk is often nearly full: no index must turn read-only for that.
    "cluster.routing.allocation.disk.threshold_enabled": False,
}


@dataclass(frozen=True)
class Node:
    """A node that we started: the id of its process group, where it answers, where it writes."""

    pid: int
    url: str
    workspace: str


@dataclass(frozen=True)
class Wishes:
    """How a node shall be, where the tests need it otherwise.

    `settings` go over ours (None takes one away), `files` into its configuration folder. `login`
    is asked with, ``user:password@``; `ca` is whom to trust, for a node that speaks HTTPS.
    """

    program: Program = EIGHT
    jvm_options: tuple[str, ...] = ("-Xms512m", "-Xmx512m")
    http_port: int | None = None
    settings: dict[str, object] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    login: str = ""
    ca: Path | None = None


ORDINARY = Wishes()


def answers(url: str, ca: Path | None = None) -> bool:
    """Whether an Elasticsearch at `url` (which may hold user and password) is ready to work."""
    parts = urllib.parse.urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    request = urllib.request.Request(f"{address}/_cluster/health")  # noqa: S310 (given by the user)
    if parts.username:
        login = f"{parts.username}:{parts.password or ''}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(login).decode()}")
    try:
        trust = ssl.create_default_context(cafile=ca) if ca else None
        with urllib.request.urlopen(request, timeout=3, context=trust) as response:  # noqa: S310
            return bool(json.load(response)["status"] in ("green", "yellow"))
    except (OSError, ValueError, KeyError):
        return False


def start_node(workspace: Path, wishes: Wishes = ORDINARY) -> Node:
    """Start a node that keeps its data in `workspace`; returns once it answers.

    Raises Missing when Java, Maven or the program are not to be had, or the node does not start.
    """
    java, home = find_java(wishes.program), install(wishes.program)
    user = server_user("elasticsearch")
    http_port, transport_port = wishes.http_port or free_port(), free_port()
    settings = _SETTINGS | {
        "http.port": http_port,
        "transport.port": transport_port,
        "path.data": str(workspace / "data"),
        "path.logs": str(workspace / "logs"),
    }
    _write_configuration(workspace, home, user, settings | wishes.settings, wishes)
    is_eight = wishes.program.oldest_java < NINE.oldest_java
    with (workspace / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            _command(java, home, workspace) if is_eight else _command_of_nine(java, home),
            cwd=home,
            env=_environment(java, home, workspace),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_user(user),
        )
    scheme = "https" if wishes.ca else "http"
    node = Node(process.pid, f"{scheme}://{wishes.login}127.0.0.1:{http_port}", str(workspace))
    if not wait_until(
        lambda: answers(node.url, wishes.ca), lambda: process.poll() is None, _START_SECONDS
    ):
        stop_node(node)
        said = (workspace / "output.txt").read_text(errors="replace")
        raise Missing(f"Elasticsearch ist nicht gestartet. Es meldete zuletzt:\n{said[-3000:]}")
    return node


def stop_node(node: Node) -> None:
    """Stop the node (launcher and server); nothing happens when it is gone already."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(node.pid, sign)
        except ProcessLookupError:
            return
        if wait_until(lambda: not _group_lives(node.pid), lambda: True, _STOP_SECONDS):
            return


def is_our_node(node: Node) -> bool:
    """Whether the noted node still runs (its process id may belong to another program by now)."""
    return is_running(node.pid) and answers(node.url)


def _group_lives(group: int) -> bool:
    """Whether the group has a process left, once children of ours that ended are cleared away."""
    with suppress(ChildProcessError):
        os.waitpid(-group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _write_configuration(
    workspace: Path,
    home: Path,
    user: pwd.struct_passwd,
    settings: dict[str, object],
    wishes: Wishes,
) -> None:
    config = workspace / "config"
    options = config / "jvm.options.d"
    folders = [
        workspace,
        config,
        options,
        workspace / "data",
        workspace / "logs",
        workspace / "tmp",
    ]
    for folder in folders:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    lines = [
        f"{name}: {json.dumps(value)}" for name, value in settings.items() if value is not None
    ]
    (config / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
    for name, text in wishes.files.items():
        (config / name).write_text(text)
    # The stock options, less those that write logs and dumps beside the program.
    stock = (home / "config" / "jvm.options").read_text().splitlines()
    harmless = [line for line in stock if "file=" not in line and "ErrorFile" not in line]
    (config / "jvm.options").write_text("\n".join(harmless) + "\n")
    (options / "ours.options").write_text("\n".join(wishes.jvm_options) + "\n")
    shutil.copy(home / "config" / "log4j2.properties", config)
    give_to(user, *folders)


def _command(java: Path, home: Path, workspace: Path) -> list[str]:
    """The start command that the distribution's missing `bin/elasticsearch` would run."""
    return [
        str(java / "bin" / "java"),
        "-Xms4m",
        "-Xmx64m",
        "-Dcli.name=server",
        "-Dcli.script=bin/elasticsearch",
        "-Dcli.libs=lib/tools/server-cli",
        f"-Des.path.home={home}",
        f"-Des.path.conf={workspace / 'config'}",
        "-Des.distribution.type=zip",
        "-Des.java.type=ES_JAVA_HOME",
        "-cp",
        f"{home}/lib/*:{home}/lib/cli-launcher/*",
        "org.elasticsearch.launcher.CliToolLauncher",
    ]


def _command_of_nine(java: Path, home: Path) -> list[str]:
    """The same for version 9, whose launcher takes everything else from the environment."""
    return [
        str(java / "bin" / "java"),
        "-Xms4m",
        "-Xmx64m",
        "-cp",
        f"{home}/lib/tools/server-launcher/*",
        "org.elasticsearch.server.launcher.ServerLauncher",
    ]


def _environment(java: Path, home: Path, workspace: Path) -> dict[str, str]:
    """Only what the launchers need: a stray ES_JAVA_OPTS of the machine must not get in."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(workspace),
        "HOSTNAME": socket.gethostname(),
        "JAVA": str(java / "bin" / "java"),
        "JAVA_HOME": str(java),
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_DISTRIBUTION_TYPE": "zip",
        "ES_HOME": str(home),
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(workspace / "config"),
        "ES_TMPDIR": str(workspace / "tmp"),
    }
