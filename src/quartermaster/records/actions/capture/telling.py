"""Mail about records: receipts and reminders. It quotes no content of a record."""

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
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


def tell_custodians(announced: Announcement, doing: Act) -> None:
    """After the last reminder the records custodian sees to it."""
    for person in people_with_role(Role.CUSTODIAN, doing.at).order_by("number"):
        send(
            template="records/capture/overdue",
            to=person.email,
            name=person.name,
            context={
                "announced": announced,
                "link": f"{settings.WEB_URL}/records/announced/",
            },
            key=f"records.announcement/{announced.id}/overdue/{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=announced,
        )
