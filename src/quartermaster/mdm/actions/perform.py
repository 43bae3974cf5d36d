"""Having something done to a device by a person's wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.acting import why_not_now
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.actions.commands import queue_orders, refresh_posture
from quartermaster.mdm.actions.escrow import current_secret, keep_secret
from quartermaster.mdm.driver import Context, Secrets, driver_named
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, Enrolment, SecretKind
from quartermaster.mdm.queries import sealed_context_of
from quartermaster.mdm.verbs import REFRESH, VERBS, Verb, checked

LONGEST_REASON = 500
LONGEST_KEY = 60
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Wish:
    """What a person wants done to one device, checked."""

    enrolment: Enrolment
    asked: Verb
    said: Mapping[str, str]
    reason: str
    request_key: str = ""


def perform(
    *,
    enrolment: Enrolment,
    verb: str,
    arguments: Mapping[str, str],
    reason: str,
    actor: Actor,
    at: datetime,
    request_key: str = "",
) -> list[Command]:
    """Have one verb carried out on a device, with a reason that is kept (G-10, G-11).

    The same ``request_key`` a second time gives the commands of the first time.

    Raises:
        NotFound: there is no such verb.
        NotPossible: the device cannot do it; the sentence says why.
        InvalidInput: no reason, or something in the arguments.
        Conflict: the key was used for another wish, or the device is not enrolled.
    """
    asked = _verb(verb)
    device = enrolment.device
    require(actor, asked.permit, person_id=device.holder_id, department_id=device.department_id)
    if not reason.strip():
        raise InvalidInput("Say why; the reason is kept.", field="reason")
    if len(request_key) > LONGEST_KEY or not request_key.isprintable():
        raise InvalidInput(f"An idempotency key has {LONGEST_KEY} plain characters at most.")
    kept = reason.strip()[:LONGEST_REASON]
    wish = Wish(enrolment, asked, checked(asked, arguments), kept, request_key)
    known = _wished_before(wish)
    if known:
        return known
    context = sealed_context_of(device, driver_named(enrolment.driver), at)
    problem = why_not_now(enrolment, asked, context)
    if problem:
        raise NotPossible(problem)
    try:
        with transaction.atomic():
            return _fulfil(wish, context, actor, at)
    except IntegrityError as race:
        known = _wished_before(wish)
        if not known:
            raise Conflict("Somebody asked for the same at this moment.") from race
        return known


def _fulfil(wish: Wish, context: Context, actor: Actor, at: datetime) -> list[Command]:
    enrolment, asked = wish.enrolment, wish.asked
    device = enrolment.device
    with act(actor, at) as doing:
        secrets = _secrets(enrolment)
        made = driver_named(enrolment.driver).perform(asked.code, wish.said, context, secrets)
        commands = queue_orders(enrolment=enrolment, orders=made.orders, actor=actor, at=at)
        for number, command in enumerate(commands):
            named = f"{wish.request_key}/{asked.code}/{number}" if wish.request_key else ""
            Command.objects.filter(id=command.id).update(
                reason=wish.reason,
                expires_at=at + timedelta(hours=asked.hours),
                request_key=named,
            )
            command.refresh_from_db()
        for kind, value in made.keep.items():
            keep_secret(
                device_id=device.id, kind=kind, value=value, actor=actor, at=at, command=commands[0]
            )
        doing.record(
            "mdm.device.acted-on",
            device,
            verb=asked.code,
            device=device.asset_tag,
            reason=wish.reason,
        )
    return commands


def _wished_before(wish: Wish) -> list[Command]:
    """The commands of an earlier wish under the same key."""
    if not wish.request_key:
        return []
    rows = Command.objects.filter(
        enrolment=wish.enrolment, request_key__startswith=f"{wish.request_key}/"
    ).order_by("id")
    named = [(row.request_key.rsplit("/", 2), row) for row in rows]
    known = [(verb, row) for (key, verb, _), row in named if key == wish.request_key]
    if any(verb != wish.asked.code for verb, _ in known):
        raise Conflict("This idempotency key was used for another wish.")
    return [row for _, row in known]


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
        disk_key=current_secret(enrolment.device_id, SecretKind.DISK_KEY) or b"",
    )


@dataclass(frozen=True)
class Bulk:
    """What became of a wish for many devices: how many take it, and who cannot, with why."""

    done: int
    refused: tuple[tuple[Enrolment, str], ...]


def perform_many(
    *,
    enrolments: Sequence[Enrolment],
    verb: str,
    arguments: Mapping[str, str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> Bulk:
    """Have one of the harmless verbs carried out on a bounded list of devices (G-10).

    Raises:
        InvalidInput: too many devices, or nothing that is done to many at once.
    """
    require(actor, permits.COMMAND_SEND)
    if len(enrolments) > MOST_AT_ONCE:
        raise InvalidInput(f"At most {MOST_AT_ONCE} devices at once; narrow the list.")
    if verb != REFRESH and not (verb in VERBS and VERBS[verb].many):
        raise InvalidInput("This is not done to many devices at once.", field="verb")
    done = 0
    refused: list[tuple[Enrolment, str]] = []
    for enrolment in enrolments:
        try:
            if verb == REFRESH:
                refresh_posture(enrolment=enrolment, actor=actor, at=at)
            else:
                perform(
                    enrolment=enrolment,
                    verb=verb,
                    arguments=arguments,
                    reason=reason,
                    actor=actor,
                    at=at,
                )
            done += 1
        except (NotPossible, Conflict) as problem:
            refused.append((enrolment, problem.message))
    return Bulk(done, tuple(refused))
