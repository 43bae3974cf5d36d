"""Mail about records: receipts and reminders. It quotes no content of a record."""

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Standing
from quartermaster.records.actions.telling import tell_custodians
from quartermaster.records.models import Announcement, Record


def tell_author(record: Record, what: str, doing: Act) -> None:
    """A receipt, or the question whether it is deleted on the device."""
    if record.author.standing != Standing.ACTIVE:
        return
    send(
        template="records/capture/record",
        to=record.author.email,
        name=record.author.name,
        context={
            "record": record,
            "what": what,
            "count": record.items.count(),
            "link": f"{settings.WEB_URL}/records/{record.id}/",
        },
        key=f"records.record/{record.id}/{what}/{record.residue_reminders}"
        f"/{record.residue_said_at:%Y%m%dT%H%M%S}",
        actor=doing.actor,
        at=doing.at,
        about=record,
    )


def tell_announced(announced: Announcement, what: str, doing: Act) -> None:
    """That it was announced, or still is not here."""
    if announced.person.standing != Standing.ACTIVE:
        return
    send(
        template="records/capture/announced",
        to=announced.person.email,
        name=announced.person.name,
        context={
            "announced": announced,
            "what": what,
            "link": f"{settings.WEB_URL}/records/save/?announced={announced.id}",
        },
        key=f"records.announcement/{announced.id}/{what}/{announced.reminders}",
        actor=doing.actor,
        at=doing.at,
        about=announced,
    )


def tell_overdue(announced: Announcement, doing: Act) -> None:
    """After the last reminder the records custodian sees to it."""
    tell_custodians(
        "records/capture/overdue",
        announced,
        doing,
        link="/records/announced/",
        key=f"records.announcement/{announced.id}/overdue",
        announced=announced,
    )
