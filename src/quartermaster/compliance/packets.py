"""What goes into the papers of a case, trimmed by what their reader may see (C-1, E-1)."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from quartermaster.audit.queries import entries_about
from quartermaster.compliance import cases
from quartermaster.compliance.models import Case, Outcome
from quartermaster.compliance.rules.cases import CaseState, Trigger
from quartermaster.kernel.permits import Actor
from quartermaster.notify.queries import messages_about

DIGEST_SHOWN = 32
_EVIDENCE = {
    "device": "Device",
    "check": "Check",
    "clause": "Clause",
    "policy_version": "Version of the policy",
    "severity": "Severity",
    "expected": "What is asked",
    "observed": "What was seen",
    "source": "Source",
    "remedy": "What to do",
}
_TIMES = {
    "observed": "Observed",
    "opened": "Opened",
    "told": "The employee was told",
    "cure_until": "To be put right by",
    "gathered": "Evidence gathered",
}


def packet_of(actor: Actor, case: Case) -> dict[str, Any]:
    """The data of a case's paper: facts, evidence, mail, both sides, outcome, ledger."""
    outcomes = [_outcome(item) for item in cases.outcomes_visible_to(actor, case)]
    hidden = case.decided_at is not None and not outcomes
    return {
        "facts": _facts(case),
        "evidence": [
            *_named(case.evidence["facts"], _EVIDENCE),
            *((name, _said_time(value)) for name, value in _named(case.evidence["times"], _TIMES)),
            ("Digest of the evidence", case.evidence_digest),
        ],
        "notices": _notices(case),
        "statements": [
            (str(item.author), _time(item.made_at), item.text)
            for item in cases.statements_visible_to(actor, case.finding)
        ],
        "outcomes": outcomes,
        "no_outcome": "Not for the reader of this paper." if hidden else "None was recorded.",
        "ledger": _ledger(case),
    }


def _facts(case: Case) -> list[tuple[str, str]]:
    steps = {
        "Prepared": case.prepared_at,
        "Referred": case.referred_at,
        "Acknowledged": case.acknowledged_at,
        "Decided": case.decided_at,
        "Appealed": case.appealed_at,
        "Closed": case.closed_at,
    }
    return [
        ("Employee", f"{case.holder.name} ({case.holder.number})"),
        ("Department", case.department.name),
        ("Matter", case.finding.title),
        ("Why", Trigger(case.trigger).label),
        ("State", CaseState(case.state).label),
        ("Supervisor", case.supervisor.name if case.supervisor else "—"),
        *((name, _time(value)) for name, value in steps.items() if value is not None),
    ]


def _named(values: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    return [(title, str(values[key])) for key, title in names.items() if values.get(key)]


def _notices(case: Case) -> list[tuple[str, ...]]:
    """Mail about the finding and the case, with when the mail server took it."""
    rows = [*messages_about(case.finding), *messages_about(case)]
    return [
        (
            item.subject,
            item.recipient,
            _time(item.created_at),
            _time(item.sent_at) if item.sent_at else "—",
            item.get_state_display(),
        )
        for item in sorted(rows, key=lambda item: (item.created_at, item.id))
    ]


def _outcome(item: Outcome) -> list[tuple[str, str]]:
    return [
        ("After the appeal" if item.on_appeal else "Outcome", item.get_grade_display()),
        ("Reference in the personnel file", item.reference or "—"),
        ("Reason", item.reason),
        ("Recorded", f"{item.decided_by}, {_time(item.decided_at)}"),
    ]


def _ledger(case: Case) -> list[tuple[str, ...]]:
    rows = [*entries_about(case.finding), *entries_about(case)]
    return [
        (
            str(item.seq),
            _time(item.at),
            item.tag.removeprefix("compliance."),
            item.actor_label,
            bytes(item.digest).hex()[:DIGEST_SHOWN],
        )
        for item in sorted(rows, key=lambda item: item.seq)
    ]


def _said_time(written: str) -> str:
    return _time(datetime.fromisoformat(written))


def _time(value: datetime) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M %Z")
