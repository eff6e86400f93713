"""What belongs to an account: counted tries, a second factor, sessions, keys of programs."""

import uuid

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from cms.domain.client import Client


class Tries(models.Model):
    """How often something was tried since the window began. ``key`` is a hash: it names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.count} bis {self.until}"


class SecondFactor(models.Model):
    """The secret that a person's app makes its codes from (TOTP, RFC 6238)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="second_factor",
    )
    secret = models.CharField(max_length=64)
    # The interval of the last code that was taken: that one and older ones are used up.
    last_interval = models.BigIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for the day when the app is lost; only its hash is kept, and it works once."""

    factor = models.ForeignKey(
        SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        unique_together = ["factor", "hash"]

    def __str__(self) -> str:
        return str(self.pk)


class SignedInSession(models.Model):
    """Where an account is signed in. It lives exactly as long as Django's session."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agent = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["-last_seen"]

    def __str__(self) -> str:
        return self.device

    @property
    def device(self) -> str:
        return Client(agent=self.agent).device


class ApiSession(models.Model):
    """A sign-in over the API. Each of its tokens names it, and ends with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Of the password, as in Django's sessions: another password ends it.
    auth_hash = models.CharField(max_length=128)
    is_verified = models.BooleanField(default=False)  # begun with a second factor
    agent = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        ordering = ["-last_seen"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def device(self) -> str:
        return Client(agent=self.agent).device


class ApiToken(models.Model):
    """A key that a person gives to a program. Only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("Wofür", max_length=100)
    # The first characters, by which its owner knows it again.
    beginning = models.CharField(max_length=20)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateField(db_index=True)  # the last day
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        return self.expires < timezone.localdate()
