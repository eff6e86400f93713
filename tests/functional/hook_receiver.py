"""A real HTTP server for the tests that takes webhooks, and answers as it is told to."""

import ssl
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    """One message as it came over the wire."""

    path: str
    headers: dict[str, str]
    content: bytes


class Receiver:
    """``answers`` are given first, one a message (a status, or "silence"); then 200.

    With a context of the ssl module it speaks HTTPS.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.messages: list[Received] = []
        self.answers: list[int | str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.messages.append(Received(self.path, headers, content))
                answer = receiver.answers.pop(0) if receiver.answers else 200
                if answer == "silence":
                    time.sleep(2)
                    return
                self.send_response(answer)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/haken?von=leitfaden"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
