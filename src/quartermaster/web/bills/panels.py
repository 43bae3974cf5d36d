"""What invoices add to the page of a line."""

from typing import Any

from quartermaster.billing.invoice_permits import INVOICE_VIEW
from quartermaster.billing.models import InvoiceLine
from quartermaster.billing.queries.bills import findings_visible_to, shares_visible_to
from quartermaster.inventory.models import Line
from quartermaster.web.bills.tables import FINDING_TONES
from quartermaster.web.panels import Body, panel

CYCLES = 6


@panel("line", title="Invoices", order=70, permit=INVOICE_VIEW)
def invoices(request: Any, line: Line) -> Body | None:
    """What the line cost in the last cycles, and what was found (G-9)."""
    shares = shares_visible_to(request.actor).filter(line__number=line.number)
    rows = (
        InvoiceLine.objects.filter(id__in=shares.values("line_id"))
        .filter(invoice__carrier__iexact=line.carrier)
        .select_related("invoice")
        .order_by("-invoice__cycle_until")[:CYCLES]
    )
    found = findings_visible_to(request.actor).filter(line=line).order_by("-opened_at")[:CYCLES]
    if not rows and not found:
        return None
    return Body("bills/panels/line.html", rows=rows, findings=found, tones=FINDING_TONES)
