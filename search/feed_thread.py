"""The feed that goes on: a thread of the web process, or a worker of its own."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections

from cms.services import read_documents
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
#: So long after a rebuild the indices before it are kept for a rollback.
KEPT = timedelta(days=7)
HOUSEKEEPING_SECONDS = 3600

_started = threading.Event()


def start() -> None:
    """Starts the thread once in this process. It ends with the process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=run, name="search-feed", daemon=True).start()


def run() -> None:
    """Feeds for ever, whatever happens: an engine that is away, a locked database, a full disk."""
    saved_searches.start()
    read_documents.start_thread()
    ready_until = rest = 0.0
    while True:
        try:
            if time.monotonic() > ready_until:
                ensure_index(engine())
                engine().apply_settings()
                remove_outdated(engine())
                ready_until = time.monotonic() + HOUSEKEEPING_SECONDS
            drain(engine())
            rest = 0.0
            time.sleep(IDLE_SECONDS)
        except AnotherRuns as error:
            logger.warning("feed waits: %s", error)
            ready_until = 0.0
            time.sleep(AWAY_SECONDS)
        except EngineUnavailable as error:
            logger.warning("feed waits: %s", error)
            ready_until = 0.0
            rest = longer_rest(error, rest)
            time.sleep(max(rest, AWAY_SECONDS))
        except Exception:
            logger.exception("search feed failed; trying again")
            time.sleep(AWAY_SECONDS)
        finally:
            close_old_connections()


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
