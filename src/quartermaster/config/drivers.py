"""Which drivers this installation has."""

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.mdm import driver


def install() -> None:
    """Make every driver known to the room mdm."""
    driver.install(AppleDriver())
