"""Work that goes on for ever beside the requests: the one loop of all workers and threads."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections

logger = logging.getLogger(__name__)

_started: set[str] = set()
_lock = threading.Lock()


def start_thread(name: str, run: Callable[[], None]) -> None:
    """Starts a thread of this name once in this process. It ends with the process."""
    with _lock:
        if name in _started:
            return
        _started.add(name)
    threading.Thread(target=run, name=name, daemon=True).start()


def go_on(step: Callable[[], float], *, rest: float) -> None:
    """Does a step again and again, whatever happens, until the process ends.

    ``step`` answers how many seconds to sleep after it; ``rest`` are those after a failure.
    """
    while True:
        try:
            pause = step()
        except Exception:
            # A worker must outlive anything: a locked database, a full disk. It is logged.
            logger.exception("%s failed; trying again", step.__qualname__)
            pause = rest
        finally:
            close_old_connections()
        time.sleep(pause)
