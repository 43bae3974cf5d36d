"""Which drivers this installation has."""

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.drivers.carriers.control_center.adapter import ControlCenterAdapter
from quartermaster.drivers.carriers.manual import ManualAdapter
from quartermaster.drivers.carriers.thingspace.adapter import ThingSpaceAdapter
from quartermaster.inventory import carriers
from quartermaster.mdm import driver


def install() -> None:
    """Make every driver known to the room mdm, and every adapter to the room inventory."""
    driver.install(AppleDriver())
    for adapter in (ManualAdapter(), ThingSpaceAdapter(), ControlCenterAdapter()):
        carriers.install(adapter)
