"""The file of devices."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from quartermaster.inventory.imports.common import (
    Held,
    Places,
    Settled,
    choice,
    claimed,
    claims,
    final,
    settle,
)
from quartermaster.inventory.models import (
    IDENTIFIERS,
    Accessory,
    Device,
    DeviceClass,
    DeviceModel,
    DeviceStatus,
    Ownership,
    Platform,
)
from quartermaster.inventory.rules.channels import require_fit
from quartermaster.inventory.rules.details import (
    AssetTag,
    Eid,
    Imei,
    Imei2,
    Meid,
    Note,
    Serial,
    Udid,
    WifiMac,
    require_imeis_in_order,
    require_unidentified,
)
from quartermaster.kernel.imports import (
    Caution,
    ImportRow,
    Layout,
    Plan,
    Row,
    RowError,
    Step,
    Table,
    draw_up,
    read_rows,
)
from quartermaster.org.rules.details import Code, Number


class DeviceRow(ImportRow):
    """One device; ``department`` is a code, ``holder`` a personnel number."""

    asset_tag: AssetTag
    model: str = Field("", max_length=200)
    device_class: Annotated[
        DeviceClass | None,
        choice(DeviceClass, phone="smartphone", hot_spot="hotspot", mifi="hotspot"),
        Field(title="class"),
    ] = None
    platform: Annotated[Platform | None, choice(Platform)] = None
    ownership: Annotated[Ownership, choice(Ownership, private="personal", byod="personal")] = (
        Ownership.CITY
    )
    serial: Serial = ""
    imei: Imei = ""
    imei2: Imei2 = ""
    meid: Meid = ""
    eid: Eid = ""
    udid: Udid = ""
    wifi_mac: WifiMac = ""
    department: Code | None = None
    holder: Number | None = Field(None, title="holder")
    status: Annotated[DeviceStatus | None, choice(DeviceStatus)] = None
    acquired_on: date | None = Field(None, title="acquired on")
    note: Note = ""


DEVICES = Layout(
    "inventory.devices",
    "devices",
    DeviceRow,
    "asset_tag",
    aliases={
        "Tag": "asset_tag",
        "Asset": "asset_tag",
        "Asset number": "asset_tag",
        "Class": "device_class",
        "Device type": "device_class",
        "Type": "device_class",
        "OS": "platform",
        "Serial number": "serial",
        "Serial no.": "serial",
        "IMEI 1": "imei",
        "IMEI1": "imei",
        "IMEI 2": "imei2",
        "Second IMEI": "imei2",
        "Wi-Fi address": "wifi_mac",
        "Wi-Fi MAC": "wifi_mac",
        "Department code": "department",
        "Personnel number": "holder",
        "Employee number": "holder",
        "Assigned to": "holder",
        "Purchase date": "acquired_on",
        "Acquired": "acquired_on",
        "Comment": "note",
        "Notes": "note",
    },
)


class Ledger:
    """What the house holds when the plan is made."""

    def __init__(self, fresh: Mapping[str, DeviceModel] | None = None) -> None:
        self.places = Places()
        self.models: dict[str, DeviceModel] = {}
        for model in (*DeviceModel.objects.all(), *(fresh or {}).values()):
            self.models[str(model).casefold()] = model
            if model.identifier:
                self.models.setdefault(model.identifier.casefold(), model)
        self.devices: dict[str, Held] = {d.asset_tag: _held(d) for d in _devices()}

    def decide(self, row: Row[DeviceRow]) -> Settled:
        """What the row comes to, and what is wrong with that."""
        held = self.devices.get(row.key)
        values, errors = self.places.settle(row, held)
        values |= self._kind(row, held, errors)
        if errors:
            return values, errors
        values["status"] = _status(row, held, values["holder"])
        for column, message in _faults(row, held, values):
            errors.append(RowError(row.line, column, f"{message}."))
        return values, errors

    def _kind(
        self, row: Row[DeviceRow], held: Held | None, errors: list[RowError]
    ) -> dict[str, Any]:
        """Model, class and platform; a model says the other two."""
        before = held or {}
        named = final(row, held, "model")
        model = self.models.get(named.casefold()) if named else None
        if named and model is None:
            message = f"there is no model “{named}”; add it first, as maker and name."
            errors.append(RowError(row.line, "model", message))
            return {}
        found: dict[str, Any] = {"model": str(model) if model else ""}
        for name in ("device_class", "platform"):
            known = getattr(model, name) if model else before.get(name)
            value = getattr(row.value, name) or known
            column = DEVICES.title(name)
            if value is None:
                errors.append(RowError(row.line, column, "is needed where there is no model."))
            elif model and value != known:
                message = f"is {value}, but the {model} has {known}."
                errors.append(RowError(row.line, column, message))
            found[name] = value
        if not errors:
            found["device_class"] = DeviceClass(found["device_class"])
            found["platform"] = Platform(found["platform"])
        return found


def plan_of(
    table: Table,
    *,
    models: Mapping[str, DeviceModel] | None = None,
    errors: Iterable[RowError] = (),
    cautions: Callable[[tuple[Step[DeviceRow], ...]], Iterable[Caution]] = lambda _: (),
) -> Plan[DeviceRow]:
    """What the file would change, against the devices as they are now.

    ``models`` will be in the catalogue by then; ``errors`` were found before, ``cautions`` are
    asked for the steps.
    """
    ledger = Ledger(models)
    reading, found = settle(read_rows(DEVICES, table), ledger.decide)
    found += [*errors, *_collisions(reading.rows, ledger.devices)]
    expected = {tag for tag, held in ledger.devices.items() if held["status"] != "retired"}
    return draw_up(reading, ledger.devices, errors=found, expected=expected, cautions=cautions)


def _devices() -> Iterator[Device]:
    return Device.objects.select_related("department", "holder", "model").iterator(2000)


def _held(device: Device) -> dict[str, Any]:
    same = {
        name: getattr(device, name)
        for name in DEVICES.fields
        if name not in {"department", "holder", "model"}
    }
    return {
        **same,
        "quarantined": device.quarantined,
        "model": str(device.model) if device.model else "",
        "department": device.department.code,
        "holder": device.holder.number if device.holder else None,
    }


def _status(row: Row[DeviceRow], held: Held | None, holder: str | None) -> DeviceStatus:
    """The status given, or the one that follows from having a holder or none."""
    if row.value.status is not None:
        return row.value.status
    before = (held or {}).get("status")
    if before in {DeviceStatus.LOST, DeviceStatus.IN_REPAIR, DeviceStatus.RETIRED}:
        return DeviceStatus(before)
    return DeviceStatus.ASSIGNED if holder else DeviceStatus.IN_STOCK


def _faults(
    row: Row[DeviceRow], held: Held | None, values: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    status, holder = values["status"], values["holder"]
    ownership = Ownership(final(row, held, "ownership"))
    identifiers = {name: final(row, held, name) for name in IDENTIFIERS}
    if held is not None and held["ownership"] != ownership:
        yield "ownership", "does not change by an import"
    if held is not None and held["status"] == DeviceStatus.RETIRED and status != held["status"]:
        yield "status", "is retired, which is final"
    if held is not None and held["quarantined"] and holder:
        yield "holder", "cannot have it yet: it was used before and is not sanitised"
    if held is not None and status == DeviceStatus.RETIRED != held["status"] and _of_city(held):
        yield "status", "retired is reached by disposal or a write-off, never by an import"
    if status == DeviceStatus.ASSIGNED and not holder:
        yield "status", "is assigned, but there is no holder"
    if status in {DeviceStatus.IN_STOCK, DeviceStatus.RETIRED} and holder:
        yield "status", f"is {status.label.lower()}, so it cannot be with {holder}"
    if ownership is Ownership.PERSONAL and not holder and status != DeviceStatus.RETIRED:
        yield "holder", "is needed: a personal device is registered with its owner"
    try:
        require_fit(values["device_class"], values["platform"])
        require_imeis_in_order(identifiers["imei"], identifiers["imei2"])
        require_unidentified(ownership, identifiers)
    except ValueError as problem:
        yield "", str(problem)


def _of_city(held: Held) -> bool:
    return bool(held["ownership"] == Ownership.CITY)


def _collisions(rows: tuple[Row[DeviceRow], ...], held: Mapping[str, Held]) -> Iterator[RowError]:
    """Identifiers and tags that two things would have; an IMEI is one thing, first or second."""
    fresh = {row.key for row in rows}

    def each() -> Iterator[tuple[int | None, str, str, Any]]:
        for tag, device in held.items():
            if tag not in fresh:
                yield from ((None, tag, *claim) for claim in _identifying(device.get))
        for row in rows:
            before = held.get(row.key)
            found = _identifying(lambda name, r=row, b=before: final(r, b, name))
            yield from ((row.line, row.key, *claim) for claim in found)

    for line, column, owner, other in claims(each()):
        yield RowError(line, column, claimed(owner, other))
    tags = set(Accessory.objects.filter(asset_tag__in=fresh).values_list("asset_tag", flat=True))
    for row in rows:
        if row.key in tags:
            yield RowError(row.line, "asset tag", "is that of an accessory already.")


def _identifying(value_of: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in IDENTIFIERS:
        value = value_of(name)
        if value:
            yield DEVICES.title(name), (name.rstrip("2"), value)
