"""What happened in a case, in order of time: the steps and the mail."""

from collections.abc import Mapping
from typing import Any

from quartermaster.audit.queries import entries_about
from quartermaster.billing.queries.line_orders import line_orders_for
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.lifecycle.actions.losses.lines import cause_of
from quartermaster.lifecycle.models import Loss
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step

_TITLES = {
    "reported": "Reported",
    "located": "Asked where it is",
    "erasure-planned": "The erasure was planned",
    "erasure-asked": "The erasure was asked for",
    "erasure-not-asked": "The planned erasure could not be asked for",
    "erased": "The device confirmed the erasure",
    "unconfirmed": "The erasure was not confirmed",
    "called-off": "The erasure was called off",
    "line-suspended": "The line was suspended here",
    "line-not-waited-for": "The erasure was not waited for",
    "line-confirmed": "The carrier suspended the line",
    "line-restored": "The line was restored",
    "line-stop-asked": "The line is to be suspended",
    "line-stop-sent": "The line waits for the erasure no longer",
    "line-restore-asked": "The carrier was asked to restore the line",
    "police-report": "The police report was entered",
    "side-stated": "The employee said their side",
    "decided": "Responsibility was decided",
    "replacement-chosen": "A replacement was chosen",
    "replacement-ordered": "A replacement has to be ordered",
    "replacement-none": "No replacement is needed",
    "replacement-given": "The replacement was handed out",
    "replacement-called-off": "The replacement was called off",
    "lost-mode-stays": "Lost mode could not be ended",
    "found": "Found",
    "found-late": "Found after the erasure was sent",
    "sent-to-repair": "Sent to repair",
    "repaired": "Fit for use",
    "given-up": "Beyond repair",
    "closed": "Closed",
    "write-off-asked": "The write-off was asked for",
    "written-off": "Written off",
}


_WORDS = {
    "billing.line-order.sent": "asked of the carrier",
    "billing.line-order.confirmed": "confirmed by the carrier",
    "billing.line-order.refused": "refused by the carrier",
    "billing.line-order.called-off": "called off",
    "billing.line-order.recalled": "called back",
    "billing.line-order.not-waited-for": "the erasure was not waited for",
}


def _told(data: Mapping[str, Any]) -> str:
    """What the entry says of it: to whom, why, under which reference."""
    return str(data.get("reference") or data.get("reason") or data.get("why") or "")


def story_of(loss: Loss) -> list[Step]:
    """Every step, oldest first."""
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.replace("-", " ").capitalize()),
            entry.actor_label,
            str(entry.data.get("reason") or pretty_number(entry.data.get("line") or "")),
        )
        for entry in entries_about(loss).order_by("seq")
    ]
    for order in line_orders_for(cause_of(loss)):
        steps += [
            Step(entry.at, f"{order}: {_WORDS[entry.tag]}", entry.actor_label, _told(entry.data))
            for entry in entries_about(order).filter(tag__in=_WORDS).order_by("seq")
        ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(loss).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
