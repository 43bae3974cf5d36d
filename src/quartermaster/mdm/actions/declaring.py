"""What is declared to a device, kept as it was announced; and what the device reports of it."""

from datetime import datetime

from quartermaster.kernel.errors import HouseError
from quartermaster.mdm.driver import Payload
from quartermaster.mdm.models import Announcement, DeclaredState, Enrolment, StatusReport

MOST_UNLEARNED = 50


class TooManyReports(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The device reports faster than is learned; it will say it again."""

    code = "try-later"
    status = 503


def announce(enrolment: Enrolment, payload: Payload, at: datetime) -> None:
    """Keep what the device is about to fetch, in the transaction that tells it to (G-10)."""
    Announcement.objects.update_or_create(
        enrolment=enrolment,
        defaults={"token": payload.digest, "body": payload.body, "announced_at": at},
    )


def withdraw(enrolment: Enrolment) -> None:
    """Declare nothing any longer: the device removes what it had."""
    Announcement.objects.filter(enrolment=enrolment).delete()


def keep_status(*, enrolment: Enrolment, body: bytes, at: datetime) -> StatusReport:
    """Keep a report as it came; what it says is learned after the reply (G-3, G-10).

    Raises:
        TooManyReports: so many wait already that this device is asked to come later.
    """
    waiting = StatusReport.objects.filter(enrolment=enrolment, learn_due_at__isnull=False)
    if waiting.count() >= MOST_UNLEARNED:
        raise TooManyReports("So many reports of this device wait already; send it again later.")
    return StatusReport.objects.create(
        enrolment=enrolment, body=body, received_at=at, learn_due_at=at
    )


def forget_declared(enrolment: Enrolment) -> None:
    """A device that starts over has nothing of what it had."""
    withdraw(enrolment)
    DeclaredState.objects.filter(enrolment=enrolment).delete()
    StatusReport.objects.filter(enrolment=enrolment).delete()
