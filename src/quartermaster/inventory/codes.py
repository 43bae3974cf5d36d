"""From what a scanner reads to the thing it is on: a tag, a label's address, a serial, an IMEI."""

import re
from urllib.parse import unquote

from django.db.models import Q

from quartermaster.inventory.identifiers import CHECKS
from quartermaster.inventory.models import Accessory, Device, DeviceStatus

LONGEST = 80
_ADDRESS = re.compile(r"^https?://[^/]+/t/([^?#]+?)/?$", re.IGNORECASE)


def plain_code(scanned: str) -> str:
    """What was scanned without its dress: of a label's address the tag alone."""
    text = "".join(c for c in scanned.strip() if c.isprintable())
    found = _ADDRESS.match(text)
    return (unquote(found[1]) if found else text)[:LONGEST].upper()


def thing_with(code: str) -> Device | Accessory | None:
    """The device or accessory that has this code; what is in use goes before what is retired."""
    match = Q(asset_tag__iexact=code)
    for field in ("serial", "imei", "imei2"):
        try:
            match |= Q(**{field: CHECKS[field](code)})
        except ValueError:
            continue
    devices = Device.objects.select_related("department", "holder").filter(match)
    found = sorted(devices[:5], key=lambda device: device.status == DeviceStatus.RETIRED)
    if found:
        return found[0]
    return Accessory.objects.select_related("department").filter(asset_tag__iexact=code).first()
