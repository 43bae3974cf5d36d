"""People, the city's structure, and the roles held in it."""

from django.db import models
from django.db.models.functions import Lower

from quartermaster.kernel.models import Row
from quartermaster.org.roles import Role


class Coverage(models.TextChoices):
    """Whether the policy covers a department (S-3)."""

    COVERED = "covered", "Covered"
    EXCLUDED = "excluded", "Excluded"


class Department(Row):
    """A department, or a division under its parent."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="divisions"
    )
    coverage = models.CharField(max_length=10, choices=Coverage.choices, default=Coverage.COVERED)
    exclusion_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(coverage=Coverage.COVERED, exclusion_reason="")
                | (models.Q(coverage=Coverage.EXCLUDED) & ~models.Q(exclusion_reason="")),
                name="org_department_exclusion_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="org_department_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def covered(self) -> bool:
        return self.coverage == Coverage.COVERED


class Employment(models.TextChoices):
    EMPLOYEE = "employee", "Employee"
    CONTRACTOR = "contractor", "Contractor"


class Standing(models.TextChoices):
    ACTIVE = "active", "Active"
    SEPARATED = "separated", "Separated"


class Person(Row):
    """An employee or contractor. Never deleted: a separated person stays for the ledger.

    Supervision has no cycles: a rule names the chain, a constraint trigger backs it. An active
    person's ``separated_on`` is a separation to come.
    """

    number = models.CharField("personnel number", max_length=30, unique=True)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=120, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="people")
    employment = models.CharField(
        max_length=12, choices=Employment.choices, default=Employment.EMPLOYEE
    )
    supervisor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="direct_reports"
    )
    drives = models.BooleanField("drives for work", default=False, db_default=False)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.ACTIVE)
    started_on = models.DateField(null=True, blank=True)
    separated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["family_name", "given_name"]
        verbose_name_plural = "people"
        indexes = [models.Index(fields=["family_name", "given_name"], name="org_person_by_name")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="org_person_email_unique"),
            models.CheckConstraint(
                condition=models.Q(supervisor=None) | ~models.Q(supervisor=models.F("id")),
                name="org_person_not_own_supervisor",
            ),
            models.CheckConstraint(
                condition=models.Q(standing=Standing.ACTIVE)
                | models.Q(standing=Standing.SEPARATED, separated_on__isnull=False),
                name="org_person_separation_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(started_on=None)
                | models.Q(separated_on=None)
                | models.Q(separated_on__gte=models.F("started_on")),
                name="org_person_starts_before_separation",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class RoleAssignment(Row):
    """A role held by a person; for a department where the role has one."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=30, choices=Role.choices)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "department"],
                nulls_distinct=False,
                condition=models.Q(ended_at=None),
                name="org_role_held_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.COORDINATOR, department__isnull=False)
                | (~models.Q(role=Role.COORDINATOR) & models.Q(department=None)),
                name="org_role_department_where_due",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at=None, role__in=[Role.ITMD_ADMIN, Role.AUDITOR]),
                name="org_role_admin_or_auditor",
            ),
            models.CheckConstraint(
                condition=models.Q(granted_by=None) | ~models.Q(granted_by=models.F("person")),
                name="org_role_granted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
