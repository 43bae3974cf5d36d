"""Evaluation: a pure function of what is required, what is known, and when it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from quartermaster.compliance.rules.checks import CHECKS, Check, Context, Seen, asked, expectation
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.compliance.rules.records import RECORD_CHECKS, Record, RecordCheck, held
from quartermaster.mdm.posture import Posture
from quartermaster.policy.requirements import CATALOGUE, Requirements


@dataclass(frozen=True)
class Line:
    """One check as requirements ask for it of the devices of a platform."""

    check: Check
    names: tuple[str, ...]
    clause: str
    expected: str
    remedy: str
    on_platform: bool


def sheet(wanted: Requirements, platform: str) -> tuple[Line, ...]:
    """The checks that requirements ask for; the same for all devices of a platform."""
    found = ((check, asked(check, wanted)) for check in CHECKS)
    return tuple(
        Line(
            check,
            names,
            CATALOGUE[names[0]].clause,
            expectation(wanted, names, platform),
            CATALOGUE[names[0]].remedy,
            any(platform in CATALOGUE[name].platforms for name in names),
        )
        for check, names in found
        if names
    )


def evaluate(
    wanted: Requirements,
    posture: Posture,
    context: Context,
    record: Record | None = None,
    lines: Sequence[Line] | None = None,
) -> tuple[Result, ...]:
    """The results of every check that the requirements and the record ask for (G-3, G-10).

    Data that is missing gives ``unknown``, data that is too old ``stale``; neither is a pass, and
    neither opens a finding against a person. Pass the ``lines`` of the platform's `sheet` when
    asking for many devices.
    """
    if lines is None:
        lines = sheet(wanted, context.platform)
    results = [_result(line, wanted, posture, context) for line in lines]
    if record is not None:
        for look_up in RECORD_CHECKS:
            seen = look_up.look(record, posture, context) if held(look_up, record) else None
            if seen is not None:
                results.append(_of_record(look_up, _awaited(seen, context)))
    return tuple(results)


def _of_record(check: RecordCheck, seen: Seen) -> Result:
    return Result(
        check=check.name,
        title=check.title,
        clause=check.clause,
        state=seen.state,
        severity=check.severity,
        expected=check.expected,
        observed=seen.observed,
        remedy=check.remedy,
        source=seen.fact.source if seen.fact else "",
        observed_at=seen.fact.observed_at if seen.fact else None,
        answerable=seen.answerable,
        of_holder=check.of_holder,
        settings=check.settings,
    )


def _awaited(seen: Seen, context: Context) -> Seen:
    """Just after enrolment, what is not known yet is on its way."""
    if seen.state is State.UNKNOWN and seen.fact is None and context.settling:
        return Seen(State.PENDING, seen.observed)
    return seen


def _result(line: Line, wanted: Requirements, posture: Posture, context: Context) -> Result:
    check, names = line.check, line.names
    seen = _settled(check.look(wanted, posture, context), names, context)
    if not line.on_platform:
        seen = Seen(State.NOT_APPLICABLE, "This platform does not have it.")
    if context.excepted.issuperset(names):
        seen = Seen(State.EXCEPTED, "An exception is in force.", seen.fact)
    return Result(
        check=check.name,
        title=check.title,
        clause=line.clause,
        state=seen.state,
        severity=check.severity,
        expected=line.expected,
        observed=seen.observed,
        remedy=line.remedy,
        source=seen.fact.source if seen.fact else "",
        observed_at=seen.fact.observed_at if seen.fact else None,
        answerable=not (seen.state is State.UNKNOWN and _beyond(names, context)),
        settings=names,
    )


def _beyond(names: tuple[str, ...], context: Context) -> bool:
    """Whether the platform can neither be made to do it nor tells of it."""
    return context.unenforceable.keys() >= set(names)


def _settled(seen: Seen, names: tuple[str, ...], context: Context) -> Seen:
    """Judge by age and by what is still on its way."""
    if seen.state is State.UNKNOWN and seen.fact is None and _beyond(names, context):
        return Seen(State.UNKNOWN, context.unenforceable[names[0]])
    seen = _awaited(seen, context)
    if seen.state is State.FAIL and context.on_the_way.intersection(names):
        return Seen(State.PENDING, "The setting is on its way to the device.", seen.fact)
    judged = seen.state in {State.PASS, State.FAIL} and names != ("check_in_within_hours",)
    if judged and seen.fact is not None and context.aged(seen.fact):
        return Seen(State.STALE, f"{seen.observed} (That was more than 14 days ago.)", seen.fact)
    return seen
