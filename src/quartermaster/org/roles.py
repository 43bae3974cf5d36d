"""The roles of the city. What each may do stands with the permits of each room."""

from django.db import models

from quartermaster.kernel.permits import SYSTEM_ROLE


class Role(models.TextChoices):
    """Roles that are granted. Employee and supervisor follow from the person's own row."""

    ITMD_ADMIN = "itmd_admin", "ITMD administrator"
    ITMD_HELPDESK = "itmd_helpdesk", "ITMD help desk"
    SECURITY_APPROVER = "security_approver", "Security approver"
    COORDINATOR = "coordinator", "Telecom coordinator"
    CUSTODIAN = "custodian", "Records custodian"
    AUDITOR = "auditor", "Auditor"
    HR = "hr", "Human resources"


EMPLOYEE = "employee"
SUPERVISOR = "supervisor"
SYSTEM = SYSTEM_ROLE
