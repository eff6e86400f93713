"""Personal API tokens: keys that people give to programs, for some of their rights and until a day.

Dated, narrowed, shown once. In the database stands a hash: whoever reads it there has no key.
"""

import datetime
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.domain.errors import RuleError
from cms.kept_query import KeptObjects, parameter
from cms.models import ApiToken
from cms.permissions import policies
from cms.permissions.scopes import READ, SCOPE_NAMES
from cms.services import second_factor
from cms.services.account_mail import send
from cms.services.audit import record

#: Tells people, and programs that look for lost keys, what this is.
PREFIX = "leitfaden_"
_SHOWN = len(PREFIX) + 4
MOST_DAYS = 365
MOST_TOKENS = 20
NAME_LENGTH = ApiToken._meta.get_field("name").max_length
#: So often the time of last use is written.
NOTE_PAUSE = datetime.timedelta(minutes=5)
#: So long its owner still sees that a token has run out.
KEEP_DAYS = 30
_TOKENS = KeptObjects(
    ApiToken, lambda: ApiToken.objects.filter(hash=parameter("hash")), {"user": None}
)


@transaction.atomic
def create(
    user, name: str, scopes: list[str], expires: datetime.date | None
) -> tuple[ApiToken, str]:
    """A new token, and its text, which nobody can be told again.

    Raises ValidationError by field (``name``, ``scopes``, ``expires``); RuleError if there are
    too many.
    """
    name = name.strip()
    _check(name, scopes, expires)
    held = ApiToken.objects.filter(user=user, expires__gte=timezone.localdate())
    if held.count() >= MOST_TOKENS:
        raise RuleError(
            _("Sie haben schon %(most)d API-Schlüssel. Bitte widerrufen Sie zuerst einen.")
            % {"most": MOST_TOKENS}
        )
    text = PREFIX + secrets.token_urlsafe(32)
    # Reading belongs to every token; the order is always the same.
    kept = [scope for scope in SCOPE_NAMES if scope in {READ, *scopes}]
    token = ApiToken.objects.create(
        user=user,
        name=name,
        beginning=text[:_SHOWN],
        hash=_hash(text),
        scopes=kept,
        expires=expires,
    )
    data = {"scopes": kept, "until": expires.isoformat()}
    record("token.created", by=user, obj=user, data=data)
    send("api_token_created", user, token=token)
    return token, text


def _check(name: str, scopes: list[str], expires: datetime.date | None) -> None:
    wrong = {}
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        message = _("Bitte sagen Sie in höchstens %(most)d Zeichen, wofür er ist.")
        wrong["name"] = message % {"most": NAME_LENGTH}
    if not scopes or not set(scopes) <= set(SCOPE_NAMES):
        message = _("Bitte wählen Sie, was er darf: %(scopes)s.")
        wrong["scopes"] = message % {"scopes": ", ".join(SCOPE_NAMES)}
    today = timezone.localdate()
    latest = today + datetime.timedelta(days=MOST_DAYS)
    if expires is None or not today <= expires <= latest:
        message = _("Bitte nennen Sie einen letzten Tag zwischen heute und dem %(latest)s.")
        wrong["expires"] = message % {"latest": f"{latest:%d.%m.%Y}"}
    if wrong:
        raise ValidationError(wrong)


def tokens_of(user):
    """The tokens of ``user``, the newest first; those that ran out lately too."""
    return ApiToken.objects.filter(user=user)


@transaction.atomic
def revoke(user, token_id: int) -> bool:
    """Ends a token of ``user``; False if it is not theirs (any more)."""
    ended, _rows = ApiToken.objects.filter(user=user, pk=token_id).delete()
    if ended:
        record("token.revoked", by=user, obj=user)
    return bool(ended)


def revoke_all(user) -> None:
    """When an account may have been in other hands."""
    for token in ApiToken.objects.filter(user=user):
        revoke(user, token.pk)


def find(text: str) -> ApiToken | None:
    """The token of this text with its user, if it still counts.

    The user is limited to what the token may. None too for somebody of whom the office requires
    a second factor that they have not set up.
    """
    token = _TOKENS.first(hash=_hash(text))
    if token is None or token.has_ended or not token.user.is_active:
        return None
    if second_factor.must_have(token.user) and not second_factor.has(token.user):
        return None
    policies.limit(token.user, token.scopes)
    return token


def note_use(token: ApiToken) -> None:
    """Writes the time of last use, now and then."""
    now = timezone.now()
    if token.last_used is None or now - token.last_used > NOTE_PAUSE:
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)


def clear_api_tokens() -> None:
    """Deletes tokens that have run out, a while later."""
    before = timezone.localdate() - datetime.timedelta(days=KEEP_DAYS)
    ApiToken.objects.filter(expires__lt=before).delete()


def _hash(text: str) -> str:
    """Of 256 random bits a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(text.encode()).hexdigest()
