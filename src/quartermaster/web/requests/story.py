"""What happened with a request, in order of time: the steps and the mail."""

from quartermaster.audit.queries import entries_about
from quartermaster.lifecycle.models import Request
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step

_TITLES = {
    "asked": "Asked for",
    "recommended": "Recommended to ITMD",
    "declined": "Not recommended",
    "authorised": "Authorised",
    "refused": "Refused",
    "fulfilled": "Everything was handed out",
    "withdrawn": "Withdrawn",
    "expired": "Expired",
    "overdue": "The step is overdue; others may take it, too",
    "moved": "The person moved; the new department's coordinator looks at it",
}


def story_of(request: Request) -> list[Step]:
    """Every step, oldest first."""
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.capitalize()),
            entry.actor_label,
            str(entry.data.get("reason", "")),
        )
        for entry in entries_about(request).order_by("seq")
    ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(request).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
