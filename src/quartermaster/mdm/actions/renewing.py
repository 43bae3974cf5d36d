"""Having devices renew their certificates before these run out."""

from datetime import datetime, timedelta

from django.db.models import Q

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import Renewing, RenewsIdentities
from quartermaster.mdm.actions.commands import COMMAND_LIFE, queue_orders
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Certificate, Command, Enrolment, Renewal
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules.renewal import ASK_AGAIN
from quartermaster.mdm.states import RENEWAL, EnrolmentState, RenewalState
from quartermaster.mdm.tokens import new_token, token_hash
from quartermaster.mdm.ways import Way

BATCH = 200
AFTER_THE_COMMAND = timedelta(days=1)  # a device may take a while over what it was sent


def renew_identity(*, enrolment: Enrolment, actor: Actor, at: datetime) -> list[Command]:
    """Have a device renew its certificate, with leave for one new one (G-10).

    An earlier leave dies. The enrolment stays what it is; the present certificate stays good
    until the new one is used.

    Raises:
        NotPossible: the platform's identities are not renewed.
        Conflict: the device is not enrolled.
    """
    driver = driver_named(enrolment.driver)
    if not isinstance(driver, RenewsIdentities):
        raise NotPossible("The identities of this platform are not renewed from here.")
    terms = enrolment.invitation.terms if enrolment.invitation else enrolment.former_terms
    if not terms and enrolment.way == Way.IMPORTED:
        raise NotPossible("What this device enrolled under elsewhere is not known; enrol it anew.")
    challenge = new_token()
    device = enrolment.device
    with act(actor, at) as doing:
        renewal = driver.renewal(
            Renewing(
                enrolment_id=enrolment.id,
                challenge=challenge,
                topic=enrolment.topic,
                terms=terms or {},
                context=context_of(device),
                at=at,
            )
        )
        made = queue_orders(enrolment=enrolment, orders=[renewal.order], actor=actor, at=at)
        open_ones = Renewal.objects.filter(enrolment=enrolment, state=RenewalState.OPEN)
        open_ones.update(state=RENEWAL.transitions["replace"].target)
        Renewal.objects.create(
            enrolment=enrolment,
            challenge_hash=token_hash(challenge),
            means=renewal.means,
            created_at=at,
            created_by=actor.label,
            expires_at=at + COMMAND_LIFE + AFTER_THE_COMMAND,
        )
        doing.record("mdm.identity.renewal-asked", enrolment, device=device.asset_tag)
    return made


def renew_due(*, actor: Actor, at: datetime, limit: int = BATCH) -> int:
    """Ask the devices whose certificates are due to renew them; how many there were (G-10).

    Asked again once the command has waited its time: the challenge in it is dead by then.
    """
    require(actor, permits.COMMAND_SEND)
    asked = 0
    with act(actor, at):  # one turn at the ledger for all
        for certificate in _claim(at, limit):
            Certificate.objects.filter(id=certificate.id).update(renew_at=at + ASK_AGAIN)
            try:
                renew_identity(enrolment=certificate.enrolment, actor=actor, at=at)
            except (NotPossible, Conflict):
                continue  # a platform without renewal; asked again in its time
            asked += 1
    return asked


def _claim(at: datetime, limit: int) -> list[Certificate]:
    due = Certificate.objects.select_related("enrolment__device", "enrolment__invitation").filter(
        Q(renew_at__lte=at),
        revoked_at=None,
        expires_at__gt=at,
        enrolment__state=EnrolmentState.ENROLLED,
    )
    locked = due.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("renew_at", "id")[:limit])


def expire_renewals(*, actor: Actor, at: datetime) -> int:
    """Let leave for renewal that was not used in time expire (G-10)."""
    require(actor, permits.COMMAND_SEND)
    step = RENEWAL.transitions["expire"]
    late = Renewal.objects.filter(state__in=step.sources, expires_at__lte=at)
    with act(actor, at) as doing:
        count = late.update(state=step.target)
        if count:
            doing.record_about("mdm.renewals.expired", "mdm.renewal", "", count=count)
    return count
