"""Tokens for programs. Only a digest is kept; the token itself is shown once."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from quartermaster.kernel.models import Row
from quartermaster.org.models.people import Person

LONGEST_TOKEN_DAYS = 365
LONGEST_TOKEN_NAME = 80


class ApiToken(Row):
    """A right to speak for its owner, narrowed to scopes and to a time."""

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=LONGEST_TOKEN_NAME)
    hint = models.CharField(max_length=12)  # the first letters, to tell tokens apart
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + timedelta(days=LONGEST_TOKEN_DAYS)),
                name="org_token_ends_in_time",
            ),
            models.CheckConstraint(condition=~Q(scopes=[]), name="org_token_has_scopes"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"
