"""Elasticsearch nodes of a test's own: it may stop, kill and suspend them."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from elasticsearch import Elasticsearch

from tools.elasticsearch_node import ORDINARY, Node, Wishes, start_node, stop_node
from tools.programs import free_port

#: Small, and quick to start: what the second compiler makes faster, no test lasts long enough for.
JVM_OPTIONS = ("-Xms256m", "-Xmx256m", "-XX:TieredStopAtLevel=1")


class OwnNode:
    """One node that keeps its port and its data over a restart."""

    def __init__(self, workspace: Path, wishes: Wishes) -> None:
        self._workspace = workspace
        self._wishes = replace(wishes, http_port=free_port(), jvm_options=JVM_OPTIONS)
        self._node: Node | None = None
        # A front kills it in a thread of its own: who starts it again waits until it is dead.
        self._lock = threading.Lock()
        self.start()

    @property
    def port(self) -> int:
        assert self._wishes.http_port
        return self._wishes.http_port

    @property
    def url(self) -> str:
        """With the login, if there is one."""
        assert self._node
        return self._node.url

    def client(self) -> Elasticsearch:
        """A client past everything that the site has."""
        ca = {"ca_certs": str(self._wishes.ca)} if self._wishes.ca else {}
        return Elasticsearch(self.url, request_timeout=60, **ca)

    def start(self) -> None:
        """Start it, with the data that it had; returns when it answers."""
        with self._lock:
            if self._node is None:
                self._node = start_node(self._workspace, self._wishes)

    def stop(self) -> None:
        """Stop it in order."""
        with self._lock:
            if self._node is not None:
                self.resume()
                stop_node(self._node)
                self._node = None

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        with self._lock:
            assert self._node
            os.killpg(self._node.pid, signal.SIGKILL)
            stop_node(self._node)
            self._node = None

    def suspend(self) -> None:
        """It keeps its port and its connections, and answers nothing."""
        assert self._node
        os.killpg(self._node.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self._node
        os.killpg(self._node.pid, signal.SIGCONT)


@contextmanager
def own_node(wishes: Wishes = ORDINARY) -> Iterator[OwnNode]:
    """A node for the length of a test or module."""
    # Not in pytest's folder: the node may run as an account that must not look into that.
    with tempfile.TemporaryDirectory(prefix="thinka-node-") as folder:
        node = OwnNode(Path(folder), wishes)
        try:
            yield node
        finally:
            node.stop()
