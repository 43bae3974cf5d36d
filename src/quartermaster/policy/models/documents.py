"""Policies, their versions, and the clauses of each version."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.redline.model import Run, load_runs


class PolicyDocument(Row):
    """A policy, whatever its version. The city's mobile device policy is ``mobile-devices``."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    ADOPTED = "adopted", "Adopted"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SourceKind(models.TextChoices):
    MARKDOWN = "markdown", "Markdown"
    WORD = "word", "Word"


IN_FORCE_STATES = (VersionState.ADOPTED, VersionState.SUPERSEDED)


class PolicyVersion(Row):
    """One version of a policy (P-1). Once adopted, its text cannot change: a trigger sees to it.

    In force on a day is the adopted version with the latest ``in_force_on`` that is not after it:
    one version a day at most, by the uniqueness of that date. ``body`` is the whole redline:
    paragraphs with style, number, section, clause id and runs.
    """

    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=12, choices=VersionState.choices, default=VersionState.DRAFT
    )
    source = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=10, choices=SourceKind.choices)
    body = models.JSONField()
    notes = models.JSONField(default=list, blank=True)
    insertions_marked = models.BooleanField()
    text_current = models.TextField()
    text_digest = models.CharField(max_length=64)
    missing_clauses = models.JSONField(default=list, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopting_body = models.CharField(max_length=200, blank=True)
    file_number = models.CharField("legislative file number", max_length=60, blank=True)
    in_force_on = models.DateField(null=True, blank=True)
    acknowledgement_days = models.PositiveSmallIntegerField(default=14)
    ended_at = models.DateTimeField("superseded or withdrawn at", null=True, blank=True)

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="policy_version_numbered"),
            models.UniqueConstraint(
                fields=["document", "in_force_on"],
                condition=Q(in_force_on__isnull=False),
                name="policy_one_version_in_force_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values), name="policy_version_state_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=IN_FORCE_STATES, adopted_at__isnull=False)
                    & Q(in_force_on__isnull=False)
                    & ~Q(adopting_body="")
                )
                | Q(
                    ~Q(state__in=IN_FORCE_STATES),
                    adopted_at=None,
                    adopted_by=None,
                    in_force_on=None,
                ),
                name="policy_version_adopted_whole",
            ),
            models.CheckConstraint(
                condition=Q(acknowledgement_days__gte=1, acknowledgement_days__lte=365),
                name="policy_version_days_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT


class Clause(Row):
    """A clause of one version. Its ``code`` (such as G-3) is the same in every version."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="clauses")
    code = models.CharField(max_length=7)
    order = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    runs = models.JSONField()
    change = models.CharField(
        max_length=10, choices=[(c.value, c.value.capitalize()) for c in Change]
    )
    change_reason = models.CharField(max_length=200, blank=True)
    change_confirmed_at = models.DateTimeField(null=True, blank=True)
    change_confirmed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="policy_clause_once"),
            models.UniqueConstraint(fields=["version", "order"], name="policy_clause_ordered"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{1,3}-[1-9][0-9]{0,2}$"),
                name="policy_clause_code_shape",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="policy_clause_has_text"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def paragraphs(self) -> list[tuple[Run, ...]]:
        """The runs of each of its paragraphs."""
        return [load_runs(stored) for stored in self.runs]


class RelatedKind(models.TextChoices):
    EMAIL = "email", "E-mail use"
    INTERNET = "internet", "Internet use"
    RECORDS = "records", "Public records"
    WORK_RULES = "work_rules", "Work rules"
    OTHER = "other", "Other"


class RelatedPolicy(Row):
    """Another policy that applies and is acknowledged together with a version (G-1)."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="related")
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    kind = models.CharField(max_length=12, choices=RelatedKind.choices, default=RelatedKind.OTHER)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "title"]
        verbose_name_plural = "related policies"
        constraints = [
            models.UniqueConstraint(fields=["version", "url"], name="policy_related_once"),
            models.CheckConstraint(
                condition=Q(url__regex=r"^https?://"), name="policy_related_is_a_web_address"
            ),
        ]

    def __str__(self) -> str:
        return self.title
