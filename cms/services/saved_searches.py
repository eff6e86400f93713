"""Keeps a person's searches, and tells them once of each thing that is new and fits.

What fits is asked in ``search/saved_searches.py``, beside the feed: never in the request of
somebody who publishes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.domain.indexing import ObjectType
from cms.domain.occasions import Occasion
from cms.models import Pace, SavedSearch, SavedSearchFinding
from cms.published import fresh
from cms.services.notify import next_digest, notify

MOST = 50
LONGEST_QUERY = 2_000
#: How long a search of the pace "at once" rests between two looks.
AT_ONCE_SECONDS = 10
#: What keeps one search from being looked at must not keep the others waiting.
PUT_OFF = timedelta(hours=1)
_SALT = "cms.saved_searches"


def without_page(query: str) -> str:
    """The address of a search without its page; raises RuleError if it is far too long."""
    if len(query) > LONGEST_QUERY:
        raise RuleError(_("Diese Suche ist zu lang, um sie zu merken."))
    asked = QueryDict(query.replace("\x00", ""))
    pairs = [
        (name, value)
        for name, values in asked.lists()
        for value in values
        if value and name != "seite"
    ]
    return urlencode(pairs, errors="replace")


def kept_search(user, query: str) -> SavedSearch | None:
    """The search of this address that the person keeps already, if any."""
    if len(query) > LONGEST_QUERY:
        return None
    return user.saved_searches.filter(query=without_page(query)).first()


def save_search(user, query: str, title: str, pace: str) -> SavedSearch:
    """Keeps a search from now on. Raises RuleError."""
    if user.saved_searches.count() >= MOST:
        raise RuleError(
            _("Sie haben schon %(most)s Suchen gemerkt. Bitte löschen Sie zuerst eine.")
            % {"most": MOST}
        )
    query = without_page(query)
    return SavedSearch.objects.create(
        user=user, query=query, title=title, pace=pace, next_look_at=_next_look(pace)
    )


@transaction.atomic
def change_search(search: SavedSearch, *, title: str, pace: str, is_paused: bool) -> None:
    """Another name, another pace, a pause; after a pause new is what comes from then on."""
    search = SavedSearch.objects.select_for_update().get(pk=search.pk)
    if search.is_paused and not is_paused:
        search.since = search.looked_until = timezone.now()
    search.title, search.pace, search.is_paused = title, pace, is_paused
    search.next_look_at = _next_look(pace)
    search.save()


def stop_path(ids: Iterable[int]) -> str:
    """The address at which whoever has the mail stops these searches."""
    token = signing.dumps(sorted(ids), salt=_SALT)
    return reverse("cms:stop_searches", args=[token])


def searches_of(token: str) -> list[SavedSearch]:
    """The searches that a link from a mail names; none if it is not ours or they are gone."""
    try:
        ids = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return []
    return list(SavedSearch.objects.filter(pk__in=ids))


def stop(searches: Iterable[SavedSearch]) -> None:
    """No more mails for these, until their person goes on with them."""
    ids = [search.pk for search in searches]
    SavedSearch.objects.filter(pk__in=ids).update(is_paused=True)


# --- beside the feed -----------------------------------------------------------------------------


def due_searches(overlap: timedelta) -> list[SavedSearch]:
    """Those to be looked at now, each with its person.

    Of the pace "at once" only those that were not looked at since the last publication; that may
    be seen up to ``overlap`` later than it says.
    """
    newest = fresh.newest()
    if newest is None:
        return []
    is_behind = ~Q(pace=Pace.AT_ONCE) | Q(looked_until__lt=newest + overlap)
    return list(SavedSearch.objects.due().filter(is_behind).select_related("user"))


@transaction.atomic
def tell(search: SavedSearch, refs: Iterable[tuple[ObjectType, int]], until: datetime) -> int:
    """Tells the person of what they were not told yet, in one mail; how many that are.

    The history is looked through up to ``until`` then.
    """
    held = SavedSearch.objects.select_for_update().filter(pk=search.pk, is_paused=False).first()
    if held is None:
        return 0
    refs = list(dict.fromkeys(refs))
    earlier = held.findings.filter(object_id__in=[pk for _type, pk in refs])
    told = set(earlier.values_list("object_type", "object_id"))
    new = [ref for ref in refs if ref not in told]
    held.looked_until = max(held.looked_until, until)
    held.next_look_at = _next_look(held.pace)
    if new:
        held.mails += 1
        SavedSearchFinding.objects.bulk_create(
            SavedSearchFinding(
                saved_search=held, object_type=object_type.value, object_id=pk, mail=held.mails
            )
            for object_type, pk in new
        )
        number = str(held.mails)
        notify(Occasion.SAVED_SEARCH, held, to=[held.user], reason=number, once=number)
    held.save()
    return len(new)


def put_off(search: SavedSearch) -> None:
    """Looks at it later: it failed, for whatever reason."""
    later = timezone.now() + PUT_OFF
    SavedSearch.objects.filter(pk=search.pk).update(next_look_at=later)


def _next_look(pace: str) -> datetime:
    now = timezone.now()
    if pace == Pace.AT_ONCE:
        return now + timedelta(seconds=AT_ONCE_SECONDS)
    day = next_digest(now)
    if pace == Pace.WEEKLY:
        # By the calendar, not by hours: the clock may change meanwhile.
        monday = day.date() + timedelta(days=-day.weekday() % 7)
        day = datetime.combine(monday, day.time(), tzinfo=day.tzinfo)
    return day
