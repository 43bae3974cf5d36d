"""The file of SIM cards and eSIM profiles."""

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from quartermaster.inventory.imports.common import Held, Settled, claimed, claims, final, settle
from quartermaster.inventory.models import LIVE, Device, DeviceStatus, Line, Ownership, Sim
from quartermaster.inventory.rules.details import AssetTag, Carrier, Eid, Iccid, LineNumber
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


class SimRow(ImportRow):
    """One SIM; ``line`` is a number, ``device`` an asset tag."""

    iccid: Iccid
    carrier: Carrier
    embedded: bool = Field(default=False, title="eSIM")
    eid: Eid = ""
    line: LineNumber | None = None
    device: AssetTag | None = None
    retired: bool = False


SIMS = Layout(
    "inventory.sims",
    "SIMs",
    SimRow,
    "iccid",
    aliases={
        "SIM": "iccid",
        "SIM number": "iccid",
        "eSIM": "embedded",
        "Phone number": "line",
        "Number": "line",
        "MDN": "line",
        "Asset tag": "device",
    },
)


class Ledger:
    """The SIMs, live lines and devices that the house holds."""

    def __init__(self) -> None:
        rows = Sim.objects.select_related("line", "device")
        self.sims: dict[str, Held] = {sim.iccid: _held(sim) for sim in rows.iterator(2000)}
        live = Line.objects.filter(status__in=LIVE)
        self.lines: dict[str, str] = dict(live.values_list("number", "carrier"))
        devices = Device.objects.values_list("asset_tag", "ownership", "status", "eid")
        self.devices = {tag: tuple(rest) for tag, *rest in devices}

    def decide(self, row: Row[SimRow]) -> Settled:
        """What the row comes to; a SIM that is retired is in no device."""
        held = self.sims.get(row.key)
        retired = final(row, held, "retired")
        values = {name: final(row, held, name) for name in ("line", "device", "eid")}
        if retired and "device" not in row.given:
            values["device"] = None
        errors = [
            RowError(row.line, column, message)
            for column, message in self._faults(row, held, {**values, "retired": retired})
        ]
        return values, errors

    def _faults(
        self, row: Row[SimRow], held: Held | None, values: dict[str, Any]
    ) -> Iterator[tuple[str, str]]:
        before = held or {}
        line, device = values["line"], values["device"]
        if before.get("retired") and not values["retired"]:
            yield "retired", "a SIM that is retired stays so."
        if values["retired"] and device:
            yield "device", "a SIM that is retired is in no device."
        if values["eid"] and not final(row, held, "embedded"):
            yield "EID", "belongs to an eSIM; a card has none."
        if line and line != before.get("line"):
            yield from self._line_faults(line, final(row, held, "carrier"))
        if device and device != before.get("device"):
            yield from self._device_faults(device, values["eid"])

    def _line_faults(self, line: str, carrier: str) -> Iterator[tuple[str, str]]:
        known = self.lines.get(line)
        if known is None:
            yield "line", f"there is no line in use with the number {line}."
        elif known.casefold() != carrier.casefold():
            yield "carrier", f"is {carrier}, but the line {line} is with {known}."

    def _device_faults(self, tag: str, eid: str) -> Iterator[tuple[str, str]]:
        known = self.devices.get(tag)
        if known is None:
            yield "device", f"there is no device with the asset tag {tag}."
            return
        ownership, status, chip = known
        if ownership == Ownership.PERSONAL:
            yield "device", "a SIM of the City does not go into a personal device."
        if status == DeviceStatus.RETIRED:
            yield "device", f"{tag} is retired and takes no SIM."
        if eid and chip and eid != chip:
            yield "EID", f"the chip of {tag} is another ({chip})."


def plan_of(table: Table) -> Plan[SimRow]:
    """What the file would change, against the SIMs as they are now."""
    ledger = Ledger()
    reading, errors = settle(read_rows(SIMS, table), ledger.decide)
    fresh = {row.key for row in reading.rows}

    def in_use() -> Iterator[tuple[int | None, str, str, Any]]:
        for iccid, sim in ledger.sims.items():
            if iccid not in fresh and sim["line"] and not sim["retired"]:
                yield None, iccid, "line", sim["line"]
        for row in reading.rows:
            held = ledger.sims.get(row.key)
            line = final(row, held, "line")
            if line and not final(row, held, "retired"):
                yield row.line, row.key, "line", line

    errors += [
        RowError(line, column, f"{claimed(f'SIM {owner}', other)} Retire that one first.")
        for line, column, owner, other in claims(in_use())
    ]
    expected = {iccid for iccid, sim in ledger.sims.items() if not sim["retired"]}
    return draw_up(reading, ledger.sims, errors=errors, expected=expected)


def _held(sim: Sim) -> dict[str, Any]:
    return {
        **{name: getattr(sim, name) for name in SIMS.fields},
        "line": sim.line.number if sim.line else None,
        "device": sim.device.asset_tag if sim.device else None,
    }
