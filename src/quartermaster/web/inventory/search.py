"""What of this room can be found by the global search."""

from quartermaster.inventory.permits import ACCESSORY_VIEW, DEVICE_VIEW, LINE_VIEW
from quartermaster.inventory.queries import (
    accessories_visible_to,
    devices_visible_to,
    lines_visible_to,
    sims_visible_to,
)
from quartermaster.web.search import searchable

searchable(
    "Devices",
    rows=devices_visible_to,
    permit=DEVICE_VIEW,
    fields=("asset_tag", "serial", "imei", "imei2", "meid", "eid", "model__name"),
    url_name="inventory:device",
    note=lambda d: f"{d.model or d.get_device_class_display()}, {d.holder or d.department}",
    order=30,
)
searchable(
    "Lines",
    rows=lines_visible_to,
    permit=LINE_VIEW,
    fields=("number",),
    url_name="inventory:line",
    note=lambda line: f"{line.carrier}, {line.holder or line.department}",
    order=40,
)
searchable(
    "SIMs",
    rows=sims_visible_to,
    permit=LINE_VIEW,
    fields=("iccid",),
    url_name="inventory:sim",
    note=lambda sim: sim.carrier,
    order=41,
)
searchable(
    "Accessories",
    rows=accessories_visible_to,
    permit=ACCESSORY_VIEW,
    fields=("asset_tag", "name"),
    url_name="inventory:accessory",
    note=lambda thing: str(thing.holder or thing.department),
    order=42,
)
