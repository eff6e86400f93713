"""Tells people what concerns them."""

from cms.domain.occasions import Occasion


def notify(occasion: Occasion, obj, *, by=None, reason: str = "", to=None) -> None:
    """Queues a message about ``obj`` to those whom ``occasion`` concerns, never to ``by``.

    ``to``: these users instead of those that the occasion's rule finds. Written in the running
    transaction; sent after its commit.
    """
