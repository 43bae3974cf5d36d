"""Sharing out an invoice among departments by the rules in force (G-9)."""

from collections import defaultdict
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from quartermaster.billing.invoice_permits import INVOICE_KEEP
from quartermaster.billing.models import (
    Allocation,
    CostAccount,
    Invoice,
    InvoiceLine,
    Share,
    SharingRule,
)
from quartermaster.billing.queries.known import known_lines
from quartermaster.billing.queries.reading import in_force
from quartermaster.billing.queries.world import cost_centres
from quartermaster.billing.rules.allocation import Bearer, Borne, Part, allocated
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.billing.rules.matching.days import Span, span_of
from quartermaster.billing.rules.matching.known import Known
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Department

BATCH = 1000


def allocate_invoice(*, invoice_id: UUID, actor: Actor, at: datetime) -> Allocation | None:
    """Share out an invoice; where nothing changed, what was shared out stands (G-9)."""
    with act(actor, at) as doing:
        require(actor, INVOICE_KEEP)
        invoice = in_force().select_for_update().filter(id=invoice_id).first()
        if invoice is None:
            return None
        lines = list(invoice.lines.all())
        borne = _borne(invoice, lines)
        of_no_line = invoice.read_cents - sum(line.total_cents for line in lines)
        key = key_of(invoice)
        parts = allocated(borne, of_no_line, key)
        accounts = _Accounts()
        named = [(part, accounts.of(part)) for part in parts]
        digest = sha256(repr(named).encode()).hexdigest()
        before = Allocation.objects.filter(invoice=invoice, superseded_at=None).first()
        if before is not None and before.digest == digest:
            return before
        if before is not None:
            Allocation.objects.filter(id=before.id).update(superseded_at=at)
        made = Allocation.objects.create(
            invoice=invoice, total_cents=invoice.read_cents, digest=digest, made_at=at
        )
        by_place = {line.place: line for line in lines}
        Share.objects.bulk_create(
            [
                Share(
                    allocation=made,
                    line=by_place[part.place] if part.place is not None else None,
                    department_id=part.department_id,
                    account=account,
                    cents=part.cents,
                    basis=part.basis,
                )
                for part, account in named
            ],
            BATCH,
        )
        Allocation.objects.filter(id=made.id).update(sealed=True)
        made.sealed = True
        doing.record("billing.invoice.allocated", invoice, key=key.value, shares=len(named))
    return made


def key_of(invoice: Invoice) -> SharingKey:
    """How what is of no line is shared out: the account's rule before that for all."""
    rules = [
        rule
        for rule in SharingRule.objects.filter(from_on__lte=invoice.cycle_until)
        if rule.account in {"", invoice.account}
        and rule.carrier.casefold() in {"", invoice.carrier.casefold()}
    ]
    best = max(rules, key=lambda r: (bool(r.account), bool(r.carrier), r.from_on), default=None)
    return SharingKey(best.key) if best else SharingKey.LINES


def _borne(invoice: Invoice, lines: list[InvoiceLine]) -> list[Borne]:
    known, by_iccid = known_lines(
        invoice.carrier, (line.number for line in lines), (line.iccid for line in lines)
    )
    centres = cost_centres()
    cycle = Span(invoice.cycle_from, invoice.cycle_until)
    found = []
    for line in lines:
        centre = centres.get(line.cost_centre.casefold()) if line.cost_centre else None
        if centre is not None:
            days: dict[Bearer, int] = {centre: cycle.days}
            found.append(Borne(line.place, line.total_cents, days, line.cost_centre))
            continue
        one = known.get(line.number) or by_iccid.get(line.iccid)
        found.append(Borne(line.place, line.total_cents, _days(one, cycle)))
    return found


def _days(known: Known | None, cycle: Span) -> dict[Bearer, int]:
    """On how many days of the cycle each department had the line."""
    days: dict[Bearer, int] = defaultdict(int)
    for had in known.holders if known else ():
        span = span_of(had.from_on, had.until_on, cycle)
        if span is not None and had.department_id is not None:
            days[had.department_id] += span.days
    return days


class _Accounts:
    """The accounts of the finance system: a cost centre's, the department's, or its parent's."""

    def __init__(self) -> None:
        rows = list(CostAccount.objects.all())
        self.centres = {row.cost_centre.casefold(): row.account for row in rows if row.cost_centre}
        self.own = {row.department_id: row.account for row in rows if not row.cost_centre}
        self.parents = dict(Department.objects.values_list("id", "parent_id"))

    def of(self, part: Part) -> str:
        if part.cost_centre:
            return self.centres[part.cost_centre.casefold()]
        department = part.department_id
        while department is not None:
            if department in self.own:
                return self.own[department]
            department = self.parents.get(department)
        return ""
