"""What was scanned, held against what was ordered and what is there already."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from quartermaster.billing.models import OrderLine
from quartermaster.billing.queries.orders import outstanding
from quartermaster.billing.rules.orders import LineKind
from quartermaster.billing.rules.scans import Scan, count_of, read_scans
from quartermaster.inventory.identifiers import TAC_LENGTH
from quartermaster.inventory.models import LIVE, Accessory, Device, DeviceModel, Line, Sim
from quartermaster.kernel.errors import InvalidInput

_WANTED = {
    LineKind.DEVICE: ("serial", "imei", "imei2", "eid"),
    LineKind.LINE: ("iccid", "eid", "number"),
    LineKind.ACCESSORY: ("serial",),
}


class Verdict(StrEnum):
    """What is to be done with a piece."""

    GOOD = "good"
    WRONG = "wrong"


@dataclass(frozen=True)
class Row:
    """One piece with what is to be done with it, and why."""

    scan: Scan
    verdict: Verdict
    said: str = ""


def checked(line: OrderLine, text: str) -> list[Row]:
    """Each piece of a list: good, or wrong with the reason. Nothing is changed by it.

    Raises:
        InvalidInput: the list is empty.
    """
    scans = _scans(line, text)
    if not scans:
        raise InvalidInput("Scan or paste one piece at least.", field="pieces")
    left, rows = outstanding(line), []
    for scan in scans:
        said = scan.problem or _why_not(line, scan)
        if not said and left == 0:
            said = f"It is one more than was ordered ({line.quantity})."
        if not said:
            left -= 1
        rows.append(Row(scan, Verdict.WRONG if said else Verdict.GOOD, said))
    return rows


def _scans(line: OrderLine, text: str) -> list[Scan]:
    if line.kind == LineKind.ACCESSORY and (count := count_of(text)) is not None:
        return [Scan(number, f"piece {number}") for number in range(1, count + 1)]
    return read_scans(text)


def _why_not(line: OrderLine, scan: Scan) -> str:
    """Why a piece cannot be taken in, as a sentence; empty where it can."""
    kind, found = LineKind(line.kind), scan.found
    wanted = set(_WANTED[kind]) | ({"iccid", "number"} if line.plan_id is not None else set())
    odd = sorted(set(found) - wanted)
    if odd:
        return (
            f"A {kind.label.lower()} has no {_title(odd[0])}; {found[odd[0]]} does not belong here."
        )
    if kind is LineKind.DEVICE and not {"serial", "imei"} & set(found):
        return "A device needs its serial number or its IMEI."
    if kind is LineKind.LINE and "iccid" not in found:
        return "A line needs the ICCID of its SIM."
    return _known_already(kind, found) or _another_model(line, found.get("imei", ""))


def _known_already(kind: LineKind, found: dict[str, str]) -> str:
    """What has one of the numbers already."""
    if kind is LineKind.ACCESSORY:
        tag = found.get("serial", "")
        taken = tag and (
            Accessory.objects.filter(asset_tag=tag).exists()
            or Device.objects.filter(asset_tag=tag).exists()
        )
        return f"The asset tag {tag} is in use already." if taken else ""
    for name in ("serial", "imei", "imei2"):
        value = found.get(name)
        if value:
            same = Q(serial=value) if name == "serial" else Q(imei=value) | Q(imei2=value)
            device = Device.objects.filter(same).first()
            if device is not None:
                return f"{_title(name)} {value} is that of {device} already."
    if "iccid" in found and Sim.objects.filter(iccid=found["iccid"]).exists():
        return f"The SIM {found['iccid']} is there already."
    number = found.get("number")
    if number and Line.objects.filter(number=number, status__in=LIVE).exists():
        return f"The number {number} is that of a line already."
    return ""


def _another_model(line: OrderLine, imei: str) -> str:
    """The model that an IMEI's type is known to be, where it is not the one that was ordered.

    What a type is, is learned from the devices that the City has of it.
    """
    ordered = line.item.model if line.item else None
    if ordered is None or not imei:
        return ""
    tac = imei[:TAC_LENGTH]
    models = DeviceModel.objects.filter(devices__imei__startswith=tac).distinct()
    known = {model.pk: model for model in models[:5]}
    if not known or ordered.pk in known:
        return ""
    names = " or ".join(sorted(str(model) for model in known.values()))
    return f"It is a {names}; a {ordered} was ordered."


def _title(name: str) -> str:
    return {
        "serial": "serial number",
        "imei": "IMEI",
        "imei2": "second IMEI",
        "iccid": "ICCID",
        "eid": "EID",
        "number": "phone number",
    }[name]
