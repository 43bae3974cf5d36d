"""Keeping what a file says: its parts in force, what they replace, invoices, differences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.bulk import insert_many
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor
from quartermaster.usage import import_events as events
from quartermaster.usage import packing, sealing
from quartermaster.usage.actions.differences.finding import follow
from quartermaster.usage.models import CarrierFile, ImportedPart, RefusedRow
from quartermaster.usage.reading.tables import Found
from quartermaster.usage.rules.contents import Content, Refusal
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.imports import FILE, MOST_REFUSED_ROWS, PART, FileState, PartState

BY_ITSELF = "A later file of the same cycle came."


@dataclass
class Piece:
    """One family of one account and cycle on its way in."""

    family: Family
    cycle: Cycle
    profile_key: str
    name: str
    found: Found
    content: Content | None = None
    rows: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def keep(
    *,
    file: CarrierFile,
    pieces: list[Piece],
    numbers: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> None:
    """Everything at once: after it the file is imported, or nothing happened (G-12)."""
    with act(actor, at) as doing:
        for cycle in sorted({piece.cycle for piece in pieces}):
            take_turn(turn(cycle))
        for piece in pieces:
            _put_in_force(file, piece, numbers.get(piece.profile_key, 0), doing)
        _keep_refusals(file, pieces)
        for cycle in sorted({piece.cycle for piece in pieces if piece.content is not None}):
            follow(cycle, file, doing)
        rows = CarrierFile.objects.filter(pk=file.pk, state=FileState.READING.value)
        changed = rows.update(
            state=FILE.transitions["import"].target.value,
            due_at=None,
            finished_at=at,
            progress="",
            said=_summary(pieces),
        )
        if changed != 1:
            raise Conflict("This file is read by somebody else.")
        doing.record(
            "usage.file.imported",
            file,
            parts=len(pieces),
            rows=sum(piece.rows for piece in pieces),
            refused=sum(piece.refused for piece in pieces),
        )
        doing.emit(events.FileImported(file.id))


def turn(cycle: Cycle) -> int:
    """The turn of a cycle: what is in force in it changes by one act after another."""
    said = repr(("usage", cycle.carrier.casefold(), cycle.account, cycle.from_on, cycle.until_on))
    return int.from_bytes(sha256(said.encode()).digest()[:8], signed=True)


def _put_in_force(file: CarrierFile, piece: Piece, number: int, doing: Act) -> None:
    before = in_force(piece.cycle).filter(family=piece.family.value).first()
    if before is not None:
        before.state = PART.target("supersede", PartState(before.state)).value
        before.superseded_at = doing.at
        before.superseded_label = file.received_label
        before.superseded_reason = file.reason or BY_ITSELF
        before.save(
            update_fields=[
                "state", "superseded_at", "superseded_label", "superseded_reason",
            ]
        )  # fmt: skip
    content = piece.content
    made = ImportedPart.objects.create(
        file=file,
        name=piece.name[:200],
        family=piece.family.value,
        carrier=before.carrier if before else piece.cycle.carrier,
        account=piece.cycle.account,
        cycle_from=piece.cycle.from_on,
        cycle_until=piece.cycle.until_on,
        profile_key=piece.profile_key,
        profile_number=number,
        rows=piece.rows,
        refused=piece.refused,
        content=packing.pack(content) if content is not None else None,
        cents=content.cents if content is not None else 0,
        stated_cents=content.stated_cents if content is not None else None,
        taken_at=doing.at,
        replaces=before,
    )
    doing.record(
        "usage.import.in-force",
        made,
        family=made.family,
        account=made.account,
        cycle=[made.cycle_from.isoformat(), made.cycle_until.isoformat()],
        rows=made.rows,
        refused=made.refused,
        replaces=str(before.pk) if before else None,
        why=before.superseded_reason if before else "",
    )


def in_force(cycle: Cycle) -> QuerySet[ImportedPart]:
    """The parts of a cycle that are in force."""
    return ImportedPart.objects.filter(
        carrier__iexact=cycle.carrier,
        account=cycle.account,
        cycle_from=cycle.from_on,
        cycle_until=cycle.until_on,
        state=PartState.IN_FORCE.value,
    )


def _keep_refusals(file: CarrierFile, pieces: Iterable[Piece]) -> None:
    made = []
    for piece in pieces:
        detail = piece.family.is_detail
        made += [
            RefusedRow(
                file=file,
                name=piece.name[:200],
                row=refusal.row,
                family=piece.family.value,
                reason=refusal.reason[:300],
                text="" if detail else refusal.text[:500],
                sealed_text=sealing.seal_row(refusal.text, file.id) if detail else None,
            )
            for refusal in piece.refusals[:MOST_REFUSED_ROWS]
        ]
    insert_many(made)


def _summary(pieces: list[Piece]) -> str:
    rows, refused = sum(p.rows for p in pieces), sum(p.refused for p in pieces)
    said = f"{rows:,} rows taken"
    return f"{said}, {refused:,} not." if refused else f"{said}."
