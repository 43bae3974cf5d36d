"""What happened in a case, in order of time: the steps and the mail. No outcome stands in it."""

from quartermaster.audit.queries import entries_about
from quartermaster.compliance.models import Case
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step

_TITLES = {
    "prepared": "The referral was prepared by the system",
    "referred": "Confirmed, and referred to the supervisor",
    "dismissed": "Dismissed",
    "cured": "Put right",
    "withdrawn": "Withdrawn",
    "acknowledged": "The supervisor took note",
    "decided": "An outcome was recorded",
    "appealed": "The employee appealed",
    "reviewed": "The appeal was reviewed",
    "closed": "Closed",
    "exported": "The papers were taken",
    "answered": "The employee said their side",
    "paused": "At rest: an exception covers it",
    "resumed": "Goes on: no exception covers it any longer",
    "overdue": "The step is overdue",
    "prolonged": "The deadline became later, by a holiday",
}


def story_of(case: Case) -> list[Step]:
    """Every step, oldest first."""
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.capitalize()),
            entry.actor_label,
            str(entry.data.get("reason", "")),
        )
        for entry in entries_about(case).order_by("seq")
    ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(case).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
