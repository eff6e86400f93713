"""The worker that sends webhooks: beside the one for mails, so that neither waits for the other."""

from cms.services import background
from cms.services.deliver_webhooks import deliver_due

IDLE_SECONDS = 2.0
AFTER_FAILURE_SECONDS = 20.0


def start_thread() -> None:
    """Starts the worker once in this process. It ends with the process."""
    background.start_thread("webhooks", _run)


def _run() -> None:
    background.go_on(_step, rest=AFTER_FAILURE_SECONDS)


def _step() -> float:
    deliver_due()
    return IDLE_SECONDS
