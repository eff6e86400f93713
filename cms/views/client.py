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
    address = request.headers.get(header, "").rpartition(",")[2].strip() if header else ""
    address = address or request.META.get("REMOTE_ADDR", "")
    try:
        address = str(ip_address(address))
    except ValueError:
        address = ""
    return Client(address, request.headers.get("User-Agent", ""))
