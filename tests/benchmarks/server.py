"""The guide on its real web server, in a process of its own, and a client that stays connected."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any

from tools.programs import free_port, wait_until

HOST = "127.0.0.1"
#: On a busy machine its dictionary alone takes a minute.
START_SECONDS = 300
GUIDE = ("thinka_site.wsgi:application",)


class Browser:
    """One kept-alive connection; ``pid`` is the server's process."""

    def __init__(self, port: int, pid: int = 0) -> None:
        self.port, self.pid = port, pid
        self._connection = HTTPConnection(HOST, port, timeout=120)

    def another(self) -> "Browser":
        """A further connection to the same server."""
        return Browser(self.port, self.pid)

    def ask(
        self, method: str, path: str, token: str = "", data: Any = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body of the answer to JSON sent with a bearer token."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if data is not None:
            headers["Content-Type"] = "application/json"
        body = None if data is None else json.dumps(data).encode()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return response.status, response.headers, response.read()

    def cpu_seconds(self) -> float:
        """What the server's process has worked since its start (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str) -> bytes:
        """The body of the answer at ``path``. Raises RuntimeError unless it is a 200."""
        status, _headers, body = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return body

    def seconds(self, path: str) -> float:
        """How long the answer at ``path`` takes."""
        begin = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begin


@contextmanager
def serving(*application: str, ready: str = "/healthz", **environment: str) -> Iterator[Browser]:
    """waitress with the site, as the Dockerfile starts it; ``environment`` changes settings.

    ``application`` is another site than the guide, whose address ``ready`` answers when it is up.
    """
    port = free_port()
    command = [sys.executable, "-m", "waitress", "--threads=8", f"--listen={HOST}:{port}"]
    server = subprocess.Popen(
        [*command, *(application or GUIDE)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,  # the audit log
    )
    browser = Browser(port, server.pid)
    try:
        if not wait_until(
            lambda: _answers(port, ready), lambda: server.poll() is None, START_SECONDS
        ):
            raise RuntimeError("the web server did not start")
        yield browser
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers(port: int, path: str) -> bool:
    try:
        return bool(Browser(port).get(path))
    except OSError:
        return False
