"""The Apple driver: Apple's dialect behind the house's protocol."""

from collections.abc import Mapping
from datetime import datetime

from quartermaster.drivers.apple import door, report, verbs
from quartermaster.drivers.apple.compile import compile_for
from quartermaster.drivers.apple.inquiry import disclosed, inquiries
from quartermaster.drivers.apple.wire import commands
from quartermaster.inventory.models import Platform
from quartermaster.mdm.door import Route
from quartermaster.mdm.driver import (
    Compiled,
    Context,
    Disclosure,
    Order,
    Payload,
    Performance,
    Secrets,
)
from quartermaster.mdm.posture import Fact
from quartermaster.policy.requirements import Requirements


class AppleDriver:
    """iPhone, iPad and Mac."""

    name = "apple"
    platforms = frozenset({Platform.IOS.value, Platform.IPADOS.value, Platform.MACOS.value})

    def compile(self, requirements: Requirements, context: Context) -> Compiled:
        return compile_for(requirements, context)

    def inventory(self, context: Context) -> tuple[Order, ...]:
        asked = inquiries(personal=context.personal, platform=context.platform)
        return tuple(verbs.order(command, f"ask:{command['RequestType']}") for command in asked)

    def disclosure(self, context: Context) -> Disclosure:
        return disclosed(personal=context.personal, platform=context.platform)

    def install(self, payload: Payload) -> Order:
        return verbs.order(commands.install_profile(payload.body), payload.key)

    def remove(self, key: str) -> Order:
        return verbs.order(commands.remove_profile(key), key)

    def facts(self, kind: str, answer: bytes, at: datetime) -> Mapping[str, Fact]:
        return report.facts(kind, answer, at)

    def why_not(self, verb: str, context: Context) -> str:
        return verbs.why_not(verb, context)

    def perform(
        self, verb: str, said: Mapping[str, str], context: Context, secrets: Secrets
    ) -> Performance:
        return verbs.perform(verb, said, context, secrets)

    def routes(self) -> tuple[Route, ...]:
        return door.routes()
