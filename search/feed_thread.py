"""The feed that goes on: a thread of the web process, or a worker of its own."""

import logging
import time
from datetime import UTC, datetime, timedelta

from cms.services import background, read_documents
from search import rebuild, saved_searches
from search.alone import AnotherRuns, alone
from search.engine import Engine, EngineRefused, EngineUnavailable
from search.feed import drain, drop_kept, is_behind
from search.outage import longer_rest
from search.service import engine

logger = logging.getLogger(__name__)

#: How long the feed sleeps when nothing is due; publish to found is at most a little more.
IDLE_SECONDS = 0.1
AWAY_SECONDS = 2.0
#: A rebuild that failed fails again until somebody mends what it told of; it costs minutes.
FAILED_REBUILD_SECONDS = 300.0
#: So long after a rebuild the indices before it are kept for a rollback.
KEPT = timedelta(days=7)
HOUSEKEEPING_SECONDS = 3600


def start() -> None:
    """Starts the thread once in this process. It ends with the process."""
    background.start_thread("search-feed", run)


def run() -> None:
    """Feeds for ever, whatever happens: an engine that is away, a locked database, a full disk."""
    saved_searches.start()
    read_documents.start_thread()
    background.go_on(Feed().step, rest=AWAY_SECONDS)


class Feed:
    """What one worker does again and again, and how long it leaves the engine alone."""

    def __init__(self) -> None:
        self._ready_until = self._rest = 0.0

    def step(self) -> float:
        """Once; how many seconds to sleep then."""
        try:
            if time.monotonic() > self._ready_until:
                self._make_ready()
            drain(engine())
        except (AnotherRuns, EngineUnavailable) as error:
            logger.warning("feed waits: %s", error)
            self._ready_until = 0.0
            if isinstance(error, EngineUnavailable):
                self._rest = longer_rest(error, self._rest)
                return max(self._rest, AWAY_SECONDS)
            return AWAY_SECONDS
        except rebuild.RebuildFailed:
            logger.exception("the index cannot be built")
            return FAILED_REBUILD_SECONDS
        self._rest = 0.0
        return IDLE_SECONDS

    def _make_ready(self) -> None:
        ensure_index(engine())
        engine().apply_settings()
        remove_outdated(engine())
        self._ready_until = time.monotonic() + HOUSEKEEPING_SECONDS


def ensure_index(target: Engine) -> None:
    """Builds the indices from the database if they are not there, or are another database's.

    What an interrupted rebuild left is removed, unless one is running.
    Raises EngineUnavailable while it cannot be known what is there.
    """
    status = target.status()
    if not status.available and not status.needs_rebuild:
        raise (EngineRefused if status.refused else EngineUnavailable)(status.error)
    if status.needs_rebuild or is_behind(target):
        rebuild.rebuild(target)
    else:
        clear_away(target)


def clear_away(target: Engine) -> list[str]:
    """Removes what an interrupted rebuild left; nothing while one is running."""
    try:
        with alone():
            return target.tidy()
    except AnotherRuns:
        return []


def remove_outdated(target: Engine) -> None:
    """Removes the kept indices a while after the rebuild that replaced them."""
    current = [index.concrete for index in target.status().indices if index.concrete]
    built = [datetime.strptime(name[-20:], "%Y%m%d%H%M%S%f") for name in current]
    if built and max(built).replace(tzinfo=UTC) < datetime.now(UTC) - KEPT:
        drop_kept(target)
