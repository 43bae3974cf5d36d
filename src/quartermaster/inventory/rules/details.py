"""What devices, lines, SIMs and accessories consist of, checked at the border."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from quartermaster.inventory import identifiers
from quartermaster.inventory.models import (
    IDENTIFIERS,
    AccessoryKind,
    DeviceClass,
    Ownership,
    Platform,
)
from quartermaster.inventory.rules.channels import require_fit
from quartermaster.org.rules.details import Details

# What a replacement can be asked to match; a model names those that it has.
CAPABILITIES = (
    "5G",
    "LTE",
    "eSIM",
    "dual SIM",
    "GPS",
    "NFC",
    "camera",
    "biometrics",
    "stylus",
    "rugged",
    "hands-free",
    "tethering",
)
_TAG = re.compile(r"[A-Z0-9][A-Z0-9._/-]*")


def _where_given(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text else "")


def _tag(text: str) -> str:
    tag = text.upper()
    if not _TAG.fullmatch(tag):
        raise ValueError("must be an asset tag of letters, digits, dots and dashes")
    return tag


def _capabilities(names: tuple[str, ...]) -> tuple[str, ...]:
    known = {name.casefold(): name for name in CAPABILITIES}
    odd = [name for name in names if name.casefold() not in known]
    if odd:
        raise ValueError(f"does not know “{odd[0]}”; choose from {', '.join(CAPABILITIES)}")
    return tuple(sorted({known[name.casefold()] for name in names}))


AssetTag = Annotated[
    str, Field(title="asset tag", min_length=1, max_length=30), AfterValidator(_tag)
]
OptionalTag = Annotated[str, Field(title="asset tag", max_length=30), _where_given(_tag)]
Serial = Annotated[
    str, Field(title="serial number", max_length=80), _where_given(identifiers.serial)
]
Imei = Annotated[str, Field(title="IMEI", max_length=40), _where_given(identifiers.imei)]
Imei2 = Annotated[str, Field(title="second IMEI", max_length=40), _where_given(identifiers.imei)]
Meid = Annotated[str, Field(title="MEID", max_length=40), _where_given(identifiers.meid)]
Eid = Annotated[str, Field(title="EID", max_length=60), _where_given(identifiers.eid)]
Udid = Annotated[str, Field(title="UDID", max_length=80), _where_given(identifiers.udid)]
WifiMac = Annotated[
    str, Field(title="Wi-Fi address", max_length=40), _where_given(identifiers.mac_address)
]
Iccid = Annotated[str, Field(title="ICCID", max_length=40), AfterValidator(identifiers.iccid)]
LineNumber = Annotated[
    str, Field(title="phone number", max_length=40), AfterValidator(identifiers.phone_number)
]
Carrier = Annotated[str, Field(min_length=1, max_length=60)]
Account = Annotated[str, Field(max_length=40)]
PlanName = Annotated[str, Field(max_length=80)]
Note = Annotated[str, Field(max_length=300)]
ModelName = Annotated[str, Field(min_length=1, max_length=120)]
Manufacturer = Annotated[str, Field(min_length=1, max_length=80)]
ModelIdentifier = Annotated[str, Field(title="model identifier", max_length=60)]
Capabilities = Annotated[tuple[str, ...], AfterValidator(_capabilities)]


def require_unidentified(ownership: Ownership, given: dict[str, str]) -> None:
    """Raise `ValueError` where a personal device comes with an identifier (G-1)."""
    if ownership is Ownership.PERSONAL and any(given.values()):
        raise ValueError(
            "the City keeps no serial number, IMEI or other identifier of a personal device (G-1)."
            " Leave these fields empty"
        )


def require_imeis_in_order(first: str, second: str) -> None:
    """Raise `ValueError` where the two IMEIs are one, or the second stands alone."""
    if second and first == second:
        raise ValueError("the two IMEIs are the same")
    if second and not first:
        raise ValueError("the second IMEI is given without the first")


class ModelDetails(Details):
    """A make and model."""

    manufacturer: Manufacturer
    name: ModelName
    identifier: ModelIdentifier = ""
    device_class: DeviceClass = Field(title="class")
    platform: Platform
    capabilities: Capabilities = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        require_fit(self.device_class, self.platform)
        return self


class DeviceDetails(Details):
    """A device, apart from its place: department, holder, status. An empty tag is made up."""

    asset_tag: OptionalTag = ""
    device_class: DeviceClass = Field(title="class")
    platform: Platform
    ownership: Ownership = Ownership.CITY
    serial: Serial = ""
    imei: Imei = ""
    imei2: Imei2 = ""
    meid: Meid = ""
    eid: Eid = ""
    udid: Udid = ""
    wifi_mac: WifiMac = ""
    acquired_on: date | None = Field(None, title="acquired on")
    note: Note = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        require_fit(self.device_class, self.platform)
        require_imeis_in_order(self.imei, self.imei2)
        require_unidentified(self.ownership, self.identifiers)
        return self

    @property
    def identifiers(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in IDENTIFIERS}


class LineDetails(Details):
    """A line, apart from its place and status."""

    number: LineNumber
    carrier: Carrier
    account: Account = ""
    plan: PlanName = ""


class SimDetails(Details):
    """A SIM card, or the profile of an eSIM with the chip it is in."""

    iccid: Iccid
    carrier: Carrier
    embedded: bool = Field(default=False, title="eSIM")
    eid: Eid = ""

    @model_validator(mode="after")
    def _chip_of_an_esim(self) -> Self:
        if self.eid and not self.embedded:
            raise ValueError("an EID belongs to an eSIM; a card has none")
        return self


class AccessoryDetails(Details):
    """An accessory, apart from its place. An empty tag is made up."""

    asset_tag: OptionalTag = ""
    kind: AccessoryKind
    name: ModelName
