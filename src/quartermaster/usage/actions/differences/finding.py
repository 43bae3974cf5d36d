"""The invoice of a cycle out of the parts in force, and its differences as they are by now."""

from django.db.models import QuerySet

from quartermaster.billing.actions.invoices import keep_invoice
from quartermaster.billing.models import Invoice
from quartermaster.jobs.acts import Act
from quartermaster.usage import import_events as events
from quartermaster.usage import packing
from quartermaster.usage.models import CarrierFile, Difference, ImportedPart
from quartermaster.usage.rules.composing import Composed, Gap, compose
from quartermaster.usage.rules.contents import Content
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import DETAIL, Family
from quartermaster.usage.rules.imports import DIFFERENCE, LIVE_DIFFERENCES, PartState

CORRECTED = "A corrected file agrees."


def follow(cycle: Cycle, file: CarrierFile, doing: Act) -> Composed:
    """Keep the cycle's invoice as its parts make it; open what differs, close what is gone."""
    composed = compose(cycle, _contents(cycle))
    if composed.invoice is None:
        return composed
    invoice = keep_invoice(
        read=composed.invoice, source=file.stored, actor=doing.actor, at=doing.at
    )
    gaps = {gap.number: gap for gap in composed.gaps}
    for row in _known(cycle).select_for_update():
        gap = gaps.pop(row.number, None)
        same = gap is not None and (gap.stated_cents, gap.read_cents) == _amounts(row)
        if same:
            continue
        _go(row, doing)
        if gap is not None:
            gaps[row.number] = gap
    settled = _decided(cycle)
    for gap in gaps.values():
        if (gap.number, gap.stated_cents, gap.read_cents) not in settled:
            _open(cycle, gap, invoice, doing)
    return composed


def _contents(cycle: Cycle) -> dict[Family, Content]:
    rows = ImportedPart.objects.filter(
        carrier__iexact=cycle.carrier,
        account=cycle.account,
        cycle_from=cycle.from_on,
        cycle_until=cycle.until_on,
        state=PartState.IN_FORCE.value,
    ).exclude(family__in=sorted(family.value for family in DETAIL))
    return {Family(row.family): packing.unpack(row.content) for row in rows if row.content}


def _of(cycle: Cycle) -> QuerySet[Difference]:
    return Difference.objects.filter(
        carrier__iexact=cycle.carrier,
        account=cycle.account,
        cycle_from=cycle.from_on,
        cycle_until=cycle.until_on,
    )


def _known(cycle: Cycle) -> QuerySet[Difference]:
    return _of(cycle).filter(state__in=sorted(state.value for state in LIVE_DIFFERENCES))


def _decided(cycle: Cycle) -> set[tuple[str, int, int]]:
    """What somebody resolved stays resolved as long as it is the same amounts."""
    rows = _of(cycle).filter(state="resolved")
    return set(rows.values_list("number", "stated_cents", "read_cents"))


def _amounts(row: Difference) -> tuple[int, int]:
    return row.stated_cents, row.read_cents


def _go(row: Difference, doing: Act) -> None:
    row.state = DIFFERENCE.transitions["go"].target.value
    row.closed_at, row.closed_label, row.reason = doing.at, doing.actor.label[:200], CORRECTED
    row.save(update_fields=["state", "closed_at", "closed_label", "reason"])
    doing.record("usage.difference.gone", row, number=row.number, cents=row.cents)


def _open(cycle: Cycle, gap: Gap, invoice: Invoice, doing: Act) -> None:
    made = Difference.objects.create(
        carrier=cycle.carrier,
        account=cycle.account,
        cycle_from=cycle.from_on,
        cycle_until=cycle.until_on,
        number=gap.number,
        invoice=invoice,
        stated_cents=gap.stated_cents,
        read_cents=gap.read_cents,
        found_at=doing.at,
    )
    doing.record(
        "usage.difference.found",
        made,
        number=gap.number,
        stated=gap.stated_cents,
        read=gap.read_cents,
    )
    doing.emit(events.DifferenceFound(made.id, cycle.account, cycle.until_on))
