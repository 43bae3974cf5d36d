"""The addresses of equipment, and its entries of the menu."""

from django.urls import path

from quartermaster.inventory.permits import ACCESSORY_VIEW, DEVICE_VIEW, LINE_VIEW
from quartermaster.kernel.permits import Permit
from quartermaster.web.inventory.views import accessories, devices, imports, lines, sims
from quartermaster.web.menu import MenuItem

app_name = "inventory"
_DEVICE, _LINE = "devices/<uuid:key>/", "lines/<uuid:key>/"
_SIM, _ACCESSORY = "sims/<uuid:key>/", "accessories/<uuid:key>/"

urlpatterns = [
    path("devices/", devices.Devices.as_view(), name="devices"),
    path("devices/new/", devices.NewDevice.as_view(), name="device-new"),
    path("devices/import/", imports.ImportDevices.as_view(), name="import-devices"),
    path("devices/import/snipe-it/", imports.ImportSnipeIt.as_view(), name="import-snipe-it"),
    path("devices/import/glpi/", imports.ImportGlpi.as_view(), name="import-glpi"),
    path(_DEVICE, devices.DevicePage.as_view(), name="device"),
    path(f"{_DEVICE}change/", devices.ChangeDevice.as_view(), name="device-change"),
    path("hot-spots/", devices.Hotspots.as_view(), name="hotspots"),
    path("device-models/", accessories.Models.as_view(), name="models"),
    path("device-models/new/", accessories.NewModel.as_view(), name="model-new"),
    path("lines/", lines.Lines.as_view(), name="lines"),
    path("lines/new/", lines.NewLine.as_view(), name="line-new"),
    path("lines/import/", imports.ImportLines.as_view(), name="import-lines"),
    path(_LINE, lines.LinePage.as_view(), name="line"),
    path(f"{_LINE}change/", lines.ChangeLine.as_view(), name="line-change"),
    path(f"{_LINE}assign/", lines.AssignLine.as_view(), name="line-assign"),
    path(f"{_LINE}activate/", lines.ActivateLine.as_view(), name="line-activate"),
    path(f"{_LINE}port-out/", lines.PortOutLine.as_view(), name="line-port-out"),
    path("sims/", sims.Sims.as_view(), name="sims"),
    path("sims/new/", sims.NewSim.as_view(), name="sim-new"),
    path("sims/import/", imports.ImportSims.as_view(), name="import-sims"),
    path(_SIM, sims.SimPage.as_view(), name="sim"),
    path(f"{_SIM}put/", sims.PutSim.as_view(), name="sim-put"),
    path(f"{_SIM}retire/", sims.RetireSim.as_view(), name="sim-retire"),
    path("accessories/", accessories.Accessories.as_view(), name="accessories"),
    path("accessories/new/", accessories.NewAccessory.as_view(), name="accessory-new"),
    path("accessories/import/", imports.ImportAccessories.as_view(), name="import-accessories"),
    path(_ACCESSORY, accessories.AccessoryPage.as_view(), name="accessory"),
    path(
        f"{_ACCESSORY}take-back/",
        accessories.TakeBackAccessory.as_view(),
        name="accessory-take-back",
    ),
    path(f"{_ACCESSORY}retire/", accessories.RetireAccessory.as_view(), name="accessory-retire"),
]


def _entry(label: str, name: str, permit: Permit, order: int, icon: str) -> MenuItem:
    return MenuItem(label, f"inventory:{name}", permit, section="Equipment", order=order, icon=icon)


menu = [
    _entry("Devices", "devices", DEVICE_VIEW, 10, "phone"),
    _entry("Lines", "lines", LINE_VIEW, 20, "link"),
    _entry("SIMs", "sims", LINE_VIEW, 30, "credit_card"),
    _entry("Hot-spots", "hotspots", DEVICE_VIEW, 40, "wifi"),
    _entry("Accessories", "accessories", ACCESSORY_VIEW, 50, "directions_car"),
]
