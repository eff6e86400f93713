"""The services' way of asking the policy, and of taking hold of what they change."""

from functools import cache
from typing import TypeVar

from django.db.models import Manager, Model
from django.utils.translation import gettext as _

from cms.domain.errors import LockedError, NotAllowedError
from cms.kept_query import KeptObjects, parameter
from cms.permissions import policies

AnyModel = TypeVar("AnyModel", bound=Model)


def require(user, action: str, obj=None) -> None:
    """Raises NotAllowedError unless the policy says yes."""
    if not policies.can(user, action, obj):
        raise NotAllowedError(_("Dazu fehlt Ihnen das Recht."))


def locked(obj: AnyModel) -> AnyModel:
    """The row as it is now, held until the transaction ends. Raises DoesNotExist if it is gone."""
    return _held(type(obj)._default_manager, obj)


def allowed(user, action: str, obj: AnyModel) -> AnyModel:
    """The row as it is now, held as by :func:`locked`, once the policy says yes to that row.

    What the caller loaded may have been approved, given away or thrown away since then. Raises
    NotAllowedError, DoesNotExist if it is gone.
    """
    row = _held(type(obj)._base_manager, obj)
    require(user, action, row)
    return row


def _held(manager: Manager, obj: AnyModel) -> AnyModel:
    row = _rows_of(manager).first(pk=obj.pk)
    if row is None:
        raise type(obj).DoesNotExist
    return row


@cache
def _rows_of(manager: Manager) -> KeptObjects:
    return KeptObjects(
        manager.model,
        # An order by another table would be asked to hold that, too.
        lambda: manager.select_for_update().filter(pk=parameter("pk")).order_by(),
    )


def refuse_if_locked_by_hand(entry, user) -> None:
    """Raises LockedError if another reviewer has locked the entry by hand."""
    if entry.locked and entry.locked_by_id != user.pk:
        raise LockedError(_("Der Eintrag ist gesperrt. Bitte lassen Sie ihn zuerst entsperren."))
