"""What is given out: packages, their files, and the numbers of their pages."""

from django.db import models
from django.db.models import F, Q

from quartermaster.disclosure.models.files import SealedFile
from quartermaster.disclosure.models.requests import RecordsRequest
from quartermaster.disclosure.rules.package_work import PackageState, Step, place_of
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person
from quartermaster.records.models import Record


class Package(Row):
    """A release. ``record`` is its entry in the archive, whose log holds its digests."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="packages")
    number = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField("number of the first page")
    last = models.PositiveIntegerField("number of the last page")
    digest = models.CharField("of all files", max_length=64)
    index = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    record = models.OneToOneField(Record, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField("can be fetched until", null=True)
    downloads = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField("in the reading room since", null=True)
    published_title = models.CharField(max_length=200, blank=True)
    destroyed_at = models.DateTimeField("with its records, or its request", null=True)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="disclosure_package_once"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first") - 1), name="disclosure_package_numbers_forward"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, expires_at=None, downloads=0, published_at=None)
                | Q(released_at__isnull=False, record__isnull=False, expires_at__isnull=False),
                name="disclosure_package_released_is_recorded",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_title="")
                | (Q(published_at__isnull=False) & ~Q(published_title="")),
                name="disclosure_package_published_has_title",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request}, package {self.number}"


class PackageFile(Row):
    """A file of a package: the release itself, a file given out as it is, a production."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(SealedFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=10)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "position"], name="disclosure_package_file_has_its_place"
            )
        ]

    def __str__(self) -> str:
        return self.file.name


class PackageWork(Row):
    """That a release is to be put together. The clock makes it; ``due_at`` is when it looks."""

    request = models.ForeignKey(
        RecordsRequest, on_delete=models.PROTECT, related_name="package_works"
    )
    state = models.CharField(
        max_length=8, choices=choices(PackageState), default=PackageState.WAITING.value
    )
    step = models.CharField(max_length=10, choices=choices(Step), default=Step.QUEUED.value)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    package = models.OneToOneField(
        Package, null=True, on_delete=models.PROTECT, related_name="made_for"
    )
    problem = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="disclosure_work_due", condition=Q(state="waiting")
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="waiting"), name="disclosure_work_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", due_at__isnull=False, package=None, settled_at=None)
                | Q(state="ready", due_at=None, package__isnull=False, settled_at__isnull=False)
                | (Q(state="failed", due_at=None, package=None, settled_at__isnull=False))
                & ~Q(problem=""),
                name="disclosure_work_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(PackageState), step__in=values(Step)),
                name="disclosure_work_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Release of {self.request}"

    @property
    def part(self) -> int:
        """Which step it is at, from 0."""
        return place_of(Step(self.step))

    @property
    def parts(self) -> int:
        """How many steps there are."""
        return len(Step)
