"""The guide on its real web server, in a process of its own, and a client that stays connected."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from tools.programs import free_port, wait_until

HOST = "127.0.0.1"
#: On a busy machine its dictionary alone takes a minute.
START_SECONDS = 300


class Browser:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connection = HTTPConnection(HOST, port, timeout=30)

    def get(self, path: str) -> bytes:
        """The body of the answer at ``path``. Raises RuntimeError unless it is a 200."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return body

    def seconds(self, path: str) -> float:
        """How long the answer at ``path`` takes."""
        begin = time.perf_counter()
        self.get(path)
        return time.perf_counter() - begin


@contextmanager
def serving(**environment: str) -> Iterator[Browser]:
    """waitress with the site, as the Dockerfile starts it; ``environment`` changes settings."""
    port = free_port()
    command = [sys.executable, "-m", "waitress", "--threads=8", f"--listen={HOST}:{port}"]
    server = subprocess.Popen(
        [*command, "thinka_site.wsgi:application"], env={**os.environ, **environment}
    )
    browser = Browser(port)
    try:
        if not wait_until(lambda: _answers(port), lambda: server.poll() is None, START_SECONDS):
            raise RuntimeError("the web server did not start")
        yield browser
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers(port: int) -> bool:
    try:
        return bool(Browser(port).get("/healthz"))
    except OSError:
        return False
