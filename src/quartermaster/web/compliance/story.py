"""The story of a finding: what was done about it and what was mailed, in order of time."""

from dataclasses import dataclass
from datetime import datetime

from quartermaster.audit.queries import entries_about
from quartermaster.compliance.models import Finding
from quartermaster.notify.models import Message
from quartermaster.notify.queries import messages_about

_TITLES = {
    "opened": "Seen",
    "noticed": "The holder was told",
    "overdue": "The time to put it right ran out",
    "cured": "Put right",
    "excepted": "An exception came into force",
    "withdrawn": "Withdrawn",
    "extension-asked": "The holder asked for more time",
    "extended": "More time was granted",
    "extension-declined": "More time was declined",
    "extension-lapsed": "Nobody decided on more time",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened. ``message`` is the mail, as it was sent."""

    at: datetime
    title: str
    who: str
    reason: str = ""
    message: Message | None = None


def story_of(finding: Finding) -> list[Step]:
    """Every step, oldest first."""
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.replace("-", " ").capitalize()),
            entry.actor_label,
            str(entry.data.get("reason", "")),
        )
        for entry in entries_about(finding).order_by("seq")
    ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(finding).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
