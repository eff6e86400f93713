"""Does the same to many objects: each in a transaction of its own, with a result for each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError


@dataclass(frozen=True)
class Result:
    """What became of one object: done, or why not (a German sentence)."""

    object: object
    ok: bool
    message: str


def one_by_one(
    objects: Iterable,
    act: Callable[..., None],
    done: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Calls ``act(object)`` for each; one that fails stops no other.

    ``done`` is the message of those that succeed; ``on_progress(done, total)`` is called after
    each.
    """
    everything = list(objects)
    results = []
    for number, obj in enumerate(everything, start=1):
        try:
            with transaction.atomic():
                act(obj)
            results.append(Result(obj, True, done))
        except (RuleError, ValidationError, PermissionDenied) as error:
            message = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            results.append(Result(obj, False, message or _("Dazu fehlt Ihnen das Recht.")))
        if on_progress:
            on_progress(number, len(everything))
    return results
