"""The address that the site knows, with the node behind it or something else."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


class Front:
    """Passes everything on to a port, until a test puts something else there.

    ``before`` and ``after`` of `at` are called when a request that holds these bytes has come,
    or when its answer has, and before anything is passed on.
    """

    def __init__(self, port_behind: int) -> None:
        self._port_behind = port_behind
        self._answer: Answer | None = None
        self._listener: socket.socket | None = None
        self._connections: set[socket.socket] = set()
        self._watched: tuple[bytes, Callable[[], None], bool] | None = None
        self.requests = 0
        self.port = 0
        self.open()
        self.url = f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Listen, at the same address as ever."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections, and cut those that are there."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self._cut()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nobody listens there."""
        self.close()
        try:
            yield
        finally:
            self.open()

    @contextmanager
    def answering(self, answer: Answer) -> Iterator[None]:
        """Something else answers there."""
        self._answer = answer
        self._cut()
        try:
            yield
        finally:
            self._answer = None
            self._cut()

    def at(self, request: bytes, then: Callable[[], None], *, answered: bool) -> None:
        """Once: do something when this request has come, or when its answer has."""
        self._watched = (request, then, answered)

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _address = listener.accept()
                self._connections.add(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._answer is not None:
                self.requests += 1
                self._answer(connection)
                return
            with socket.create_connection(("127.0.0.1", self._port_behind)) as behind:
                self._connections.add(behind)
                back = threading.Thread(
                    target=self._pass_on, args=(behind, connection, True), daemon=True
                )
                back.start()
                self._pass_on(connection, behind, False)
                back.join()
        self._connections.discard(connection)

    def _pass_on(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._look_at(data, is_answer)
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _look_at(self, data: bytes, is_answer: bool) -> None:
        if self._watched is None:
            return
        request, then, wants_answer = self._watched
        if is_answer:
            if not request:
                self._watched = None
                then()
        elif request and request in data:
            # The answer that comes next is the one to this request: the feed asks one at a time.
            self._watched = (b"", then, True) if wants_answer else None
            if not wants_answer:
                then()

    def _cut(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()


def silent(connection: socket.socket) -> None:
    """Takes what comes and answers nothing."""
    while connection.recv(65_536):
        pass


def saying(answer: bytes) -> Answer:
    """Answers everything with these bytes."""

    def answers(connection: socket.socket) -> None:
        while connection.recv(65_536):
            connection.sendall(answer)

    return answers


def http(body: bytes, kind: str, status: str = "200 OK", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
