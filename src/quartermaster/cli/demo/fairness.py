"""How the demo city is fair: more time is asked for, a check was wrong, a case is on its way.

It needs devices that have reported, so it is told once they have enrolled.
"""

from collections.abc import Callable
from datetime import timedelta

from quartermaster.compliance import actions, schedule
from quartermaster.compliance.actions import cases, extensions, faults
from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.models import Case, Finding
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

HOUSE = system("the demo")
ITMD = "2001"
HOUR = timedelta(hours=1)
FAULT = "The list of decisions was read before it was complete."


def befall(say: Callable[[str], None]) -> None:
    """Let a holder ask for more time, a case be confirmed and answered, and a fault be named."""
    for happen in (_look_again, _ask_for_time, _refer, _name_fault):
        try:
            happen()
        except HouseError as problem:
            say(f"Fairness: {problem.message}")


def _look_again() -> None:
    """A failure that is seen twice is told to its holder."""
    open_ones = Finding.objects.filter(state=FindingState.OPEN).values_list("device_id", flat=True)
    actions.evaluate_devices(device_ids=list(open_ones), actor=HOUSE, at=now())
    schedule.take_steps(now())
    outbox.deliver_due(now())


def _ask_for_time() -> None:
    """One holder waits for a decision, another was told no with the reason."""
    told = Finding.objects.filter(
        state=FindingState.NOTICED, holder__isnull=False, extension=None
    ).exclude(severity=Severity.SERIOUS)
    asked = [
        extensions.ask_extension(
            finding=finding, days=days, reason=reason, actor=_holder(finding), at=now()
        )
        for finding, (days, reason) in zip(
            told.select_related("holder").order_by("id"),
            (
                (3, "I am at a training until Thursday and have the phone with me."),
                (10, "I would rather do it next month."),
            ),
            strict=False,
        )
    ]
    for late in asked[1:]:
        note = "It takes a minute: Settings, Face ID & Passcode. The help desk does it with you."
        extensions.decline_extension(extension_id=late.id, note=note, actor=_itmd(), at=now())


def _refer() -> None:
    """A person confirms what the house prepared; the employee answers, and takes the papers."""
    row = Case.objects.filter(state=CaseState.PREPARED).select_related("finding__holder")
    case = row.order_by("prepared_at", "id").first()
    if case is None:
        return
    cases.confirm(
        case=case, reason="I looked at the report of the device.", actor=_itmd(), at=now()
    )
    holder = _holder(case.finding)
    text = "The repair shop put another system on it. I did not know, and bring it in today."
    cases.answer(finding=case.finding, text=text, actor=holder, at=now())
    case.refresh_from_db()
    cases.export_case(case=case, reason="For my own files", actor=holder, at=now())


def _name_fault() -> None:
    """One person says that a check was wrong; a second one finds it waiting for them."""
    live = Finding.objects.filter(
        state__in=sorted(LIVE), check_name__in=sorted(CHECK_TITLES), case=None, extension=None
    )
    finding = live.order_by("severity", "id").filter(clause="G-4").first() or live.first()
    if finding is None:
        return
    at = now()
    faults.name_fault(
        check=finding.check_name,
        since=finding.opened_at - HOUR,
        until=at,
        reason=FAULT,
        actor=_itmd(),
        at=at,
    )


def _holder(finding: Finding) -> Actor:
    assert finding.holder is not None  # the query asks for it
    return actor_for(finding.holder, now())


def _itmd() -> Actor:
    return actor_for(Person.objects.get(number=ITMD), now())
