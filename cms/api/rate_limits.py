"""How many requests a minute: per personal token, per signed-in person, else per address.

The database counts for all processes. Each one tells it what it has counted only now and then, in
steps of a twentieth of the limit: reading must not write at every request. So nobody gets more
than the limit, and a twentieth more for each further process.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cms.api.authentication import credential
from cms.api.contract import error_answer, person
from cms.services import tries
from cms.views.client import client_of

WINDOW_SECONDS = 60
_STEPS = 20


@dataclass
class _Count:
    """Requests of one client in this window."""

    here: int = 0
    told: int = 0  # of these, the database knows
    elsewhere: int = 0  # what other processes had counted when it was told last
    lock: Lock = field(default_factory=Lock)


class Counts:
    """What this process has counted in the running window. A restart loses less than a step."""

    def __init__(self) -> None:
        self._window = 0
        self._counts: dict[str, _Count] = defaultdict(_Count)
        self._lock = Lock()

    def add(self, who: str, limit: int, now: float) -> int:
        """Counts a request; how many are left, or -1 if there was none."""
        window = int(now) // WINDOW_SECONDS
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, defaultdict(_Count)
            count = self._counts[who]
        with count.lock:
            if count.here + count.elsewhere >= limit:
                return -1  # and costs nothing more
            count.here += 1
            if count.here - count.told >= max(1, limit // _STEPS):
                total = tries.add(who, count.here - count.told, _end_of(window))
                count.told = count.here
                count.elsewhere = total - count.told
            return max(-1, limit - count.here - count.elsewhere)


counts = Counts()


def _end_of(window: int) -> datetime:
    return datetime.fromtimestamp((window + 1) * WINDOW_SECONDS, UTC)


def refuse_too_many(request: HttpRequest) -> HttpResponse | None:
    """Counts the request of whoever was found to ask. The answer is None, or 429 (Retry-After)."""
    who, limit = _who(request), _limit(request)
    if not who or not limit:
        return None
    now = time.time()
    left = counts.add(who, limit, now)
    reset = WINDOW_SECONDS - int(now) % WINDOW_SECONDS
    request._guide_rate = {
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": str(max(0, left)),
        "RateLimit-Reset": str(reset),
    }
    if left >= 0:
        return None
    message = _("Zu viele Anfragen. Bitte warten Sie %(seconds)d Sekunden.") % {"seconds": reset}
    response = error_answer(request, 429, message)
    response["Retry-After"] = str(reset)
    return response


def tell(request: HttpRequest, response: HttpResponse) -> None:
    """Puts the limit's headers on the answer, unless a proxy may keep that for others."""
    if not response.get("Cache-Control", "").startswith("public"):
        for name, value in getattr(request, "_guide_rate", {}).items():
            response[name] = value


def _who(request: HttpRequest) -> str:
    found = credential(request)
    if found is not None and found.token is not None:
        return f"token {found.token.pk}"
    user = person(request)
    if user.is_authenticated:
        return f"person {user.pk}"
    address = client_of(request).counted
    return f"address {address}" if address else ""


def _limit(request: HttpRequest) -> int:
    name = "API_REQUESTS_PER_MINUTE"
    if not person(request).is_authenticated:
        name = "API_REQUESTS_PER_MINUTE_PER_ADDRESS"
    return getattr(settings, name, 0)
