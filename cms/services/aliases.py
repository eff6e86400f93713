"""Other addresses that lead to something: old ones, which Wagtail keeps, and short ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.domain.errors import ExistsError, RuleError
from cms.permissions import policies
from cms.services.access import require
from cms.services.audit import record

MAX_LENGTH = 200
MOST = 100


@dataclass(frozen=True)
class Wanted:
    """Which of the aliases: all, unless something is said."""

    text: str = ""
    manual: bool | None = None
    start: datetime | None = None
    end: datetime | None = None

    def of(self, rows: QuerySet[Redirect]) -> QuerySet[Redirect]:
        if self.text:
            leads_to = Q(redirect_link__icontains=self.text)
            leads_to |= Q(redirect_page__url_path__icontains=self.text)
            rows = rows.filter(Q(old_path__icontains=self.text) | leads_to)
        if self.manual is not None:
            rows = rows.filter(automatically_created=not self.manual)
        if self.start:
            rows = rows.filter(created_at__gte=self.start)
        return rows.filter(created_at__lt=self.end) if self.end else rows


def aliases_of(obj: Model, user, wanted: Wanted = Wanted()) -> QuerySet[Redirect]:
    """The kept addresses that lead to ``obj``. For the office: old ones may say what was removed
    from the new one. Raises NotAllowedError."""
    return all_aliases(user, wanted).filter(_leads_to(obj))


def all_aliases(user, wanted: Wanted = Wanted()) -> QuerySet[Redirect]:
    """All of them. Raises NotAllowedError."""
    require(user, policies.OFFICE)
    return wanted.of(Redirect.objects.select_related("redirect_page")).order_by("old_path")


@transaction.atomic
def add_aliases(obj: Model, paths: Iterable[str], user) -> None:
    """Lets further addresses lead to ``obj``; all of them or none.

    Raises NotAllowedError; RuleError for what is no path; ExistsError if one leads elsewhere.
    """
    require(user, policies.OFFICE)
    target = {"redirect_page": obj} if isinstance(obj, Page) else {"redirect_link": _address(obj)}
    wanted = _normalised(paths)
    taken = Redirect.objects.filter(old_path__in=wanted).exclude(_leads_to(obj)).first()
    if taken is not None:
        message = _("„%(path)s“ führt schon anderswohin.")
        raise ExistsError(message % {"path": taken.old_path})
    there = set(aliases_of(obj, user).values_list("old_path", flat=True))
    for path in wanted:
        if path not in there:
            Redirect.objects.create(old_path=path, **target)
    record("alias.added", by=user, obj=obj, data={"count": len(wanted)})


@transaction.atomic
def remove_aliases(obj: Model, paths: Iterable[str], user) -> None:
    """Takes addresses away that lead to ``obj``; others are left alone. Raises NotAllowedError."""
    wanted = _normalised(paths)
    count, _by_model = aliases_of(obj, user).filter(old_path__in=wanted).delete()
    record("alias.removed", by=user, obj=obj, data={"count": count})


@transaction.atomic
def remove_from_all(paths: Iterable[str], user) -> None:
    """Takes addresses away, wherever they lead. Raises NotAllowedError."""
    rows = all_aliases(user).filter(old_path__in=_normalised(paths))
    count, _by_model = Redirect.objects.filter(pk__in=rows.values("pk")).delete()
    record("aliases.removed", by=user, data={"count": count})


def _normalised(paths: Iterable[str]) -> list[str]:
    found = []
    for path in paths:
        text = path.strip()
        # An address of another site would be taken for a path of ours.
        if not text.strip("/") or "//" in text or len(text) > MAX_LENGTH or "\\" in text:
            raise RuleError(_("„%(path)s“ ist kein Pfad dieser Website.") % {"path": text[:80]})
        found.append(Redirect.normalise_path(f"/{text.lstrip('/')}"))
    if len(found) > MOST:
        raise RuleError(_("Bitte höchstens %(most)d Adressen auf einmal.") % {"most": MOST})
    return list(dict.fromkeys(found))


def _leads_to(obj: Model) -> Q:
    if isinstance(obj, Page):
        return Q(redirect_page=obj.pk)
    return Q(redirect_page=None, redirect_link=_address(obj))


def _address(obj: Model) -> str:
    if not hasattr(obj, "get_absolute_url"):
        raise RuleError(_("Dafür gibt es keine weiteren Adressen."))
    return obj.get_absolute_url()
