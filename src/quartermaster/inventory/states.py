"""States of counts and confirmations, as the tables of the room name them."""

from django.db import models


class Occasion(models.TextChoices):
    """Why a photograph was taken."""

    HANDED_OUT = "handed_out", "Handed out"
    RETURNED = "returned", "Returned"
    DAMAGED = "damaged", "Damaged"
    COUNTED = "counted", "Counted"
    OTHER = "other", "Other"


class CountState(models.TextChoices):
    """How far a count is."""

    OPEN = "open", "Being counted"
    COUNTED = "counted", "Differences to resolve"
    SIGNED = "signed", "Signed off"
    CANCELLED = "cancelled", "Cancelled"


class Seen(models.TextChoices):
    """What became of one thing in a count."""

    EXPECTED = "expected", "Not seen yet"
    FOUND = "found", "Found"
    MISSING = "missing", "Missing"
    UNEXPECTED = "unexpected", "Elsewhere on record"
    UNKNOWN = "unknown", "Unknown"


DIFFERENCES = (Seen.MISSING, Seen.UNEXPECTED, Seen.UNKNOWN)


class Resolution(models.TextChoices):
    """How a difference was resolved."""

    MOVED = "moved", "Moved here"
    LOST = "lost", "Reported lost"
    REGISTERED = "registered", "Registered"
    EXPLAINED = "explained", "Explained"


class ConfirmationState(models.TextChoices):
    """How far asking a holder is."""

    ASKED = "asked", "Asked"
    OVERDUE = "overdue", "Overdue"
    ANSWERED = "answered", "Answered"
    MOOT = "moot", "No longer theirs"


class Answer(models.TextChoices):
    """What a holder says of a device."""

    HAVE = "have", "I have it"
    DAMAGED = "damaged", "I have it, and it is damaged"
    NOT = "not", "I do not have it"
