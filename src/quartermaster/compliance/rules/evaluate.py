"""Evaluation: a pure function of what is required, what is known, and when it is asked."""

from datetime import timedelta

from quartermaster.compliance.rules.checks import CHECKS, Check, Context, Seen, asked, expectation
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.mdm.posture import Posture
from quartermaster.policy.requirements import CATALOGUE, Requirements

STALE_AFTER = timedelta(days=14)
SETTLING = timedelta(hours=1)  # after enrolment: what is not known yet is on its way


def evaluate(wanted: Requirements, posture: Posture, context: Context) -> tuple[Result, ...]:
    """The results of every check that the requirements ask for (G-3, G-10).

    Data that is missing gives ``unknown``, data that is too old ``stale``; neither is a pass, and
    neither opens a finding against a person.
    """
    results = []
    for check in CHECKS:
        names = asked(check, wanted)
        if names:
            results.append(_result(check, names, wanted, posture, context))
    return tuple(results)


def _result(
    check: Check,
    names: tuple[str, ...],
    wanted: Requirements,
    posture: Posture,
    context: Context,
) -> Result:
    seen = _settled(check.look(wanted, posture, context), names, context)
    entry = CATALOGUE[names[0]]
    if not any(context.platform in CATALOGUE[name].platforms for name in names):
        seen = Seen(State.NOT_APPLICABLE, "This platform does not have it.")
    if context.excepted.issuperset(names):
        seen = Seen(State.EXCEPTED, "An exception is in force.", seen.fact)
    return Result(
        check=check.name,
        title=check.title,
        clause=entry.clause,
        state=seen.state,
        severity=check.severity,
        expected=expectation(wanted, names, context.platform),
        observed=seen.observed,
        remedy=entry.remedy,
        source=seen.fact.source if seen.fact else "",
        observed_at=seen.fact.observed_at if seen.fact else None,
        answerable=not (seen.state is State.UNKNOWN and _beyond(names, context)),
    )


def _beyond(names: tuple[str, ...], context: Context) -> bool:
    """Whether the platform can neither be made to do it nor tells of it."""
    return context.unenforceable.keys() >= set(names)


def _settled(seen: Seen, names: tuple[str, ...], context: Context) -> Seen:
    """Judge by age and by what is still on its way."""
    if seen.state is State.UNKNOWN and seen.fact is None and _beyond(names, context):
        return Seen(State.UNKNOWN, context.unenforceable[names[0]])
    young = context.enrolled_at is not None and context.at - context.enrolled_at < SETTLING
    if seen.state is State.UNKNOWN and seen.fact is None and young:
        return Seen(State.PENDING, seen.observed)
    if seen.state is State.FAIL and context.on_the_way.intersection(names):
        return Seen(State.PENDING, "The setting is on its way to the device.", seen.fact)
    judged = seen.state in {State.PASS, State.FAIL}
    aged = seen.fact is not None and context.at - seen.fact.observed_at > STALE_AFTER
    if judged and aged and names != ("check_in_within_hours",):
        return Seen(State.STALE, f"{seen.observed} (That was more than 14 days ago.)", seen.fact)
    return seen
