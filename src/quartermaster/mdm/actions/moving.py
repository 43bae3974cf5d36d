"""Bringing enrolments from another server, so that a fleet moves without enrolling anew."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.actions.checkin import place_of
from quartermaster.mdm.actions.escrow import keep_secret
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.elsewhere import MEANS, Former, Move
from quartermaster.mdm.events import DeviceEnrolled
from quartermaster.mdm.models import Certificate, Enrolment, SecretKind
from quartermaster.mdm.states import EnrolmentState
from quartermaster.mdm.ways import Way

UNKNOWN_END = timedelta(days=365)  # until the certificate itself is seen


def bring_enrolments(
    *, driver: str, moves: Sequence[Move], former: Former, actor: Actor, at: datetime
) -> list[Enrolment]:
    """Take over the enrolments that can move, all or none (G-10).

    Each keeps its push address, its secrets and the pin of its certificate, and is asked at once
    for a certificate of ours, which retires the one from elsewhere.

    Raises:
        Conflict: one of them cannot move; nothing was taken over.
    """
    require(actor, permits.ENROLMENTS_BRING)
    stuck = [move for move in moves if move.problem or move.device is None]
    if stuck:
        raise Conflict(f"{stuck[0].found.external_id}: {stuck[0].problem}")
    with act(actor, at) as doing:
        brought = [_bring(driver, move, former, doing) for move in moves]
        doing.record_about(
            "mdm.enrolments.brought", "mdm.enrolment", "", count=len(brought), driver=driver
        )
    return brought


def _bring(driver: str, move: Move, former: Former, doing: Act) -> Enrolment:
    found, device, at = move.found, move.device, doing.at
    if device is None or device.holder_id is None:
        raise Conflict("The device changed meanwhile; look at the plan again.")
    key = new_id()

    def sealed(name: str, plain: bytes) -> bytes | None:
        return vault.seal(plain, place=place_of(key, name)) if plain else None

    enrolment = Enrolment.objects.create(
        id=key,
        device=device,
        person_id=device.holder_id,
        way=Way.IMPORTED,
        driver=driver,
        external_id=found.external_id,
        state=EnrolmentState.ENROLLED,
        topic=found.topic,
        sealed_push_token=sealed("push-token", found.token),
        sealed_push_magic=sealed("push-magic", found.magic),
        sealed_unlock_token=sealed("unlock-token", found.unlock_token),
        token_at=at,
        former_terms=dict(former.terms),
        created_at=at,
        enrolled_at=at,
    )
    Certificate.objects.bulk_create(
        Certificate(
            enrolment=enrolment,
            fingerprint=pin.fingerprint,
            serial=pin.serial,
            means=MEANS,
            issued_at=at,
            expires_at=pin.expires_at or at + UNKNOWN_END,
            first_used_at=at,
            renew_at=at,
        )
        for pin in found.pins
    )
    if found.bootstrap_token:
        keep_secret(
            device_id=device.id,
            kind=SecretKind.BOOTSTRAP_TOKEN,
            value=found.bootstrap_token,
            actor=doing.actor,
            at=at,
        )
    keep_facts(device.id, found.facts)
    doing.record("mdm.enrolment.brought", enrolment, device=device.asset_tag)
    doing.emit(DeviceEnrolled(device_id=device.id, enrolment_id=enrolment.id))
    return enrolment
