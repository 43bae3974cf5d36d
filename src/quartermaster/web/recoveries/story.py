"""What happened in a recovery, in order of time: the steps and the mail."""

from quartermaster.audit.queries import entries_about
from quartermaster.lifecycle.models import Recovery
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step

_TITLES = {
    "opened": "Opened",
    "begun": "The last day came",
    "dated": "The last day changed",
    "due": "Due: {thing}",
    "settled": "Settled: {thing}",
    "charged": "Charged: {thing}, {amount}",
    "paid": "Paid: {thing}, {amount}",
    "valued": "Valued: {thing}",
    "let-go-asked": "To be let go: {thing}",
    "let-go": "Let go by two people: {thing}",
    "kept-due": "Stays due: {thing}",
    "demanded": "Demanded in writing",
    "handed-over": "Handed to the City Attorney",
    "letter-opened": "A letter was opened",
    "opened-again": "Opened again",
    "called-off": "Called off",
    "closed": "Closed",
}
_STEPS = {
    "notice": "Told",
    "reminder": "Reminded",
    "lock": "Locking {thing}",
    "wipe": "Erasing {thing}",
    "suspend": "Suspending {thing}",
    "overdue": "A letter is due",
    "unanswered": "The letter was not answered",
}


def story_of(recovery: Recovery) -> list[Step]:
    """Every step, oldest first."""
    steps = []
    for entry in entries_about(recovery).order_by("seq"):
        word, data = entry.tag.rpartition(".")[2], dict(entry.data)
        title = _STEPS.get(data.get("step", "")) if word == "stepped" else _TITLES.get(word)
        said = data.get("reason") or data.get("outcome") or data.get("note") or ""
        shown = (title or word.capitalize()).format(
            thing=data.get("thing", ""), amount=data.get("amount", "")
        )
        steps.append(Step(entry.at, shown.strip(), entry.actor_label, str(said)))
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(recovery).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
