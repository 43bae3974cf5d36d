"""What was signed, in plain values, and the receipt of it as a paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file
from quartermaster.jobs.acts import Act
from quartermaster.kernel.dates import written_time
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.rules.handovers import CONSENT, Method, Place
from quartermaster.policy.models import Acknowledgement, PolicyVersion

# the clauses that bind whoever holds a thing of the City's; those that the version has are printed
BINDING = ("S-2", "G-1", "G-3", "G-6", "G-10", "G-11", "C-2", "C-3", "C-4")
_TITLES = {"imei": "IMEI", "imei2": "second IMEI", "meid": "MEID", "eid": "EID"}
_PLAIN = {"serial": "serial number", "wifi_mac": "Wi-Fi address"}


def instant(at: datetime) -> str:
    """An instant in the city's time zone, as papers write it."""
    return written_time(at)


def statement_of(
    handover: Handover, things: Sequence[Mapping[str, Any]], at: datetime
) -> dict[str, Any]:
    """Everything that the signature stands for; its digest is on the receipt."""
    holder = handover.holder
    return {
        "number": handover.number,
        "signed_at": at.isoformat(),
        "holder": {"name": holder.name, "number": holder.number},
        "department": holder.department.name,
        "prepared_by": handover.prepared_by,
        "things": [dict(thing) for thing in things],
        "consent": CONSENT,
        "method": handover.method,
        "typed_name": handover.typed_name,
        "drawing": handover.drawing.digest if handover.drawing else "",
        "place": handover.place,
        "attested_by": handover.attested_by.name if handover.attested_by else "",
        "identification": handover.identification,
        "policy": _policy(handover.policy_version, handover),
    }


def _policy(version: PolicyVersion | None, handover: Handover) -> dict[str, Any] | None:
    if version is None:
        return None
    given = Acknowledgement.objects.filter(person=handover.holder, version=version).first()
    clauses = version.clauses.filter(code__in=BINDING).order_by("order")
    return {
        "title": version.title,
        "version": version.number,
        "in_force_on": version.in_force_on.isoformat() if version.in_force_on else "",
        "text_digest": version.text_digest,
        "acknowledged_at": given.at.isoformat() if given else "",
        "clauses": list(clauses.values_list("code", flat=True)),
    }


def make_receipt(
    handover: Handover, statement: Mapping[str, Any], digest: str, doing: Act
) -> StoredFile:
    """The receipt, kept; the same statement at the same instant gives the same bytes."""
    images = {}
    if handover.drawing is not None:
        images["signature.png"] = read_file(handover.drawing.digest)
    content = papers.render(
        "lifecycle/papers/receipt.typ",
        _shown(handover, statement, digest, doing.at),
        title=f"Receipt {handover.number}",
        at=doing.at,
        images=images,
    )
    return files.store(
        content=content,
        media_type=papers.PDF,
        name=f"receipt-{handover.number}.pdf",
        actor=doing.actor,
        at=doing.at,
    )


def _shown(
    handover: Handover, statement: Mapping[str, Any], digest: str, at: datetime
) -> dict[str, Any]:
    things, policy = statement["things"], statement["policy"]
    desk = handover.place == Place.DESK
    return {
        "facts": [
            ["Received by", f"{handover.holder.name} ({handover.holder.number})"],
            ["Department", statement["department"]],
            ["Handed out by", handover.prepared_by],
            ["Signed", instant(at)],
            ["Where", _where(handover) if desk else Place.OWN.label],
        ],
        "taken": [_row(thing) for thing in things if thing["accepted"]],
        "refused": [
            [thing["tag"], thing["what"], thing["refusal"]]
            for thing in things
            if not thing["accepted"]
        ],
        "consent": statement["consent"],
        "drawn": handover.method == Method.DRAWN,
        "typed": handover.typed_name,
        "holder": handover.holder.name,
        "policy": _policy_facts(policy, at) if policy else [],
        "clauses": _clause_rows(handover.policy_version),
        "digests": [
            ["What was signed (SHA-256)", digest],
            *([["Drawing (SHA-256)", statement["drawing"]]] if statement["drawing"] else []),
            *([["Text of the policy (SHA-256)", policy["text_digest"]]] if policy else []),
        ],
    }


def _where(handover: Handover) -> str:
    return (
        f"{Place.DESK.label}. {handover.attested_by} attests to have seen identification:"
        f" {handover.identification}"
    )


def _row(thing: Mapping[str, Any]) -> list[str]:
    marks = [
        f"{_TITLES.get(name) or _PLAIN.get(name, name)} {value}"
        for name, value in thing["identifiers"].items()
    ]
    marks += [f"line {number}" for number in thing["lines"]]
    condition = f"{thing['condition']}. {thing['note']}".rstrip(". ")
    return [thing["tag"], thing["what"], "\n".join(marks) or "—", condition]


def _policy_facts(policy: Mapping[str, Any], at: datetime) -> list[list[str]]:
    given = policy["acknowledged_at"]
    when = instant(datetime.fromisoformat(given)) if given else "not asked for"
    return [
        ["Policy", f"{policy['title']}, version {policy['version']}"],
        ["In force from", policy["in_force_on"] or instant(at)],
        ["Acknowledged", when],
    ]


def _clause_rows(version: PolicyVersion | None) -> list[list[str]]:
    if version is None:
        return []
    rows = version.clauses.filter(code__in=BINDING).order_by("order")
    return [[code, text] for code, text in rows.values_list("code", "text")]
