"""Only the office reads minutes in."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404
from django.utils.translation import gettext as _

from cms.admin.access import require_office
from cms.models import MinutesImport


def office_only(view: Callable) -> Callable:
    """Wagtail's denial for everybody else (it turns PermissionDenied into a message)."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        require_office(request)
        return view(request, *args, **kwargs)

    return guarded


def get_import(pk: int, *, lock: bool = False) -> MinutesImport:
    """The import with this id; locked, so that two tabs don't change it at the same time."""
    imports = MinutesImport.objects.select_for_update() if lock else MinutesImport.objects
    try:
        return imports.get(pk=pk)
    except MinutesImport.DoesNotExist:
        raise Http404(_("Dieses Protokoll gibt es nicht (mehr).")) from None
