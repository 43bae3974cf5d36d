"""Equipment with identifiers that pass their checks, for tests and the demo city."""

import csv
import io

import factory
from openpyxl import Workbook

from quartermaster.inventory.identifiers import eid_digits, luhn_digit
from quartermaster.inventory.models import (
    Accessory,
    AccessoryKind,
    Device,
    DeviceClass,
    DeviceModel,
    DeviceStatus,
    Line,
    LineStatus,
    Ownership,
    Platform,
    Sim,
)
from tests.factories.custody import KeptFactory
from tests.factories.org import DepartmentFactory, PersonFactory

CARRIER = "Lakeside Wireless"


def imei(number: int) -> str:
    """A valid IMEI of a type that does not exist."""
    body = f"35999900{number:06}"
    return body + luhn_digit(body)


def iccid(number: int) -> str:
    """A valid ICCID of 20 digits."""
    body = f"890199{number:013}"
    return body + luhn_digit(body)


def eid(number: int) -> str:
    """A valid EID."""
    body = f"89049032{number:022}"
    return body + eid_digits(body)


def phone_number(number: int) -> str:
    """A number that is valid in form; those of one test differ."""
    return f"+1414286{number:04}"


class DeviceModelFactory(factory.django.DjangoModelFactory[DeviceModel]):
    """An iPhone that is not for sale."""

    class Meta:
        model = DeviceModel

    manufacturer = "Apple"
    name = factory.Sequence(lambda n: f"iPhone {100 + n}")
    identifier = factory.Sequence(lambda n: f"iPhone{100 + n},1")
    device_class = DeviceClass.SMARTPHONE
    platform = Platform.IOS


class DeviceFactory(KeptFactory):
    """A City phone in stock; with a ``holder``, assigned to them."""

    class Meta:
        model = Device

    asset_tag = factory.Sequence(lambda n: f"T-{n:05}")
    device_class = DeviceClass.SMARTPHONE
    platform = Platform.IOS
    serial = factory.Sequence(lambda n: f"F2LTEST{n:05}")
    imei = factory.Sequence(lambda n: imei(100_000 + n))  # below are those of single tests
    department = factory.LazyAttribute(
        lambda d: d.holder.department if d.holder else DepartmentFactory()
    )
    holder = None
    status = factory.LazyAttribute(
        lambda d: DeviceStatus.ASSIGNED if d.holder else DeviceStatus.IN_STOCK
    )


class PersonalDeviceFactory(DeviceFactory):
    """A person's own phone: no identifier."""

    ownership = Ownership.PERSONAL
    serial = ""
    imei = ""
    holder = factory.SubFactory(PersonFactory)


class HotspotFactory(DeviceFactory):
    """A mobile hot-spot in stock."""

    device_class = DeviceClass.HOTSPOT
    platform = Platform.NONE
    serial = factory.Sequence(lambda n: f"MIFI{n:06}")
    imei = factory.Sequence(lambda n: imei(500_000 + n))


class LineFactory(KeptFactory):
    """An active line."""

    class Meta:
        model = Line

    number = factory.Sequence(phone_number)
    carrier = CARRIER
    plan = "Unlimited"
    status = LineStatus.ACTIVE
    department = factory.LazyAttribute(
        lambda d: d.holder.department if d.holder else DepartmentFactory()
    )
    holder = None


class SimFactory(KeptFactory):
    """A loose SIM card."""

    class Meta:
        model = Sim

    iccid = factory.Sequence(lambda n: iccid(100_000 + n))
    carrier = CARRIER


class AccessoryFactory(KeptFactory):
    """A hands-free kit in stock."""

    class Meta:
        model = Accessory

    asset_tag = factory.Sequence(lambda n: f"A-{n:05}")
    kind = AccessoryKind.HANDS_FREE
    name = "Hands-free car kit"
    department = factory.SubFactory(DepartmentFactory)


def csv_of(*rows: dict[str, object]) -> bytes:
    """A CSV file with the columns that the rows have."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def xlsx_of(*rows: dict[str, object]) -> bytes:
    """A workbook with the columns that the rows have."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    book = Workbook()
    sheet = book.active
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(name) for name in columns])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
