"""Log-ins, the one-time links that open them, and the count of failed attempts."""

import secrets
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from quartermaster.kernel.models import LockingManager, Row
from quartermaster.org.models.people import Person


def new_salt() -> str:
    return secrets.token_hex(16)


class UserManager(LockingManager["User"], BaseUserManager["User"]):
    """Log-ins are made by the room's actions; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, Row):
    """A log-in. What it may do follows from its person's roles, never from a flag here."""

    email = models.EmailField(max_length=254, unique=True)
    person = models.OneToOneField(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    is_active = models.BooleanField(default=True)
    session_salt = models.CharField(max_length=32, default=new_salt, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="org_user_email_unique")]

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A session lives while this hash does: a new password ends all, and so does a new salt.
        stamp = f"{self.password}${self.session_salt}"
        return salted_hmac("org.user.session", stamp, secret=secret, algorithm="sha256").hexdigest()


class LinkPurpose(models.TextChoices):
    INVITATION = "invitation", "Invitation"
    RESET = "reset", "New password"


class Link(Row):
    """A one-time link to set a password. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=12, choices=LinkPurpose.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(withdrawn_at=None),
                name="org_link_used_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="org_link_expires_after_made",
            ),
        ]
        indexes = [models.Index(fields=["user", "made_at"], name="org_link_of_user")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} for {self.user}"


class Attempt(Row):
    """One attempt to log in, or one wish for a new password.

    ``done`` once it has logged in, or has been answered; a log-in not done counts as failed. The
    throttle counts these rows, not a cache, so that every worker counts the same.
    """

    class Kind(models.TextChoices):
        LOG_IN = "log-in", "Log-in"
        RESET = "reset", "New password"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    email = models.CharField(max_length=254)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()
    done = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "email", "at"], name="org_attempt_by_email"),
            models.Index(fields=["kind", "address", "at"], name="org_attempt_by_address"),
            models.Index(fields=["at"], name="org_attempt_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.email}"
