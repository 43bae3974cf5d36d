"""What is given out: packages, their files, and the numbers of their pages."""

from django.db import models
from django.db.models import F, Q

from quartermaster.disclosure.models.files import SealedFile
from quartermaster.disclosure.models.requests import RecordsRequest
from quartermaster.kernel.models import Row
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
    destroyed_at = models.DateTimeField("never given out, gone with its records", null=True)

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
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(released_at=None),
                name="disclosure_package_given_out_stays",
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
