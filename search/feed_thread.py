"""The feed as a thread of the web process: the embedded default needs no worker."""

import logging
import threading
import time

from django.db import close_old_connections

from search import rebuild, saved_searches
from search.engine import Engine, EngineUnavailable
from search.feed import drain, is_behind
from search.service import engine

logger = logging.getLogger(__name__)

#: How long the feed sleeps when nothing is due; publish to found is at most a little more.
IDLE_SECONDS = 0.2
AWAY_SECONDS = 2.0

_started = threading.Event()


def start() -> None:
    """Starts the thread once in this process. It ends with the process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_run, name="search-feed", daemon=True).start()
        saved_searches.start()


def _run() -> None:
    ready = False
    while True:
        try:
            if not ready:
                ensure_index(engine())
                ready = True
            drain(engine())
            time.sleep(IDLE_SECONDS)
        except EngineUnavailable as error:
            logger.warning("feed waits for the search engine: %s", error)
            ready = False
            time.sleep(AWAY_SECONDS)
        except Exception:
            # The thread must outlive anything: a locked database, a full disk. It is logged.
            logger.exception("search feed failed; trying again")
            time.sleep(AWAY_SECONDS)
        finally:
            close_old_connections()


def ensure_index(target: Engine) -> None:
    """Builds the indices from the database if they are not there, or are another database's."""
    if not target.status().available or is_behind(target):
        rebuild.rebuild(target)
