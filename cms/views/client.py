"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings

from cms.domain.client import Client


def client_of(request) -> Client:
    """Address and program of whoever asks.

    Behind a proxy the address is the last one in the header that the proxy sets (setting
    CLIENT_ADDRESS_HEADER): what stands before it could have been written by anybody. Without
    the setting no header is believed.
    """
    header = getattr(settings, "CLIENT_ADDRESS_HEADER", "")
    told = request.headers.get(header, "").rpartition(",")[2].strip() if header else ""
    address = _address_in(told or request.META.get("REMOTE_ADDR", ""))
    return Client(address, request.headers.get("User-Agent", ""))


def _address_in(text: str) -> str:
    """The one way of writing an address, without the port that some proxies add; else nothing."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    # How a server that listens on IPv6 sees all of IPv4: as one network, it would be one client.
    return str(getattr(address, "ipv4_mapped", None) or address)
