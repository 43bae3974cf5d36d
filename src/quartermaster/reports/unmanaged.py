"""City devices in use that are not under management: what no report could count otherwise."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from quartermaster.inventory.models import Device, DeviceClass, DeviceStatus, Ownership
from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm.models import Enrolment
from quartermaster.org.models import Coverage
from quartermaster.policy.models import Adoption
from quartermaster.reports.permits import COMPLIANCE_VIEW

# a hot-spot is managed through its line; what lies in stock or is retired is in nobody's hands
_IN_USE = Q(ownership=Ownership.CITY) & ~Q(status__in=[DeviceStatus.IN_STOCK, DeviceStatus.RETIRED])


def unmanaged() -> QuerySet[Device]:
    """The City's phones, tablets and computers in use that are not enrolled (S-1, G-10).

    Those of departments that the policy excludes, and that adopted nothing, are none of its matter.
    """
    enrolled = Enrolment.objects.filter(device=OuterRef("id"), state="enrolled")
    held_to_it = Q(department__coverage=Coverage.COVERED) | Q(
        department_id__in=Adoption.objects.values("department_id")
    )
    rows = Device.objects.filter(_IN_USE, held_to_it).exclude(device_class=DeviceClass.HOTSPOT)
    return rows.filter(~Exists(enrolled)).order_by()


def unmanaged_by_department(actor: Actor, department_id: UUID | None = None) -> Mapping[str, int]:
    """How many there are in each department that a report for this actor tells of, by name."""
    rows = unmanaged()
    extent = reach(actor, COMPLIANCE_VIEW)
    if not extent.everything:
        rows = rows.filter(department_id__in=extent.departments)
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    counted = rows.values("department__name").annotate(many=Count("id"))
    return dict(counted.order_by("department__name").values_list("department__name", "many"))
