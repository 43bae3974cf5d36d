"""What is checked on the clock and in the house's own records, beside the settings of a device.

Each check names its clause. Most of what they find is the house's own to put right, and is never
held against the holder. A check without a subject (a consent for a City device) says nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from quartermaster.compliance.rules.checks import Context, Seen
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.compliance.rules.support import Ends, ended_on
from quartermaster.kernel.dates import written_day
from quartermaster.mdm import posture as keys
from quartermaster.mdm.posture import Fact, Posture
from quartermaster.records.rules.capture import Lying

RECORD = "record"


@dataclass(frozen=True)
class Asked:
    """How a person stands to the policy in force. ``due_at``: until when it is asked for."""

    version: str
    bound: bool
    acknowledged_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """What the house itself has on record of a managed device and its holder.

    ``held_to`` are the clauses that its department is held to; None: to all of them.
    ``departments`` are those in whose custody it may be: its own, with those above and below.
    """

    status: str
    held_to: frozenset[str] | None = None
    holder_department: UUID | None = None
    departments: frozenset[UUID] = frozenset()
    separated: bool = False
    separated_on: date | None = None
    asked: Asked | None = None
    consented_at: datetime | None = None
    certificate_until: datetime | None = None
    woken_at: datetime | None = None
    cannot_be_woken_since: datetime | None = None
    support_ends: Ends = field(default_factory=dict)
    lying: Lying | None = None


LookUp = Callable[[Record, Posture, Context], Seen | None]


@dataclass(frozen=True)
class RecordCheck:
    """One thing that is checked of a record. It says nothing where there is nothing to check."""

    name: str
    title: str
    clause: str
    severity: Severity
    expected: str
    remedy: str
    look: LookUp
    of_holder: bool = False
    settings: tuple[str, ...] = ()


def _noted(at: datetime | None) -> Fact | None:
    return Fact(None, RECORD, at) if at is not None else None


def _of_day(day: date, context: Context) -> Fact:
    """A day of the calendar as an instant in the zone of the evaluation."""
    return Fact(None, RECORD, datetime(day.year, day.month, day.day, tzinfo=context.at.tzinfo))


def _midnight_after(day: date, context: Context) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=context.at.tzinfo)


def acknowledged(record: Record, _: Posture, context: Context) -> Seen | None:
    asked = record.asked
    if asked is None or not asked.bound:
        return None
    if asked.acknowledged_at is not None:
        said = f"{asked.version} was acknowledged on {context.day_of(asked.acknowledged_at)}."
        return Seen(State.PASS, said, _noted(asked.acknowledged_at))
    if asked.due_at is None:
        return Seen(State.UNKNOWN, f"{asked.version} has not been asked for yet.")
    due = context.last_day(asked.due_at)
    if not context.reached(asked.due_at):
        return Seen(State.PENDING, f"{asked.version} is to be acknowledged by {due}.")
    said = f"{asked.version} was to be acknowledged by {due}."
    return Seen(State.FAIL, said, _noted(asked.due_at))


def consented(record: Record, _: Posture, context: Context) -> Seen | None:
    if not context.personal:
        return None
    if record.consented_at is not None:
        said = f"The disclosure was agreed to on {context.day_of(record.consented_at)}."
        return Seen(State.PASS, said, _noted(record.consented_at))
    said = "No agreement to the disclosure is on record for this enrolment."
    return Seen(State.FAIL, said, _noted(context.enrolled_at))


def separated(record: Record, _: Posture, context: Context) -> Seen | None:
    if record.holder_department is None:
        return None
    day = record.separated_on
    if record.separated:
        said = (
            f"Its holder left the City on {written_day(day)}."
            if day
            else "Its holder left the City."
        )
        return Seen(State.FAIL, said, _of_day(day, context) if day else None)
    said = (
        f"Its holder will leave the City on {written_day(day)}."
        if day
        else "Its holder is in service."
    )
    return Seen(State.PASS, said)


def custody(record: Record, _: Posture, _context: Context) -> Seen | None:
    if record.status == "in_stock":
        return None
    if record.status == "retired":
        return Seen(State.FAIL, "It was retired, and is still managed.")
    if record.holder_department is None:
        return Seen(State.FAIL, "Nobody is on record as having it.")
    if record.holder_department not in record.departments:
        return Seen(State.FAIL, "It belongs to another department than its holder's.")
    return Seen(State.PASS, "Its holder is on record, in its department.")


def lost_mode(record: Record, posture: Posture, context: Context) -> Seen | None:
    """Only a supervised City device can be put into lost mode; a Mac is locked instead."""
    capable = context.platform in {"ios", "ipados"} and not context.personal
    if record.status != "lost" or not capable:
        return None
    supervised = posture.get(keys.SUPERVISED)
    if supervised is not None and supervised.value is False:
        return None
    fact = posture.get(keys.LOST_MODE)
    if fact is None or not isinstance(fact.value, bool):
        return Seen(State.UNKNOWN, "It is reported lost, and has not said that it is in lost mode.")
    if fact.value:
        return Seen(State.PASS, "It is in lost mode.", fact)
    return Seen(State.FAIL, "It is reported lost, and is not in lost mode.", fact)


def certificate(record: Record, _: Posture, context: Context) -> Seen | None:
    until = record.certificate_until
    if until is None:
        return None
    said = context.day_of(until)
    if context.reached(until):
        return Seen(State.FAIL, f"Its last certificate ended on {said}.", _noted(until))
    return Seen(State.PASS, f"Its certificate is good until {said}.")


def wakes(record: Record, _: Posture, context: Context) -> Seen | None:
    since = record.cannot_be_woken_since
    if since is not None:
        return Seen(State.FAIL, f"It cannot be woken since {context.day_of(since)}.", _noted(since))
    if record.woken_at is None:
        return None
    said = f"Last woken on {context.day_of(record.woken_at)}."
    return Seen(State.PASS, said, _noted(record.woken_at))


def supported(record: Record, posture: Posture, context: Context) -> Seen | None:
    fact = posture.get(keys.OS_VERSION)
    if fact is None or not isinstance(fact.value, str):
        return None  # that the version is not known is said where a version is required
    known, ended = ended_on(context.platform, fact.value, record.support_ends)
    version = f"Version {fact.value[:40]}"
    if not known:
        said = f"{version}: the catalogue does not say until when it is supported."
        return Seen(State.UNKNOWN, said, fact, answerable=False)
    if context.aged(fact):
        return Seen(State.STALE, f"{version}. (That was more than 14 days ago.)", fact)
    if ended is not None and context.reached(_midnight_after(ended, context)):
        said = f"{version} has had no security updates since {written_day(ended)}."
        return Seen(State.FAIL, said, fact)
    until = f" until {written_day(ended)}" if ended else ""
    return Seen(State.PASS, f"{version} is supported{until}.", fact)


def transferred(record: Record, _: Posture, context: Context) -> Seen | None:
    """What was announced to be on the device, or was to be deleted there, is not there too long."""
    if record.holder_department is None:
        return None
    lying = record.lying
    if lying is None:
        return Seen(State.PASS, "No record is known to be on it.")
    what = "1 record is" if lying.count == 1 else f"{lying.count} records are"
    fact, due = _noted(lying.since), context.last_day(lying.due_at)
    if not context.reached(lying.due_at):
        said = f"{what} on it, to be saved or deleted by {due}."
        return Seen(State.PENDING, said, fact)
    since = context.day_of(lying.since)
    said = f"{what} on it since {since}; the time ended on {due}."
    return Seen(State.FAIL, said, fact)


_H, _M, _L = Severity.HIGH, Severity.MEDIUM, Severity.LOW
RECORD_CHECKS: tuple[RecordCheck, ...] = (
    RecordCheck(
        "acknowledgement",
        "Policy acknowledged",
        "S-2",
        _M,
        "The policy in force is acknowledged in time.",
        "Read the policy on your page and acknowledge it.",
        acknowledged,
        of_holder=True,
    ),
    RecordCheck(
        "consent",
        "Consent to management",
        "G-2",
        _H,
        "The holder of a personal device has agreed to the disclosure.",
        "Show the holder the disclosure and have the device enrolled anew with their consent.",
        consented,
    ),
    RecordCheck(
        "separated_holder",
        "Holder in service",
        "C-4",
        _H,
        "A device is returned when its holder leaves the City.",
        "Collect the device, or have it sent back, and record its return.",
        separated,
    ),
    RecordCheck(
        "custody",
        "Custody on record",
        "C-3",
        _M,
        "The device is with a holder of its own department.",
        "Record who has the device, or move it to its holder's department.",
        custody,
    ),
    RecordCheck(
        "lost_mode",
        "Lost mode",
        "G-11",
        _H,
        "A device that is reported lost is in lost mode.",
        "Put the device into lost mode, or record that it was found.",
        lost_mode,
    ),
    RecordCheck(
        "certificate",
        "Device certificate",
        "G-10",
        _M,
        "The certificate by which the device comes in is good.",
        "Have the device enrolled anew: without a certificate it cannot come in.",
        certificate,
    ),
    RecordCheck(
        "wake",
        "Can be woken",
        "G-10",
        _L,
        "The device can be woken for the City's commands.",
        "Look at the push credential; if it is good, have the device enrolled anew.",
        wakes,
    ),
    RecordCheck(
        "os_support",
        "Supported system",
        "G-10",
        _M,
        "A version that still gets security updates.",
        "Plan an update, or a replacement where the hardware takes none.",
        supported,
    ),
    RecordCheck(
        "record_transfer",
        "Records moved off the device",
        "C-2",
        _M,
        "Records made on a device move to the City's systems as soon as practical.",
        "Save what is on the device on “Save a record”, delete it there, and say so.",
        transferred,
        of_holder=True,
    ),
)
CLAUSES: Mapping[str, str] = {check.name: check.clause for check in RECORD_CHECKS}


def held(check: RecordCheck, record: Record) -> bool:
    """Whether the device's department is held to the clause of a check (S-3)."""
    return record.held_to is None or check.clause in record.held_to
