"""What can keep Elasticsearch from answering, each made real, and taken away again."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from search.indices import READ
from tests.functional.outage.front import Front, http, saying, silent
from tests.functional.outage.nodes import OwnNode

JSON = "application/json"
IS_ELASTICSEARCH = "X-Elastic-Product: Elasticsearch"
NOT_THERE = {"index.routing.allocation.require._name": "no-such-node"}


def _ours() -> str:
    return f"{settings.SEARCH_INDEX_PREFIX}-*"


@contextmanager
def stopped(node: OwnNode, front: Front) -> Iterator[None]:
    node.stop()
    yield
    node.start()


@contextmanager
def killed(node: OwnNode, front: Front) -> Iterator[None]:
    node.kill()
    yield
    node.start()


@contextmanager
def suspended(node: OwnNode, front: Front) -> Iterator[None]:
    node.suspend()
    yield
    node.resume()


@contextmanager
def refused(node: OwnNode, front: Front) -> Iterator[None]:
    with front.closed():
        yield


@contextmanager
def not_answered(node: OwnNode, front: Front) -> Iterator[None]:
    with front.answering(silent):
        yield


@contextmanager
def answered_drop_by_drop(node: OwnNode, front: Front) -> Iterator[None]:
    """Each byte comes in time; after twelve seconds not even the headers have."""

    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        for byte in http(b"{}", JSON, "200 OK", IS_ELASTICSEARCH)[:60]:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    with front.answering(drip):
        yield


@contextmanager
def another_web_server(node: OwnNode, front: Front) -> Iterator[None]:
    with front.answering(saying(http(b"<h1>It works!</h1>", "text/html"))):
        yield


@contextmanager
def no_web_server(node: OwnNode, front: Front) -> Iterator[None]:
    with front.answering(saying(b"SSH-2.0-OpenSSH_9.2\r\n")):
        yield


@contextmanager
def an_old_version(node: OwnNode, front: Front) -> Iterator[None]:
    about = b'{"version": {"number": "7.10.2"}, "tagline": "You Know, for Search"}'
    with front.answering(saying(http(about, JSON, "200 OK", IS_ELASTICSEARCH))):
        yield


@contextmanager
def the_password_changed(node: OwnNode, front: Front) -> Iterator[None]:
    about = b'{"error": {"type": "security_exception", "reason": "unable"}, "status": 401}'
    answer = http(about, JSON, "401 Unauthorized", IS_ELASTICSEARCH)
    with front.answering(saying(answer)):
        yield


@contextmanager
def red(node: OwnNode, front: Front) -> Iterator[None]:
    """The indices are there, their shards are not."""
    with node.client() as client:
        client.indices.put_settings(index=_ours(), settings=NOT_THERE)
        for index in client.indices.get(index=_ours()):
            client.indices.close(index=index)
            client.indices.open(index=index, wait_for_active_shards=0)
        assert client.cluster.health(index=_ours())["status"] == "red"
        yield
        client.indices.put_settings(index=_ours(), settings=dict.fromkeys(NOT_THERE))


@contextmanager
def no_index(node: OwnNode, front: Front) -> Iterator[None]:
    """Somebody began anew with an empty server."""
    with node.client() as client:
        for index in client.indices.get(index=_ours()):
            client.indices.delete(index=index)
    yield


@contextmanager
def the_mapping_of_another_release(node: OwnNode, front: Front) -> Iterator[None]:
    with node.client() as client:
        for index, about in client.indices.get_alias(index=_ours()).items():
            client.indices.delete(index=index)
            other = {"properties": {"name": {"type": "text"}}}
            client.indices.create(index=index, aliases=about["aliases"], mappings=other)
            assert any(alias.endswith(READ) for alias in about["aliases"])
    yield


#: The engine does not answer, and comes back by itself.
AWAY = [
    stopped,
    killed,
    suspended,
    refused,
    not_answered,
    answered_drop_by_drop,
    another_web_server,
    no_web_server,
    an_old_version,
    red,
]
#: It answers, but the feed must build the indices first.
BROKEN = [no_index, the_mapping_of_another_release]
