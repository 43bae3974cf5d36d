"""What decisions about applications find on a City device (G-4).

Three things: what is blocked or was not approved, versions that are too old, and what came from
elsewhere than the store. A personal device is not judged: it is not asked what is installed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.installed import Application, installed
from quartermaster.compliance.rules.outcome import Result, Severity, State
from quartermaster.inventory.verdicts import Decided, Decisions, Verdict, is_below
from quartermaster.mdm import posture as keys
from quartermaster.mdm.posture import Fact, Posture
from quartermaster.policy.requirements import Requirements

MOST_NAMED = 5
CLAUSE = "G-4"
STORES = frozenset({"ios", "ipados"})  # systems on which software comes from a store alone


@dataclass(frozen=True)
class ApplicationCheck:
    """One thing that is judged of what is installed."""

    name: str
    title: str
    severity: Severity
    expected: str
    remedy: str
    good: str
    bad: str
    clause: str = CLAUSE


DECIDED = ApplicationCheck(
    "application_decisions",
    "Decisions about applications",
    Severity.MEDIUM,
    "Nothing that the City decided against, or that it did not approve.",
    "Remove the application from the device, or ask ITMD to approve it.",
    "Nothing that is installed was decided against.",
    "Decided against, or not approved",
)
VERSIONS = ApplicationCheck(
    "application_versions",
    "Versions of applications",
    Severity.HIGH,
    "No version of an application that is known to be vulnerable.",
    "Update the application in the store.",
    "No application is older than the City allows.",
    "Older than the City allows",
)
ORIGIN = ApplicationCheck(
    "application_origin",
    "Where applications come from",
    Severity.HIGH,
    "Applications from the store, or brought by the City.",
    "Remove the application; if it is needed for City business, ask ITMD.",
    "Everything comes from the store, or from the City.",
    "From elsewhere than the store",
)
CHECKS = (DECIDED, VERSIONS, ORIGIN)


def applications(
    decisions: Decisions, wanted: Requirements, posture: Posture, context: Context
) -> tuple[Result, ...]:
    """The outcomes for a City device; nothing for a personal one, which is never asked (G-1).

    A device that has not told what is installed is unknown, and nothing is held against anybody.
    """
    asked = () if context.personal else tuple(_asked(decisions.rows, wanted, context))
    if not asked:
        return ()
    fact = posture.get(keys.SOFTWARE)
    if fact is None or not isinstance(fact.value, list):
        state = State.PENDING if context.settling else State.UNKNOWN
        said = "The device has not reported its software yet."
        return tuple(_result(check, state, said, None) for check in asked)
    listed = installed(fact.value).applications
    on = {item: decisions.on(item.identifier, item.name, context.platform) for item in listed}
    found = {
        DECIDED: sorted(_against(on, wanted)),
        VERSIONS: sorted(_too_old(on)),
        ORIGIN: sorted(_from_elsewhere(on)),
    }
    return tuple(_judged(check, found[check], fact, context) for check in asked)


def _asked(
    decisions: tuple[Decided, ...], wanted: Requirements, context: Context
) -> Iterator[ApplicationCheck]:
    """What there is to judge: decisions, lowest versions, and the origin where it is required."""
    if decisions:
        yield DECIDED
    if any(item.minimum_version for item in decisions):
        yield VERSIONS
    if wanted.unknown_sources_forbidden and context.platform in STORES:
        yield ORIGIN


def _against(on: Mapping[Application, Decided | None], wanted: Requirements) -> Iterator[str]:
    """What the requirements block, or require, is judged by them and not once more."""
    spoken_for = wanted.blocked_software | wanted.required_software
    for item, decision in on.items():
        if decision is None or item.identifier in spoken_for:
            continue
        if decision.verdict is Verdict.BLOCKED:
            yield f"{item.name} (blocked)"
        elif decision.verdict is Verdict.NEEDS_APPROVAL and not item.managed:
            yield f"{item.name} (needs approval)"


def _too_old(on: Mapping[Application, Decided | None]) -> Iterator[str]:
    for item, decision in on.items():
        lowest = decision.minimum_version if decision is not None else ""
        if lowest and is_below(item.version, lowest):
            yield f"{item.name} {item.version} (at least {lowest})"


def _from_elsewhere(on: Mapping[Application, Decided | None]) -> Iterator[str]:
    for item, decision in on.items():
        allowed = decision is not None and decision.verdict is Verdict.ALLOWED
        if item.elsewhere and not item.managed and not allowed:
            yield item.name


def _judged(check: ApplicationCheck, bad: list[str], fact: Fact, context: Context) -> Result:
    said = f"{check.bad}: {_named(bad)}." if bad else check.good
    state = State.FAIL if bad else State.PASS
    if context.aged(fact):
        state, said = State.STALE, f"{said} (That was more than 14 days ago.)"
    return _result(check, state, said, fact)


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _result(check: ApplicationCheck, state: State, said: str, fact: Fact | None) -> Result:
    return Result(
        check=check.name,
        title=check.title,
        clause=CLAUSE,
        state=state,
        severity=check.severity,
        expected=check.expected,
        observed=said,
        remedy=check.remedy,
        source=fact.source if fact else "",
        observed_at=fact.observed_at if fact else None,
    )
