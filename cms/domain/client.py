"""Who asks over the net: an address and a device, in words that a person understands."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

#: How programs that read the whole web call themselves: most of them say one of these words.
_ROBOT = re.compile(
    r"bot\b|crawl|spider|slurp|scrap|scan|archiver|curl|wget|python|java/|go-http|libwww",
    re.IGNORECASE,
)
_V4_PARTS, _V6_PARTS = 3, 3  # of 4, of 8
_V6_OWN = 64  # bits of the network that one line or one machine gets
#: The first that is found counts: Edge and Chrome call themselves Safari, too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Client:
    """The address that a request came from (may be empty), and what its program calls itself."""

    address: str = ""
    agent: str = ""

    @property
    def device(self) -> str:
        """„Firefox, Windows“; empty if neither is known."""
        found = (_first(_BROWSERS, self.agent), _first(_SYSTEMS, self.agent))
        return ", ".join(word for word in found if word)

    @property
    def is_robot(self) -> bool:
        """Does it say itself that nobody sits before it?"""
        return bool(_ROBOT.search(self.agent))

    @property
    def counted(self) -> str:
        """What tries are counted by: with IPv6 somebody's whole network, which is theirs alone."""
        if ":" not in self.address:
            return self.address
        return str(IPv6Network((self.address.partition("%")[0], _V6_OWN), strict=False))

    @property
    def network(self) -> str:
        """The address without its last part: tells one's own from a stranger's, names nobody."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return ""
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped is None:
                kept = address.exploded.split(":")[:_V6_PARTS]
                return ":".join(f"{int(part, 16):x}" for part in kept) + ":…"
            address = address.ipv4_mapped
        return ".".join(str(address).split(".")[:_V4_PARTS]) + ".…"


def _first(names: dict[str, str], agent: str) -> str:
    return next((words for mark, words in names.items() if mark in agent), "")
