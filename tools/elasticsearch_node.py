"""A single Elasticsearch node on the loopback address, run from the unpacked program."""

import base64
import json
import os
import pwd
import shutil
import signal
import subprocess
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.elasticsearch_program import find_java, install
from tools.programs import (
    Missing,
    as_user,
    free_port,
    give_to,
    is_running,
    server_user,
    wait_until,
)

_START_SECONDS = 120
_STOP_SECONDS = 30
_HEAP = "-Xms512m\n-Xmx512m\n"
_SETTINGS = """\
cluster.name: thinka-tools
discovery.type: single-node
network.host: 127.0.0.1
http.port: {http_port}
transport.port: {transport_port}
path.data: {workspace}/data
path.logs: {workspace}/logs
xpack.security.enabled: false
# A developer's disk is often nearly full: the node must not turn its indices read-only for that.
cluster.routing.allocation.disk.threshold_enabled: false
"""


@dataclass(frozen=True)
class Node:
    """A node that we started: the id of its process group, where it answers, where it writes."""

    pid: int
    url: str
    workspace: str


def answers(url: str) -> bool:
    """Whether an Elasticsearch at `url` (which may hold user and password) is ready to work."""
    parts = urllib.parse.urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    request = urllib.request.Request(f"{address}/_cluster/health")  # noqa: S310 (given by the user)
    if parts.username:
        login = f"{parts.username}:{parts.password or ''}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(login).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=3) as response:  # noqa: S310
            return bool(json.load(response)["status"] in ("green", "yellow"))
    except (OSError, ValueError, KeyError):
        return False


def start_node(workspace: Path) -> Node:
    """Start a node that keeps its data in `workspace`; returns once it answers.

    Raises Missing when Java, Maven or the program are not to be had, or the node does not start.
    """
    java, home = find_java(), install()
    user = server_user("elasticsearch")
    http_port, transport_port = free_port(), free_port()
    _write_configuration(workspace, home, user, http_port, transport_port)
    process = subprocess.Popen(
        _command(java, home, workspace),
        cwd=home,
        env=_environment(java, workspace),
        stdin=subprocess.DEVNULL,
        stdout=(workspace / "output.txt").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **as_user(user),
    )
    node = Node(process.pid, f"http://127.0.0.1:{http_port}", str(workspace))
    if not wait_until(lambda: answers(node.url), lambda: process.poll() is None, _START_SECONDS):
        stop_node(node)
        output = (workspace / "output.txt").read_text(errors="replace")
        raise Missing(f"Elasticsearch ist nicht gestartet. Es meldete zuletzt:\n{output[-3000:]}")
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
    workspace: Path, home: Path, user: pwd.struct_passwd, http_port: int, transport_port: int
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
    (config / "elasticsearch.yml").write_text(
        _SETTINGS.format(http_port=http_port, transport_port=transport_port, workspace=workspace)
    )
    # The stock options, less those that write logs and dumps beside the program.
    stock = (home / "config" / "jvm.options").read_text().splitlines()
    kept = [line for line in stock if "file=" not in line and "ErrorFile" not in line]
    (config / "jvm.options").write_text("\n".join(kept) + "\n")
    (options / "heap.options").write_text(_HEAP)
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


def _environment(java: Path, workspace: Path) -> dict[str, str]:
    """Only what the launcher needs: a stray ES_JAVA_OPTS of the machine must not get in."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(workspace),
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(workspace / "config"),
        "ES_TMPDIR": str(workspace / "tmp"),
    }
