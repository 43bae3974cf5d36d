"""The ability `mdm.delivering.DeliversSoftware`, for the driver to have."""

from quartermaster.drivers.apple import software
from quartermaster.drivers.apple.accounts import managed_account_of
from quartermaster.mdm.delivering import Delivery, Package, Report
from quartermaster.mdm.driver import Context, Order
from quartermaster.org.models import Person


class Delivering:
    """Software for iPhones, iPads and Macs, as the room `mdm` has it delivered."""

    software_kinds = software.KINDS

    def account_of(self, person: Person) -> str:
        return managed_account_of(person)

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
