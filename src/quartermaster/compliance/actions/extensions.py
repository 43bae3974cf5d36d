"""More time to put something right: the holder asks once, ITMD or the coordinator decides (C-1)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.compliance.calendar import after_working_days
from quartermaster.compliance.models import Extension, Finding
from quartermaster.compliance.permits import CASE_ANSWER, CASE_KEEP, EXTENSION_DECIDE
from quartermaster.compliance.rules.extensions import (
    DECIDE_DAYS,
    EXTENSION,
    MOST_DAYS,
    ExtensionState,
    why_no_extension,
)
from quartermaster.compliance.rules.findings import FindingState, reminder_at
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role

LONGEST_REASON, LONGEST_NOTE = 1000, 300


def ask_extension(
    *, finding: Finding, days: int, reason: str, actor: Actor, at: datetime
) -> Extension:
    """Ask, as the holder, for more time to put something right; once for each finding (C-1)."""
    require(actor, CASE_ANSWER, person_id=finding.holder_id)
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"Between 1 and {MOST_DAYS} working days.", field="days")
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidInput(f"Say why, in {LONGEST_REASON} letters at most.", field="reason")
    with act(actor, at) as doing:
        row = Finding.objects.select_for_update(no_key=True).get(id=finding.id)
        asked = Extension.objects.filter(finding=row).exists()
        problem = why_no_extension(FindingState(row.state), Severity(row.severity), asked=asked)
        if problem:
            raise Conflict(problem)
        assert row.holder is not None  # the permit reaches the actor's own alone
        assert row.cure_until is not None  # it was noticed
        made = Extension.objects.create(
            finding=row,
            asked_by=row.holder,
            days=days,
            reason=why,
            asked_at=at,
            decide_by=after_working_days(at, DECIDE_DAYS),
            was_until=row.cure_until,
        )
        doing.record("compliance.finding.extension-asked", row, days=days)
        for person in _deciders(row, at):
            _tell(made, "asked", person, doing)
    return made


def grant_extension(*, extension_id: UUID, note: str, actor: Actor, at: datetime) -> Extension:
    """Grant more time, as another than who asked (C-1)."""
    with act(actor, at) as doing:
        found, finding = _to_decide(extension_id, actor)
        until = after_working_days(found.was_until, found.days)
        _decide(found, "grant", _note(note), doing, until=until)
        rows = Finding.objects.filter(id=finding.id, state=FindingState.NOTICED)
        begin = max(at, found.was_until)
        fields = {"cure_until": until, "due_at": reminder_at(begin, until), "reminded_at": None}
        if rows.update(**fields) != 1:
            raise Conflict("The time is over, or it was settled at this moment.")
        until_said = until.isoformat(timespec="minutes")
        doing.record("compliance.finding.extended", finding, until=until_said, reason=found.note)
        _tell(found, "granted", found.asked_by, doing)
    return found


def decline_extension(*, extension_id: UUID, note: str, actor: Actor, at: datetime) -> Extension:
    """Decline more time, with a reason that the holder reads (C-1)."""
    said = _note(note)
    if not said:
        raise InvalidInput("Say why; the employee reads it.", field="reason")
    with act(actor, at) as doing:
        found, finding = _to_decide(extension_id, actor)
        _decide(found, "decline", said, doing)
        doing.record("compliance.finding.extension-declined", finding, reason=said)
        _tell(found, "declined", found.asked_by, doing)
    return found


def waits_for_decision(finding: Finding, doing: Act) -> bool:
    """Whether the end of the cure period waits for a decision; what nobody decided lapses."""
    open_one = Extension.objects.filter(finding=finding, state=ExtensionState.ASKED.value)
    found = open_one.select_for_update().first()
    if found is None:
        return False
    if found.decide_by > doing.at:
        Finding.objects.filter(id=finding.id).update(due_at=found.decide_by)
        return True
    _decide(found, "lapse", "Nobody decided in time.", doing)
    doing.record("compliance.finding.extension-lapsed", finding)
    _tell(found, "lapsed", found.asked_by, doing)
    return False


def lapse_with_finding(*, finding_id: UUID, actor: Actor, at: datetime) -> None:
    """Let go of what was asked for a finding that is settled (C-1)."""
    require(actor, CASE_KEEP)
    with act(actor, at) as doing:
        rows = Extension.objects.select_for_update().filter(state=ExtensionState.ASKED.value)
        for found in rows.filter(finding_id=finding_id):
            _decide(found, "lapse", "The finding was settled.", doing)


def _to_decide(extension_id: UUID, actor: Actor) -> tuple[Extension, Finding]:
    rows = Extension.objects.select_related("finding__device", "asked_by")
    found = rows.filter(id=extension_id).first()
    if found is None:
        raise NotFound("Nobody asked for this.")
    finding = found.finding
    require(
        actor,
        EXTENSION_DECIDE,
        person_id=finding.holder_id,
        department_id=finding.device.department_id,
    )
    if actor.person_id is None or actor.person_id == found.asked_by_id:
        raise Refused("Nobody decides on what they asked for; another person must.")
    Finding.objects.select_for_update(no_key=True).get(id=finding.id)
    return found, finding


def _decide(found: Extension, verb: str, note: str, doing: Act, **more: object) -> None:
    step = EXTENSION.transitions[verb]
    rows = Extension.objects.filter(id=found.id, state=ExtensionState.ASKED.value)
    fields = {
        "state": step.target.value,
        "decided_by_id": doing.actor.person_id,
        "decided_at": doing.at,
        "note": note,
        **more,
    }
    if rows.update(**fields) != 1:
        found.refresh_from_db()
        EXTENSION.target(verb, ExtensionState(found.state))
    found.refresh_from_db()


def _note(note: str) -> str:
    said = note.strip()
    if len(said) > LONGEST_NOTE:
        raise InvalidInput(f"At most {LONGEST_NOTE} letters.", field="reason")
    return said


def _deciders(finding: Finding, at: datetime) -> list[Person]:
    coordinators = set(coordinators_of(finding.device.department_id, at))
    found = coordinators | set(people_with_role(Role.ITMD_ADMIN, at))
    others = {person for person in found if person.id != finding.holder_id}
    return sorted(others, key=lambda person: person.number)


def _tell(extension: Extension, what: str, person: Person, doing: Act) -> None:
    post.send(
        template=f"compliance/extensions/{'asked' if what == 'asked' else 'decided'}",
        to=person.email,
        name=person.name,
        context={
            "extension": extension,
            "finding": extension.finding,
            "device": extension.finding.device,
            "link": f"{settings.WEB_URL}/findings/{extension.finding_id}/",
        },
        key=f"extension:{extension.id}:{what}:{person.id}",
        actor=doing.actor,
        at=doing.at,
        about=extension.finding,
    )
