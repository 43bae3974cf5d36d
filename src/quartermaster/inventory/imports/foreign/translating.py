"""From a row of another program to a row of the file of devices, or the reason why not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from quartermaster.inventory.identifiers import CHECKS
from quartermaster.inventory.imports.foreign.rows import ForeignRow
from quartermaster.inventory.imports.foreign.words import (
    class_of,
    day_of,
    not_covered,
    platform_of,
    status_of,
    truth,
)
from quartermaster.inventory.models import Device, DeviceModel, DeviceStatus
from quartermaster.kernel.imports import RowError
from quartermaster.kernel.imports.layout import plain
from quartermaster.org.models import Department, Person

_PEOPLE = {"", "user", "users", "person"}
_TAG = 30
_NAME = 120


@dataclass
class Translated:
    """What the rows came to, and what could not be taken."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    models: dict[str, DeviceModel] = field(default_factory=dict)
    since: dict[str, date] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    personal: int = 0


class Known:
    """Whom and what the ledger knows, by the names that other programs use."""

    @cached_property
    def people(self) -> dict[str, str]:
        """Personnel numbers by number and by e-mail, in small letters."""
        rows = list(Person.objects.values_list("number", "email"))
        found = {email.casefold(): number for number, email in rows if email}
        return found | {number.casefold(): number for number, _ in rows}

    @cached_property
    def departments(self) -> list[tuple[str, str]]:
        """Names and codes with the code each stands for, the longest first."""
        found = []
        for code, name in Department.objects.values_list("code", "name"):
            found += [(plain(code), code), (plain(name), code)]
        return sorted(found, key=lambda item: -len(item[0]))

    @cached_property
    def models(self) -> dict[str, DeviceModel]:
        found: dict[str, DeviceModel] = {}
        for model in DeviceModel.objects.all():
            found[plain(str(model))] = model
            found.setdefault(plain(model.name), model)
            if model.identifier:
                found.setdefault(plain(model.identifier), model)
        return found

    @cached_property
    def tags(self) -> dict[str, str]:
        """The tags of devices by serial number, so that nothing comes in twice."""
        rows = Device.objects.exclude(serial="").exclude(status=DeviceStatus.RETIRED)
        return dict(rows.values_list("serial", "asset_tag"))

    def tag_of(self, serial: str) -> str:
        """The tag of the device that has this serial number already."""
        try:
            return self.tags.get(CHECKS["serial"](serial), "") if serial else ""
        except ValueError:
            return ""

    def department(self, *said: str) -> str:
        """The code of a department that one of the texts names or begins with."""
        for words in said:
            there = plain(words.rsplit(">", 1)[-1])
            for name, code in self.departments:
                if there == name or there.startswith(f"{name}_"):
                    return code
        return ""


def translate(rows: Iterator[tuple[int, ForeignRow]], today: date) -> Translated:
    """Each row in the words of the file of devices."""
    known, done = Known(), Translated()
    for line, row in rows:
        if truth(row.byod):
            done.personal += 1
            continue
        try:
            values = _device(row, known, done, today)
        except _NotTakenError as no:
            done.errors.append(RowError(line, no.column, no.message))
            continue
        if values is None:
            done.left_out.append(row.category or row.model or row.name or f"line {line}")
            continue
        done.rows.append((line, values))
    return done


class _NotTakenError(Exception):
    """A row that cannot be taken."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


def _device(row: ForeignRow, known: Known, done: Translated, today: date) -> dict[str, str] | None:
    model = _model(row, known, done)
    if model is None:
        return None
    holder = _holder(row, known)
    status = status_of(row.status, held=bool(holder))
    if status is DeviceStatus.RETIRED:
        holder = ""
    if status is DeviceStatus.ASSIGNED and not holder:
        status = DeviceStatus.IN_STOCK
    department = known.department(row.department, row.company, row.location, row.default_location)
    if not holder and not department:
        raise _NotTakenError(
            "department",
            "is needed where nobody holds the device: no department, company or location of the"
            " row is known here by its name or code.",
        )
    tag = known.tag_of(row.serial) or _tag(row)
    out = _day(row.custody_since, "checkout date")
    if out is not None and out > today:
        raise _NotTakenError("checkout date", "lies ahead.")
    if out is not None and holder:
        done.since[tag] = out
    bought = _day(row.purchased, "purchase date")
    return {
        "asset_tag": tag,
        "model": str(model),
        "serial": row.serial,
        "imei": row.imei,
        "imei2": row.imei2,
        "meid": row.meid,
        "eid": row.eid,
        "wifi_mac": row.wifi_mac,
        "department": "" if holder else department,
        "holder": holder,
        "status": status.value,
        "acquired_on": bought.isoformat() if bought else "",
        "note": row.notes[:300],
    }


def _model(row: ForeignRow, known: Known, done: Translated) -> DeviceModel | None:
    """The model of the catalogue, or one to be added to it; None for what is not covered."""
    if not_covered(row.category):
        return None
    maker, name = row.manufacturer.strip(), row.model.strip()
    for said in (f"{maker} {name}", name, row.model_number):
        if said.strip() and (found := known.models.get(plain(said))):
            return found
    kind = class_of(row.category, f"{maker} {name}", row.name)
    if kind is None:
        return None
    if not name:
        raise _NotTakenError("model", "is needed.")
    if not maker:
        first, _, rest = name.partition(" ")
        maker, name = (first, rest) if rest else ("Unknown", name)
    name = name.removeprefix(f"{maker} ")[:_NAME]
    fresh = DeviceModel(
        manufacturer=maker[:80],
        name=name,
        identifier=row.model_number.strip()[:60],
        device_class=kind,
        platform=platform_of(kind, maker, name),
    )
    known.models[plain(str(fresh))] = known.models[plain(f"{maker} {row.model}")] = fresh
    known.models.setdefault(plain(row.model), fresh)
    if fresh.identifier:
        known.models.setdefault(plain(fresh.identifier), fresh)
    done.models[str(fresh)] = fresh
    return fresh


def _holder(row: ForeignRow, known: Known) -> str:
    """The personnel number of the holder; empty where the row names no person."""
    if row.holder_kind.strip().casefold() not in _PEOPLE:
        return ""
    said = [
        row.holder_number,
        row.holder_email,
        row.username,
        row.login,
        row.username_number,
        row.holder,
    ]
    for text in said:
        for part in (text, *text.replace(",", " ").split()):
            if number := known.people.get(part.strip().casefold()):
                return number
    if any(text.strip() for text in (row.holder_number, row.holder_email, row.holder)):
        named = next(text for text in said if text.strip())
        raise _NotTakenError(
            "holder",
            f"“{named}” is nobody's personnel number or e-mail address here. Export a column with"
            " one of them, or import the person first.",
        )
    return ""


def _tag(row: ForeignRow) -> str:
    tag = row.tag.strip()
    if not tag and row.ident.strip():
        tag = f"GLPI-{row.ident.strip()}"
    if not tag:
        raise _NotTakenError("asset tag", "is needed: neither a number nor an ID is given.")
    if len(tag) > _TAG:
        raise _NotTakenError("asset tag", f"is longer than {_TAG} characters.")
    return tag


def _day(said: str, column: str) -> date | None:
    try:
        return day_of(said)
    except ValueError as problem:
        raise _NotTakenError(column, f"{problem}.") from problem
