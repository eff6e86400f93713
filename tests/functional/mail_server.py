"""A real mail server for the tests, which can go away and come back, and refuse."""

import email
from email.policy import default
from socket import socket

from aiosmtpd.controller import Controller


class Mailbox:
    """Keeps what it accepts. ``answers`` are given first, one a mail, instead of accepting."""

    def __init__(self):
        self.mails = []
        self.answers: list[str] = []
        self.refused: dict[str, str] = {}
        self.on_accept = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        if self.on_accept:
            self.on_accept(server)
        return "250 accepted"


class MailServer:
    """Started and stopped at will, always at the same port of this machine."""

    def __init__(self):
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.mailbox = Mailbox()
        self._controller = None

    @property
    def mails(self) -> list:
        return self.mailbox.mails

    def start(self) -> None:
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None
