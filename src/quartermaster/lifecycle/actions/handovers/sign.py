"""The signature: custody moves with it, in the same transaction, and never without."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from quartermaster.files import actions as files
from quartermaster.files.models import StoredFile
from quartermaster.inventory.actions import assign, assign_accessory, assign_line
from quartermaster.inventory.actions.common import require_acknowledged
from quartermaster.inventory.rules.custody import Cause
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.handovers.awaited import await_enrolment
from quartermaster.lifecycle.actions.handovers.common import (
    HOUSE,
    move,
    not_for_oneself,
    require_prepared,
    tell,
    the_handover,
)
from quartermaster.lifecycle.actions.handovers.receipt import make_receipt, statement_of
from quartermaster.lifecycle.actions.requests import hand_out_item
from quartermaster.lifecycle.errors import NotReady
from quartermaster.lifecycle.events import HandedOut
from quartermaster.lifecycle.models import Handover, HandoverItem, Reservation
from quartermaster.lifecycle.permits import HANDOVER_ATTEST, HANDOVER_SIGN
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.drawings import redrawn
from quartermaster.lifecycle.rules.handovers import (
    Answer,
    Method,
    Place,
    require_own_name,
    require_reason,
    verb_of,
)
from quartermaster.org.models import Person
from quartermaster.policy.queries import version_in_force


@dataclass(frozen=True)
class Signature:
    """How somebody signs: by their typed name or a drawing (PNG), with explicit consent."""

    consent: bool
    typed_name: str = ""
    drawing: bytes = b""

    @property
    def method(self) -> Method:
        return Method.DRAWN if self.drawing else Method.TYPED


@dataclass(frozen=True)
class Reply:
    """What the holder says to one thing; a refusal has its reason."""

    accepted: bool = True
    reason: str = ""


@dataclass(frozen=True)
class _Signing:
    """One signing under way."""

    signature: Signature
    replies: Mapping[UUID, Reply]
    place: Place
    shown: str
    attested_by: Person | None = None
    identification: str = ""


def sign_handover(
    *,
    handover_id: UUID,
    signature: Signature,
    replies: Mapping[UUID, Reply],
    shown: str,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Sign for what one is handed, or refuse single things; custody moves with it (S-2, C-3).

    ``replies`` are by the item's id; what is not named is accepted. ``shown`` is the digest of
    what was on the page (`queries.shown_digest`).

    Raises:
        NotReady: something stands in the way of handing this out.
        NotAcknowledged: the holder owes the acknowledgement of the policy in force.
        Conflict: it was signed, called off or changed in the meantime.
    """
    with act(actor, at) as doing:
        handover = the_handover(handover_id)
        require(actor, HANDOVER_SIGN, person_id=handover.holder_id)
        _sign(handover, _Signing(signature, replies, Place.OWN, shown), doing)
    return handover


def sign_at_desk(
    *,
    handover_id: UUID,
    signature: Signature,
    replies: Mapping[UUID, Reply],
    shown: str,
    identification: str,
    actor: Actor,
    at: datetime,
) -> Handover:
    """Have the holder sign on ITMD's screen; ITMD attests to have seen identification (S-2)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_ATTEST)
        handover = the_handover(handover_id)
        not_for_oneself(actor, handover.holder_id)
        seen = " ".join(identification.split())
        if not seen or len(seen) > 100:  # noqa: PLR2004 (as the column)
            raise InvalidInput("Say which identification you saw.", field="identification")
        if actor.person_id is None:
            raise Refused("A person has to have seen the identification.")
        witness = Person.objects.get(id=actor.person_id)
        signing = _Signing(signature, replies, Place.DESK, shown, witness, seen)
        _sign(handover, signing, doing)
    return handover


def _sign(handover: Handover, signing: _Signing, doing: Act) -> None:
    require_prepared(handover)
    if handover.expires_at <= doing.at:
        raise Conflict("The time to sign is over. Ask ITMD to make it ready anew.")
    if signing.shown != queries.shown_digest(handover):
        raise Conflict("What is handed out changed since it was shown. Read it again.")
    drawing = _checked(signing.signature, handover.holder, doing)
    items = list(handover.items.select_related("device__model", "accessory", "waived_by"))
    unknown = set(signing.replies) - {item.id for item in items}
    if unknown:
        raise InvalidInput("An answer is about something else than what is handed out.")
    refused = _answer(items, signing.replies)
    taken = [item for item in items if item.answer == Answer.ACCEPTED]
    if taken:
        _require_ready(handover, taken, doing.at)
    what = {item.id: queries.described(item) for item in items}
    for item in taken:
        _hand_over(item, handover, doing.at)
        _fulfil(item, doing.at)
        await_enrolment(item, doing)
    _close(handover, items, what, signing, drawing, doing)
    _tell_signed(handover, taken, refused, doing)


def _checked(signature: Signature, holder: Person, doing: Act) -> StoredFile | None:
    """The kept drawing, None where the name was typed; refused without consent."""
    if not signature.consent:
        raise InvalidInput("Tick that you agree; without it nothing is signed.", field="consent")
    if signature.method is Method.TYPED:
        require_own_name(signature.typed_name, holder.name)
        return None
    return files.store(
        content=redrawn(signature.drawing),
        media_type="image/png",
        name="signature.png",
        actor=doing.actor,
        at=doing.at,
    )


def _answer(items: list[HandoverItem], replies: Mapping[UUID, Reply]) -> int:
    """Write the answer on each thing; how many were refused."""
    refused = 0
    for item in items:
        reply = replies.get(item.id, Reply())
        item.live = False
        item.answer = Answer.ACCEPTED.value
        if not reply.accepted:
            item.answer = Answer.REFUSED.value
            item.refusal = require_reason(reply.reason, f"Say why you do not take {item}")
            refused += 1
        item.save(update_fields=["live", "answer", "refusal"])
    return refused


def _require_ready(handover: Handover, taken: list[HandoverItem], at: datetime) -> None:
    require_acknowledged(handover.holder, at)
    said = queries.person_obstacles(handover.holder, at)
    said += [
        f"{item}: {why}"
        for item in taken
        if (why := queries.item_obstacle(item, handover.holder, at))
    ]
    if said:
        raise NotReady(" ".join(said))


def _hand_over(item: HandoverItem, handover: Handover, at: datetime) -> None:
    """Move one thing to its holder; the lines in a device go with it (S-2)."""
    holder = handover.holder
    cause = Cause(f"Signed for, {handover.number}", "handover", handover.id)
    to: dict[str, Any] = {"holder_id": holder.id, "cause": cause, "actor": HOUSE, "at": at}
    if item.accessory is not None:
        assign_accessory(accessory_id=item.accessory.id, **to)
        return
    assert item.device is not None  # a constraint says so
    assign(device_id=item.device.id, **to)
    for line in queries.lines_in(item.device):
        assign_line(line_id=line.id, department_id=holder.department_id, **to)


def _fulfil(item: HandoverItem, at: datetime) -> None:
    """What was kept for a request is handed out with this; the last one fulfils it (G-7)."""
    thing = item.thing
    field = "device" if item.device is not None else "accessory"
    kept = Reservation.objects.filter(**{field: thing}, ended_at=None).first()
    if kept is not None:
        hand_out_item(item_id=kept.item_id, thing_id=thing.id, actor=HOUSE, at=at)


def _close(
    handover: Handover,
    items: list[HandoverItem],
    what: Mapping[UUID, Mapping[str, object]],
    signing: _Signing,
    drawing: StoredFile | None,
    doing: Act,
) -> None:
    verb = verb_of([Answer(item.answer) for item in items])
    version = version_in_force(doing.at)
    handover.place, handover.method = signing.place.value, signing.signature.method.value
    handover.typed_name = signing.signature.typed_name.strip() if drawing is None else ""
    handover.drawing, handover.attested_by = drawing, signing.attested_by
    handover.identification, handover.policy_version = signing.identification, version
    answers = [
        {**what[item.id], "accepted": item.answer == Answer.ACCEPTED, "refusal": item.refusal}
        for item in items
    ]
    statement = statement_of(handover, answers, doing.at)
    digest = queries.digest_of(statement)
    receipt = None if verb == "refuse" else make_receipt(handover, statement, digest, doing)
    move(
        handover,
        verb,
        doing,
        department=handover.holder.department,
        place=handover.place,
        method=handover.method,
        typed_name=handover.typed_name,
        drawing=drawing,
        attested_by=signing.attested_by,
        identification=signing.identification,
        policy_version=version,
        statement=statement,
        statement_digest=digest,
        receipt=receipt,
    )


def _tell_signed(handover: Handover, taken: list[HandoverItem], refused: int, doing: Act) -> None:
    doing.record(
        "lifecycle.handover.signed",
        handover,
        number=handover.number,
        holder=str(handover.holder_id),
        state=handover.state,
        method=handover.method,
        place=handover.place,
        statement=handover.statement_digest,
        receipt=handover.receipt.digest if handover.receipt else None,
        taken=[str(item) for item in taken],
        refused=refused,
    )
    if handover.receipt is None:
        return
    doing.emit(
        HandedOut(
            handover_id=handover.id,
            holder_id=handover.holder_id,
            device_ids=tuple(item.device_id for item in taken if item.device_id),
            accessory_ids=tuple(item.accessory_id for item in taken if item.accessory_id),
            refused=refused,
        )
    )
    tell(handover, "receipt", doing, files=(handover.receipt,), refused=refused)
