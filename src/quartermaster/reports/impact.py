"""What a plan of requirements means for devices: how many, and what no platform can enforce."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from quartermaster.inventory.models import Device, DeviceStatus, Platform
from quartermaster.mdm.driver import Compiled, Context, Holder, driver_for, is_managed
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.queries import contexts_of
from quartermaster.mdm.software import deliverable
from quartermaster.mdm.states import EnrolmentState
from quartermaster.policy.plan import Impact, Plan, Shift, estimator
from quartermaster.policy.requirements import CATALOGUE

SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # any will do to see whether a device can be told one
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
    for shift, alike in _alike(plan):
        for context, number in alike.items():
            for sentence in _cannot(plan, shift, context):
                found[sentence] += number
    for sentence, number in sorted(found.items()):
        words = f"{sentence} ({number} {_devices(number)})"
        yield Impact("unenforceable", words, count=number)


@estimator("means")
def means(plan: Plan) -> Iterator[Impact]:
    """By what means what changes reaches the devices that are under management."""
    found: Counter[tuple[str, str]] = Counter()
    for shift, alike in _alike(plan):
        changed = {change.setting.key for change in shift.differences}
        for context, number in alike.items():
            if not context.enrolment or not is_managed(context.platform):
                continue
            compiled = _compiled(plan, shift, context)
            carried = {key: item.means.value for key, item in compiled.carriers().items()}
            carried |= {key: "command" for key, _ in compiled.delivered}
            found.update({(key, by): number for key, by in carried.items() if key in changed})
    for (key, by), number in sorted(found.items()):
        words = f"{CATALOGUE[key].title}: by {by} on {number} enrolled {_devices(number)}."
        yield Impact("means", words, count=number)


def _cannot(plan: Plan, shift: Shift, context: Context) -> Iterator[str]:
    name = Platform(context.platform).label
    changed = {change.setting.key for change in shift.differences}
    if not is_managed(context.platform):
        if context.platform != Platform.NONE:
            yield f"{name} devices are not managed yet, so nothing is enforced on them."
        return
    compiled = _compiled(plan, shift, context)
    where = f"{shift.ownership} {name} devices"
    for key, reason in compiled.unenforceable:
        if key in changed:
            yield f"{CATALOGUE[key].title} cannot be enforced on {where}: {reason.rstrip('.')}."
    for key, remark in compiled.remarks:
        if key in changed:
            yield f"{CATALOGUE[key].title} on {where}: {remark}"


def _compiled(plan: Plan, shift: Shift, context: Context) -> Compiled:
    after = plan.after.effective(shift.place.id, shift.ownership).requirements
    brought = deliverable(after.required_software, context.platform)
    return driver_for(context.platform).compile(after, replace(context, deliverable=brought))


def _alike(plan: Plan) -> Iterator[tuple[Shift, Counter[Context]]]:
    """For each shift its devices, counted by what a dialect must know of them.

    Whom a device belongs to and since when makes no difference to what can be enforced there.
    """
    for shift in plan.shifts:
        rows = Device.objects.filter(
            department_id=shift.place.id, ownership=shift.ownership
        ).exclude(status=DeviceStatus.RETIRED)
        yield (
            shift,
            Counter(
                replace(
                    context,
                    holder=Holder(),
                    enrolment="enrolled" if context.enrolled_at else "",
                    enrolled_at=None,
                    update_since=SOME_DAY if context.enrolled_at else None,
                )
                for context in contexts_of(rows).values()
            ),
        )


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
