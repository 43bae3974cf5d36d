"""Surplus lots: put together, approved by another person, disposed of by the surplus office."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.files.models import StoredFile
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions import Cause
from quartermaster.inventory.actions.devices import require_not_held
from quartermaster.inventory.models import Accessory, Device, DeviceClass, DeviceStatus
from quartermaster.inventory.queries import accessory_for_update, device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.kernel.words import said
from quartermaster.lifecycle.models import (
    DisposalLine,
    HandoverItem,
    Reservation,
    Sanitisation,
    SurplusLot,
)
from quartermaster.lifecycle.return_errors import AnotherPerson, SanitiseFirst
from quartermaster.lifecycle.return_permits import SURPLUS_APPROVE, SURPLUS_MANAGE
from quartermaster.lifecycle.rules.disposals import (
    LOT,
    MOST_CENTS,
    MOST_DEVICES,
    PAID,
    LotState,
    Way,
    allocate,
)

HOUSE = system("surplus")


def open_lot(*, title: str, actor: Actor, at: datetime) -> SurplusLot:
    """Begin a lot of what the City does not need any longer (C-3)."""
    require(actor, SURPLUS_MANAGE)
    if actor.person_id is None:
        raise Refused("Two people stand for a lot, so a person begins it.")
    text = title.strip()
    if not 0 < len(text) <= 120:  # noqa: PLR2004 (as the column)
        raise InvalidInput("Name the lot, in 120 characters at most.", field="title")
    with act(actor, at) as doing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('lifecycle_lot_number')")
            number = f"SL-{localdate(at).year}-{cursor.fetchone()[0]:04}"
        made = SurplusLot.objects.create(
            number=number, title=text, opened_at=at, opened_by_id=actor.person_id
        )
        doing.record("lifecycle.lot.opened", made, number=number)
    return made


def add_to_lot(*, lot: SurplusLot, device_id: UUID, actor: Actor, at: datetime) -> DisposalLine:
    """Put a device out of stock into a lot: sanitised, or one that keeps nothing (C-3).

    Raises:
        SanitiseFirst: nobody has verified that it was sanitised since its last use.
        Held: a legal hold keeps it.
    """
    with act(actor, at) as doing:
        require(actor, SURPLUS_MANAGE)
        found = the_lot(lot.id)
        _require_room(found)
        device = device_for_update(device_id)
        require_leaves(device, at)
        proof = Sanitisation.objects.filter(device=device, holds=True).first()
        try:
            with transaction.atomic():
                line = DisposalLine.objects.create(
                    lot=found,
                    device=device,
                    department=device.department,
                    sanitisation=proof,
                    added_at=at,
                    added_by=actor.label[:200],
                )
        except IntegrityError as race:
            raise Conflict(f"{device} is in a lot already.") from race
        doing.record("lifecycle.lot.added", found, device=device.asset_tag)
    return line


def add_accessory_to_lot(
    *, lot: SurplusLot, accessory_id: UUID, actor: Actor, at: datetime
) -> DisposalLine:
    """Put an accessory out of stock into a lot; it keeps nothing of its user (C-3)."""
    with act(actor, at) as doing:
        require(actor, SURPLUS_MANAGE)
        found = the_lot(lot.id)
        _require_room(found)
        accessory = accessory_for_update(accessory_id)
        require_free(accessory)
        try:
            with transaction.atomic():
                line = DisposalLine.objects.create(
                    lot=found,
                    accessory=accessory,
                    department=accessory.department,
                    added_at=at,
                    added_by=actor.label[:200],
                )
        except IntegrityError as race:
            raise Conflict(f"{accessory} is in a lot already.") from race
        doing.record("lifecycle.lot.added", found, accessory=accessory.asset_tag)
    return line


def _require_room(lot: SurplusLot) -> None:
    _require_collecting(lot)
    if lot.lines.count() >= MOST_DEVICES:
        raise Conflict(f"A lot has {MOST_DEVICES} things at most.")


def require_free(accessory: Accessory) -> None:
    """Raise unless an accessory may leave: nobody has it, and it is kept for nobody."""
    if accessory.retired or accessory.holder_id is not None:
        raise Conflict(f"{accessory} is not in stock.")
    kept = Reservation.objects.filter(accessory=accessory, ended_at=None).exists()
    if kept or HandoverItem.objects.filter(accessory=accessory, live=True).exists():
        raise Conflict(f"{accessory} is kept for somebody.")


def _require_leave(line: DisposalLine, at: datetime) -> None:
    """Raise unless the thing may leave as it is now, which it holds on to until the end."""
    if line.device_id is not None:
        require_leaves(device_for_update(line.device_id), at)
    elif line.accessory_id is not None:
        require_free(accessory_for_update(line.accessory_id))


def require_leaves(device: Device, at: datetime) -> None:
    """Raise unless a device may leave by the City's procedure."""
    if device.personal:
        raise Conflict("A personal device is its owner's.")
    if device.status != DeviceStatus.IN_STOCK:
        raise Conflict(f"{device} is not in stock.")
    require_not_held(device, at)
    keeps = device.device_class != DeviceClass.HOTSPOT
    if keeps and not Sanitisation.objects.filter(device=device, holds=True).exists():
        raise SanitiseFirst(f"Nobody has verified that {device} was sanitised since its last use.")


def remove_from_lot(*, line: DisposalLine, actor: Actor, at: datetime) -> SurplusLot:
    """Take a thing out of a lot that is being put together (C-3)."""
    with act(actor, at) as doing:
        require(actor, SURPLUS_MANAGE)
        lot = the_lot(line.lot_id)
        _require_collecting(lot)
        if not DisposalLine.objects.filter(id=line.id, lot=lot).delete()[0]:
            raise NotFound("There is no such thing in the lot.")
        doing.record("lifecycle.lot.removed", lot, thing=line.thing.asset_tag)
    return lot


def approve_lot(*, lot: SurplusLot, actor: Actor, at: datetime) -> SurplusLot:
    """Approve a lot, as another person than who put it together (C-3)."""
    require(actor, SURPLUS_APPROVE)
    with act(actor, at) as doing:
        found = the_lot(lot.id)
        if actor.person_id is None or actor.person_id == found.opened_by_id:
            raise AnotherPerson("Somebody else than who began the lot approves it.")
        lines = list(found.lines.all())
        if not lines:
            raise Conflict("There is nothing in the lot.")
        for line in lines:
            _require_leave(line, at)
        _move(found, "approve", doing, approved_at=at, approved_by_id=actor.person_id)
    return found


def reopen_lot(*, lot: SurplusLot, reason: str, actor: Actor, at: datetime) -> SurplusLot:
    """Take an approval back, so that the lot can be changed; it is approved anew (C-3)."""
    require(actor, SURPLUS_MANAGE)
    with act(actor, at) as doing:
        found = the_lot(lot.id)
        why = said(reason, "Say why")
        _move(found, "reopen", doing, why, approved_at=None, approved_by=None)
    return found


def cancel_lot(*, lot: SurplusLot, reason: str, actor: Actor, at: datetime) -> SurplusLot:
    """Call a lot off: its devices stay in stock (C-3)."""
    require(actor, SURPLUS_MANAGE)
    with act(actor, at) as doing:
        found = the_lot(lot.id)
        why = said(reason, "Say why")
        found.lines.all().delete()
        _move(found, "cancel", doing, why, closed_at=at, closing=why)
    return found


def dispose_lot(
    *,
    lot: SurplusLot,
    way: Way,
    document: str,
    disposed_on: date,
    proceeds_cents: int,
    actor: Actor,
    at: datetime,
) -> SurplusLot:
    """Enter what the City's surplus office did with a lot, and what it brought (C-3).

    Its devices leave the inventory; the proceeds are shared out to their departments.
    """
    require(actor, SURPLUS_MANAGE)
    with act(actor, at) as doing:
        found = the_lot(lot.id)
        LOT.target("dispose", LotState(found.state))
        paper = document.strip()
        if not 0 < len(paper) <= 60:  # noqa: PLR2004 (as the column)
            raise InvalidInput(
                "Enter the number of the surplus office's document.", field="document"
            )
        if not localdate(found.opened_at) <= disposed_on <= localdate(at):
            raise InvalidInput("Between the day of the lot and today.", field="disposed_on")
        if not 0 <= proceeds_cents <= MOST_CENTS or (proceeds_cents and way not in PAID):
            raise InvalidInput("Only what is sold or auctioned brings money.", field="proceeds")
        lines = list(
            found.lines.select_related("device__model", "accessory", "department", "sanitisation")
        )
        for line in lines:
            _require_leave(line, at)
        _share_out(lines, proceeds_cents)
        _move(
            found,
            "dispose",
            doing,
            way=way,
            document=paper,
            disposed_on=disposed_on,
            proceeds_cents=proceeds_cents,
            closed_at=at,
        )
        cause = Cause(f"{way.label} by the surplus office, {paper}", "lifecycle.lot", found.id)
        for line in lines:
            _retire(line, cause, at)
        certificate = _certificate(found, lines, doing)
        SurplusLot.objects.filter(id=found.id).update(certificate=certificate)
        found.certificate = certificate
        doing.record(
            "lifecycle.lot.certified",
            found,
            certificate=certificate.digest,
            things=[line.thing.asset_tag for line in lines],
            proceeds_cents=proceeds_cents,
        )
    return found


def _retire(line: DisposalLine, cause: Cause, at: datetime) -> None:
    ends: dict[str, Any] = {"cause": cause, "actor": HOUSE, "at": at}
    if line.device_id is not None:
        inventory.retire(device_id=line.device_id, **ends)
    elif line.accessory_id is not None:
        inventory.retire_accessory(accessory_id=line.accessory_id, **ends)


def _share_out(lines: list[DisposalLine], cents: int) -> None:
    parts = allocate(cents, [line.department_id for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line.proceeds_cents = part
        line.save(update_fields=["proceeds_cents"])


def the_lot(lot_id: UUID) -> SurplusLot:
    """The lot to change, locked until the transaction ends."""
    found = SurplusLot.objects.select_for_update().filter(id=lot_id).first()
    if found is None:
        raise NotFound("There is no such lot.")
    return found


def _require_collecting(lot: SurplusLot) -> None:
    if lot.state != LotState.COLLECTING:
        raise Conflict("The lot is not being put together any longer. Reopen it first.")


def _move(lot: SurplusLot, verb: str, doing: Act, reason: str = "", **more: Any) -> None:
    step = LOT.transitions[verb]
    rows = SurplusLot.objects.filter(id=lot.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, **more) != 1:
        LOT.target(verb, LotState(lot.state))
        raise Conflict("The lot was changed in the meantime. Look at it again.")
    lot.refresh_from_db()
    doing.record(f"lifecycle.lot.{step.target.value}", lot, number=lot.number, reason=reason)


def _certificate(lot: SurplusLot, lines: list[DisposalLine], doing: Act) -> StoredFile:
    shares: dict[str, int] = {}
    for line in lines:
        place = line.department.name
        shares[place] = shares.get(place, 0) + (line.proceeds_cents or 0)
    shown = {
        "facts": [
            ["Lot", f"{lot.number}, {lot.title}"],
            ["Put together by", str(lot.opened_by)],
            ["Approved by", str(lot.approved_by)],
            ["What was done", lot.get_way_display()],
            ["Document of the surplus office", lot.document],
            ["On", f"{lot.disposed_on:%B %-d, %Y}" if lot.disposed_on else "—"],
            ["Proceeds", dollars(lot.proceeds_cents or 0)],
        ],
        "lines": [_row(line) for line in lines],
        "shares": [[place, dollars(cents)] for place, cents in sorted(shares.items())],
    }
    title = f"Disposal of lot {lot.number}"
    content = papers.render(
        "lifecycle/papers/lot.typ", shown, title=title, at=doing.at.replace(microsecond=0)
    )
    return files.store(
        content=content,
        media_type=papers.PDF,
        name=f"lot-{lot.number}.pdf",
        actor=doing.actor,
        at=doing.at,
    )


def _row(line: DisposalLine) -> list[str]:
    proof = line.sanitisation
    said = "Keeps nothing of its user"
    if proof is not None:
        said = f"{proof.get_method_display()}, {proof.get_technique_display()}"
    thing, money = line.thing, dollars(line.proceeds_cents or 0)
    what = thing.name if isinstance(thing, Accessory) else str(thing.model or "—")
    return [thing.asset_tag, what, line.department.name, said, money]
