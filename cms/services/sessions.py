"""Where somebody is signed in: noted, listed, ended. For Django's sessions in the database."""

from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.utils import timezone

from cms.domain.client import Client
from cms.models import ApiSession, SignedInSession
from cms.services.audit import record

#: What an admin's form held when its session had ended (see cms/admin/kept_form.py).
KEPT_FORM = "guide_kept_form"


def begin_anew(request) -> None:
    """A session with a new key and nobody's rights; of the old one only a kept form goes on."""
    kept = request.session.get(KEPT_FORM)
    request.session.flush()
    if kept is not None:
        request.session[KEPT_FORM] = kept


def note(request, client: Client) -> None:
    """Notes that this session was used, from where and with what.

    A site whose sessions are not in the database has no list of them.
    """
    if not Session.objects.filter(pk=request.session.session_key).exists():
        return
    SignedInSession.objects.update_or_create(
        session_id=request.session.session_key,
        defaults={
            "user": request.user,
            "agent": client.agent[:300],
            "network": client.network,
            "last_seen": timezone.now(),
        },
    )


def sessions_of(user):
    """The sessions of ``user`` that have not run out, the last used first."""
    return SignedInSession.objects.filter(user=user, session__expire_date__gt=timezone.now())


def end(user, session_key: str) -> bool:
    """Ends one session of ``user``; False if it is not theirs (any more)."""
    found = SignedInSession.objects.filter(user=user, pk=session_key)
    # Deleting the session takes its note with it.
    ended, _rows = Session.objects.filter(pk__in=found.values("pk")).delete()
    if ended:
        record("session.ended", by=user, obj=user)
    return bool(ended)


def end_all(user, *, but: str | None = None, but_of_api: UUID | None = None) -> int:
    """Ends the sessions of ``user``, all of them or all but one; how many there were.

    Those of the API end with them.
    """
    found = SignedInSession.objects.filter(user=user).exclude(pk=but)
    keys = list(found.values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    ended, _rows = ApiSession.objects.filter(user=user).exclude(pk=but_of_api).delete()
    return len(keys) + ended


def keep_only_this(request, client: Client) -> None:
    """After a change of the account: this session goes on with a new key, the others end."""
    since = SignedInSession.objects.filter(pk=request.session.session_key).values_list("since")
    since = since.first()
    update_session_auth_hash(request, request.user)
    note(request, client)
    if since:
        SignedInSession.objects.filter(pk=request.session.session_key).update(since=since[0])
    end_all(request.user, but=request.session.session_key)
