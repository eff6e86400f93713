"""Sends a message to an address that somebody typed in, without being used to reach our own net.

The name is looked up once, every address it has is checked, and the connection goes to an address
that was checked: a name that means something else a moment later (DNS rebinding) gains nothing.
Redirects are not followed, and all of it ends within DEADLINE.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError

#: Seconds for the connection and for each answer of the other side, and for everything.
TIMEOUT = 5.0
DEADLINE = 15.0
#: All public addresses of IPv6 begin so. What lies outside is of one's own net, or of none.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
#: Addresses that hold another one inside: through them one would get in all the same.
_WRAPPED = tuple(ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32"))

Resolve = Callable[[str, int], list[str]]


class UnreachableError(Exception):
    """The message did not arrive, or nobody knows whether it did. ``str()`` says why."""


def check_address(url: str) -> None:
    """Raises RuleError unless messages may be sent to ``url``. Looks nothing up."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise RuleError(_("Das ist keine Internetadresse.")) from None
    if not host or not url.isascii() or any(sign.isspace() for sign in url):
        raise RuleError(_("Das ist keine Internetadresse."))
    if parts.username is not None or parts.fragment:
        raise RuleError(_("Die Adresse darf weder Zugangsdaten noch ein „#“ enthalten."))
    if host in _private_hosts() and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise RuleError(_("Die Adresse muss mit https:// beginnen."))
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return
    if not _is_public(literal):
        raise RuleError(_("Diese Adresse liegt in einem internen Netz."))


def post(url: str, content: bytes, headers: dict[str, str], resolve: Resolve | None = None) -> int:
    """Posts ``content``; the status of the answer, of which nothing else is read.

    :param resolve: looks a name up; the system's way if None
    :raises UnreachableError: no answer, too late, or an address that is not allowed
    """
    try:
        check_address(url)
    except RuleError as error:
        raise UnreachableError(str(error)) from None
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _checked_address(host, port, resolve or _look_up)
    connection = _Connection(host, port, address, secure)
    watch = threading.Timer(DEADLINE, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", path, content, headers)
        status = connection.getresponse().status
        if connection.is_cut:  # half an answer is none
            raise TimeoutError
        return status
    except ssl.SSLCertVerificationError as error:
        message = _("Das Zertifikat von %(host)s wird nicht anerkannt: %(why)s")
        raise UnreachableError(message % {"host": host, "why": error.verify_message}) from error
    except TimeoutError as error:
        raise UnreachableError(_("Es kam nicht rechtzeitig eine Antwort.")) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        # ValueError: what a socket says that was cut meanwhile.
        raise UnreachableError(f"{type(error).__name__}: {error}") from error
    finally:
        watch.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """To one address, whatever the name means by now; with TLS for the name."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address, self._secure = address, secure
        self.is_cut = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            # The system's authorities, or those of SSL_CERT_FILE.
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """Ends it from another thread, so that nobody waits for an answer any longer.

        Closing would not: the answer that is being read holds the socket open.
        """
        self.is_cut = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def _look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _checked_address(host: str, port: int, resolve: Resolve) -> str:
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"{type(error).__name__}: {error}") from error
    # What stands after a "%" names a network card.
    known = [ipaddress.ip_address(one.partition("%")[0]) for one in addresses]
    is_public = all(_is_public(address) for address in known)
    if not known or not (is_public or host in _private_hosts()):
        raise UnreachableError(_("Diese Adresse liegt in einem internen Netz."))
    return addresses[0]


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if address.version == 6 and address not in _PUBLIC_V6:
        return False
    if any(address in net for net in _WRAPPED):
        return False
    return address.is_global and not address.is_multicast


def _private_hosts() -> list[str]:
    """Hosts in one's own net that messages may be sent to, also without TLS (setting)."""
    return getattr(settings, "WEBHOOK_PRIVATE_HOSTS", [])
