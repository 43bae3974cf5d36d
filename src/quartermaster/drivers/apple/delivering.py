"""The ability `mdm.delivering.DeliversSoftware`, for the driver to have."""

from quartermaster.drivers.apple import software
from quartermaster.mdm.delivering import Delivery, Package, Report
from quartermaster.mdm.driver import Context, Order


class Delivering:
    """Software for iPhones, iPads and Macs, as the room `mdm` has it delivered."""

    def why_not_delivered(self, delivery: Delivery, context: Context) -> str:
        return software.why_not_delivered(delivery, context)

    def deliver_software(self, delivery: Delivery, context: Context) -> Order:
        return software.deliver(delivery, context)

    def withdraw_software(self, identifier: str) -> Order:
        return software.withdraw(identifier)

    def ask_software(self) -> Order:
        return software.ask()

    def manifest(self, package: Package) -> bytes:
        return software.manifest_of(package)

    def software_reported(self, kind: str, answer: bytes) -> Report | None:
        return software.reported(kind, answer)
