"""What nobody does but time. The worker (mail_loop) looks now and then whether something is due.

Each of it holds the rows that it changes and asks again whether they are due: several workers,
and a command beside them, do nothing twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from cms.services.api_sessions import clear_api_sessions
from cms.services.api_tokens import clear_api_tokens
from cms.services.audit import forget_old_names
from cms.services.deliver_webhooks import forget_old_deliveries
from cms.services.end_project import end_projects
from cms.services.missed_searches import forget_missed_searches
from cms.services.publish_scheduled import publish_scheduled
from cms.services.trash import empty_trash

logger = logging.getLogger(__name__)


def clear_sessions() -> None:
    """Deletes the sessions in the database that have run out, as Django's ``clearsessions``."""
    SessionStore.clear_expired()


#: What is done, and how often.
TASKS: dict[Callable[[], object], timedelta] = {
    publish_scheduled: timedelta(minutes=1),
    empty_trash: timedelta(days=1),
    end_projects: timedelta(days=1),
    forget_old_names: timedelta(days=1),
    clear_sessions: timedelta(days=1),
    clear_api_sessions: timedelta(days=1),
    clear_api_tokens: timedelta(days=1),
    forget_missed_searches: timedelta(days=1),
    forget_old_deliveries: timedelta(days=1),
}
#: What failed is tried again after so long, if not sooner: the database may have been away.
AGAIN = timedelta(hours=1)


class Clock:
    """When what is next, for one worker. Everything is due when it starts."""

    def __init__(self):
        self._next: dict[Callable, datetime] = {}

    def tick(self) -> None:
        """Does what is due. What fails is logged, stops nothing else, and is tried again."""
        for task, pause in TASKS.items():
            now = timezone.now()
            if self._next.get(task, now) > now:
                continue
            self._next[task] = now + pause
            try:
                task()
            except Exception:
                self._next[task] = now + min(pause, AGAIN)
                logger.exception("by the clock: %s failed", task.__name__)
