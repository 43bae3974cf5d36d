"""Having something done to a device by a person's wish."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.actions.commands import queue_orders
from quartermaster.mdm.actions.escrow import current_secret, keep_secret
from quartermaster.mdm.driver import Secrets, driver_named
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, Enrolment, SecretKind
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.verbs import VERBS, Verb, checked

LONGEST_REASON = 500


def perform(
    *,
    enrolment: Enrolment,
    verb: str,
    arguments: Mapping[str, str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> list[Command]:
    """Have one verb carried out on a device, with a reason that is kept (G-10, G-11).

    Raises:
        NotFound: there is no such verb.
        NotPossible: the device cannot do it; the sentence says why.
        InvalidInput: no reason, or something in the arguments.
    """
    asked = _verb(verb)
    device = enrolment.device
    require(actor, asked.permit, person_id=device.holder_id, department_id=device.department_id)
    if not reason.strip():
        raise InvalidInput("Say why; the reason is kept.")
    said = checked(asked, arguments)
    context = context_of(device)
    driver = driver_named(enrolment.driver)
    problem = driver.why_not(asked.code, context)
    if problem:
        raise NotPossible(problem)
    with act(actor, at) as doing:
        made = driver.perform(asked.code, said, context, _secrets(enrolment))
        for kind, value in made.keep.items():
            keep_secret(device_id=device.id, kind=kind, value=value, actor=actor, at=at)
        commands = queue_orders(enrolment=enrolment, orders=made.orders, actor=actor, at=at)
        Command.objects.filter(id__in=[item.id for item in commands]).update(
            reason=reason.strip()[:LONGEST_REASON], expires_at=at + timedelta(hours=asked.hours)
        )
        doing.record(
            "mdm.device.acted-on",
            device,
            verb=asked.code,
            device=device.asset_tag,
            reason=reason.strip()[:LONGEST_REASON],
        )
    return commands


def _verb(code: str) -> Verb:
    verb = VERBS.get(code)
    if verb is None:
        raise NotFound(f"There is no verb “{code[:40]}”.")
    return verb


def _secrets(enrolment: Enrolment) -> Secrets:
    """What is kept of this device and may have to go into a command."""
    sealed = enrolment.sealed_unlock_token
    return Secrets(
        unlock_token=vault.unseal(bytes(sealed), place=place(enrolment, "unlock-token"))
        if sealed
        else b"",
        recovery_lock=current_secret(enrolment.device_id, SecretKind.RECOVERY_LOCK) or b"",
    )
