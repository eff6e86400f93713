"""Waiting for what comes by itself, however busy the machine is."""

import time
from collections.abc import Callable

from search import drift, service
from search.engine import EngineUnavailable
from search.feed import drain
from search.feed_thread import ensure_index


def eventually(happens: Callable[[], object], seconds: float = 120) -> None:
    """Asks until it is so; fails when the time is over."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.2)


def feed_catches_up() -> bool:
    """One round of the feed worker: True if it got through."""
    try:
        ensure_index(service.engine())
        drain(service.engine())
    except EngineUnavailable:
        return False
    return True


def differences() -> list[drift.Drift]:
    """What `search_index verify` would have to repair."""
    return [one for one in drift.find(service.engine()) if not one.is_clean]
