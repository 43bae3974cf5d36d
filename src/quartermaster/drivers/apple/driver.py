"""The Apple driver: Apple's dialect behind the house's protocol."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from quartermaster.drivers.apple import door, report
from quartermaster.drivers.apple.compile import compile_for
from quartermaster.drivers.apple.inquiry import disclosed, inquiries
from quartermaster.drivers.apple.wire import commands, connect
from quartermaster.inventory.models import Platform
from quartermaster.mdm.door import Route
from quartermaster.mdm.driver import Compiled, Context, Disclosure, Order, Payload
from quartermaster.mdm.posture import Fact
from quartermaster.policy.requirements import Requirements


def _order(command: commands.Command, key: str) -> Order:
    def render(command_uuid: UUID) -> bytes:
        return connect.render(str(command_uuid), command)

    return Order(str(command["RequestType"]), render, key=key)


class AppleDriver:
    """iPhone, iPad and Mac."""

    name = "apple"
    platforms = frozenset({Platform.IOS.value, Platform.IPADOS.value, Platform.MACOS.value})

    def compile(self, requirements: Requirements, context: Context) -> Compiled:
        return compile_for(requirements, context)

    def inventory(self, context: Context) -> tuple[Order, ...]:
        asked = inquiries(personal=context.personal, platform=context.platform)
        return tuple(_order(command, f"ask:{command['RequestType']}") for command in asked)

    def disclosure(self, context: Context) -> Disclosure:
        return disclosed(personal=context.personal, platform=context.platform)

    def install(self, payload: Payload) -> Order:
        return _order(commands.install_profile(payload.body), payload.key)

    def remove(self, key: str) -> Order:
        return _order(commands.remove_profile(key), key)

    def facts(self, kind: str, answer: bytes, at: datetime) -> Mapping[str, Fact]:
        return report.facts(kind, answer, at)

    def routes(self) -> tuple[Route, ...]:
        return door.routes()
