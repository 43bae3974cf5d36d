"""The file of lines, as a carrier or the City's own list has them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from quartermaster.inventory.imports.common import Held, Places, Settled, choice, final, settle
from quartermaster.inventory.models import LIVE, Line, LineStatus
from quartermaster.inventory.rules.details import Account, Carrier, LineNumber, PlanName
from quartermaster.kernel.imports import (
    ImportRow,
    Layout,
    Plan,
    Row,
    RowError,
    Table,
    draw_up,
    read_rows,
)
from quartermaster.org.rules.details import Code, Number


class LineRow(ImportRow):
    """One line; without a status, one in use."""

    number: LineNumber
    carrier: Carrier
    account: Account = ""
    plan: PlanName = ""
    status: Annotated[LineStatus | None, choice(LineStatus, ported="ported")] = None
    department: Code | None = None
    holder: Number | None = Field(None, title="holder")
    activated_on: date | None = Field(None, title="activated on")


LINES = Layout(
    "inventory.lines",
    "lines",
    LineRow,
    "number",
    aliases={
        "Phone number": "number",
        "Mobile number": "number",
        "Wireless number": "number",
        "MDN": "number",
        "Account number": "account",
        "Rate plan": "plan",
        "Plan name": "plan",
        "Line status": "status",
        "Department code": "department",
        "Personnel number": "holder",
        "Employee number": "holder",
        "Activation date": "activated_on",
    },
)


class Ledger:
    """The lines that the house holds: by number the one that lives, and else the last that did."""

    def __init__(self) -> None:
        self.places = Places()
        self.live: dict[str, Held] = {}
        self.ended: dict[str, Held] = {}
        rows = Line.objects.select_related("department", "holder").order_by("id")
        for line in rows.iterator(2000):
            (self.live if line.live else self.ended)[line.number] = _held(line)

    def held_for(self, row: Row[LineRow]) -> Held | None:
        """The line that the row is about; a number that lives again is another line."""
        if row.key in self.live or row.value.status in LIVE:
            return self.live.get(row.key)
        return self.ended.get(row.key)

    def decide(self, row: Row[LineRow]) -> Settled:
        held = self.held_for(row)
        values, errors = self.places.settle(row, held)
        before = held["status"] if held else None
        status = row.value.status or before or LineStatus.ACTIVE
        values["status"] = LineStatus(status)
        if row.value.status is None and held is not None and before not in LIVE:
            message = (
                "is needed: the line of this number has ended. A new one is ordered or active."
            )
            errors.append(RowError(row.line, "status", message))
        if status == LineStatus.ORDERED and before not in {None, LineStatus.ORDERED}:
            errors.append(RowError(row.line, "status", f"is {before} and cannot be ordered again."))
        if before in set(LineStatus) - set(LIVE) and final(row, held, "status") != before:
            errors.append(RowError(row.line, "status", f"is {before}, which is final."))
        return values, errors


def plan_of(table: Table) -> Plan[LineRow]:
    """What the file would change, against the lines as they are now."""
    ledger = Ledger()
    reading, errors = settle(read_rows(LINES, table), ledger.decide)
    held: Mapping[str, Held] = {
        row.key: found for row in reading.rows if (found := ledger.held_for(row)) is not None
    }
    return draw_up(reading, held, errors=errors, expected=ledger.live)


def _held(line: Line) -> dict[str, Any]:
    return {
        **{name: getattr(line, name) for name in LINES.fields},
        "department": line.department.code,
        "holder": line.holder.number if line.holder else None,
    }
