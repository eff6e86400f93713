"""Lists typed by hand: which characters start an item, and how deep it stands."""

import re

MONTHS = (
    "januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    "jan\\.|feb\\.|mär\\.|apr\\.|jun\\.|jul\\.|aug\\.|sept?\\.|okt\\.|nov\\.|dez\\."
)
BULLET = "[•◦▪▫‣⁃·●○■□▶►➢➤✓✔❖♦◆∙\uf000-\uf0ff]"
_ITEM = re.compile(
    rf"(?P<indent>[^\S\n]*)(?P<marker>{BULLET}|--?(?=\s)|[–—*+](?=\s)|[-–](?=[A-ZÄÖÜ„\"“])|o(?=\t|\s\s)|Ø(?=\s)"
    r"|\d{1,2}[.)](?=\s)|[a-z]\)(?=\s)|\((?:\d{1,2}|[a-z])\)(?=\s))"
    r"[^\S\n]*(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
DASHES = frozenset("-–—")
TAB = 4  # columns of a tab; two columns deeper is a level deeper
NESTED = 2


def starts_with_month(text: str) -> bool:
    """Tell whether ``text`` goes on with a month: "17." before it is a day, not a number."""
    return re.match(rf"(?:{MONTHS})(?:\W|$)", text, re.IGNORECASE) is not None


def typed_item(text: str) -> tuple[int, str, str] | None:
    """Return (column, marker, rest) if ``text`` starts like a list item typed by hand."""
    match = _ITEM.match(text)
    if match is None:
        return None
    marker = match["marker"]
    glued = marker in DASHES and text[match.end("marker")].islower()
    if glued or marker == "O" or (marker[0].isdigit() and starts_with_month(match["rest"])):
        return None
    deeper = NESTED if marker == "--" else 0  # two dashes: one level below one dash
    return columns(match["indent"]) + deeper, marker, match["rest"]


def columns(indent: str) -> int:
    """Return how many columns a leading white space takes."""
    width = 0
    for character in indent:
        width += TAB - width % TAB if character == "\t" else 1
    return width


def is_ordered(marker: str) -> bool:
    """Tell whether an item has a number or letter; "#." stands for one that Word counts."""
    return marker.startswith("#") or marker.strip("()")[:1].isalnum()


def is_typed_number(marker: str) -> bool:
    """Tell whether a marker is a number or letter that stands in the text: "2.", "b)"."""
    return is_ordered(marker) and not marker.startswith("#") and not marker.isalpha()


class Outline:
    """Depths of list items from the columns they start at, as a reader sees them."""

    def __init__(self) -> None:
        self._columns: list[int] = []

    def reset(self) -> None:
        """Start anew: what comes is another list."""
        self._columns.clear()

    def depth(self, column: int) -> int:
        """Return the depth, from 1, of an item that starts at ``column``."""
        while self._columns and column < self._columns[-1] + NESTED:
            self._columns.pop()
        self._columns.append(column)
        return len(self._columns)
