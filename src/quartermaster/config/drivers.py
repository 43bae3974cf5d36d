"""Which drivers this installation has."""

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.drivers.carriers.manual import ManualAdapter
from quartermaster.inventory import carriers
from quartermaster.mdm import driver


def install() -> None:
    """Make every driver known to the room mdm, and every adapter to the room inventory."""
    driver.install(AppleDriver())
    carriers.install(ManualAdapter())
