"""What a plan of requirements means for devices: how many, and what no platform can enforce."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from quartermaster.inventory.models import Device, DeviceStatus, Platform
from quartermaster.mdm.driver import Context, driver_for, is_managed
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.software import deliverable
from quartermaster.mdm.states import EnrolmentState
from quartermaster.policy.plan import Impact, Plan, Shift, estimator
from quartermaster.policy.requirements import CATALOGUE

Key = tuple[UUID, str, str]  # department, ownership, platform


@estimator("devices")
def devices(plan: Plan) -> Iterator[Impact]:
    """How many devices the plan reaches, by department and ownership."""
    counted = _count(plan)
    enrolled = _count(plan, enrolled=True)
    for shift in plan.shifts:
        mine = [key for key in counted if key[:2] == (shift.place.id, shift.ownership)]
        total = sum(counted[key] for key in mine)
        if total:
            managed = sum(enrolled[key] for key in mine)
            yield Impact(
                "devices",
                f"{shift.place.name}: {total} {shift.ownership} {_devices(total)}, of which"
                f" {managed} enrolled.",
                count=total,
                department_id=shift.place.id,
            )


@estimator("unenforceable")
def unenforceable(plan: Plan) -> Iterator[Impact]:
    """What changes and cannot be enforced on the devices that are there."""
    found: Counter[str] = Counter()
    counted = _count(plan)
    for shift in plan.shifts:
        for key, number in counted.items():
            if key[:2] == (shift.place.id, shift.ownership):
                for sentence in _cannot(plan, shift, key[2]):
                    found[sentence] += number
    for sentence, number in sorted(found.items()):
        words = f"{sentence} ({number} {_devices(number)})"
        yield Impact("unenforceable", words, count=number)


def _cannot(plan: Plan, shift: Shift, platform: str) -> Iterator[str]:
    name = Platform(platform).label
    changed = {change.setting.key for change in shift.differences}
    if not is_managed(platform):
        if platform != Platform.NONE:
            yield f"{name} devices are not managed yet, so nothing is enforced on them."
        return
    after = plan.after.effective(shift.place.id, shift.ownership).requirements
    brought = deliverable(after.required_software, platform)
    context = Context(ownership=shift.ownership, platform=platform, deliverable=brought)
    compiled = driver_for(platform).compile(after, context)
    where = f"{shift.ownership} {name} devices"
    for key, reason in compiled.unenforceable:
        if key in changed:
            yield f"{CATALOGUE[key].title} cannot be enforced on {where}: {reason.rstrip('.')}."
    for key, remark in compiled.remarks:
        if key in changed:
            yield f"{CATALOGUE[key].title} on {where}: {remark}"


def _count(plan: Plan, *, enrolled: bool = False) -> Counter[Key]:
    rows = Device.objects.filter(department_id__in=plan.department_ids).exclude(
        status=DeviceStatus.RETIRED
    )
    if enrolled:
        now = Enrolment.objects.filter(device=OuterRef("id"), state=EnrolmentState.ENROLLED)
        rows = rows.filter(Exists(now))
    counts = rows.order_by().values_list("department_id", "ownership", "platform")
    return Counter(
        {
            (department, ownership, platform): number
            for department, ownership, platform, number in counts.annotate(number=Count("id"))
        }
    )


def _devices(number: int) -> str:
    return "device" if number == 1 else "devices"
