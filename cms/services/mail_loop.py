"""The worker: empties the outbox, and does what time brings about (by_the_clock).

A process of its own, or a thread of the web process.
"""

import logging
import threading
import time
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from cms.services.by_the_clock import Clock
from cms.services.remind import remind_of_minutes, remind_of_overdue
from cms.services.send_mail import MailServerAwayError, forget_old, send_due

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
AWAY_SECONDS = 20.0
#: What time brings about is looked at so often.
HOUSEKEEPING = timedelta(hours=1)

_started = threading.Event()


def start_thread() -> None:
    """Starts the worker once in this process. It ends with the process."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=run, name="mail", daemon=True).start()


def run() -> None:
    """Sends what is due and does what is due by the clock, until the process ends."""
    next_round, clock = timezone.now(), Clock()
    while True:
        try:
            clock.tick()
            if timezone.now() >= next_round:
                next_round = timezone.now() + HOUSEKEEPING
                housekeeping()
            send_due()
            time.sleep(IDLE_SECONDS)
        except MailServerAwayError as error:
            logger.warning("mails wait for the mail server: %s", error)
            time.sleep(AWAY_SECONDS)
        except Exception:
            # The worker must outlive anything: a locked database, a full disk. It is logged.
            logger.exception("sending mails failed; trying again")
            time.sleep(AWAY_SECONDS)
        finally:
            close_old_connections()


def housekeeping() -> dict[str, int]:
    """Reminders, and an end to what was sent long ago; what was done, in numbers."""
    return {
        "overdue": remind_of_overdue(),
        "minutes": remind_of_minutes(),
        "forgotten": forget_old(),
    }
