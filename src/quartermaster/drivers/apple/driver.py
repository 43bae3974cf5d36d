"""The Apple driver: Apple's dialect behind the house's protocol."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from quartermaster.drivers.apple import (
    attesting,
    credentials,
    destruction,
    door,
    meanings,
    means,
    packages,
    powers,
    push,
    report,
    sealing,
    verbs,
)
from quartermaster.drivers.apple.accounts import ByAccount
from quartermaster.drivers.apple.ade.ability import Automating
from quartermaster.drivers.apple.compile import alike, compile_for, own_tokens, profile_instead_of
from quartermaster.drivers.apple.declaring import reported, sets
from quartermaster.drivers.apple.delivering import Delivering
from quartermaster.drivers.apple.equipment import Equipment
from quartermaster.drivers.apple.inquiry import disclosed, inquiries
from quartermaster.drivers.apple.moving import Moving
from quartermaster.drivers.apple.store import ability as store
from quartermaster.drivers.apple.store.ability import Licensing
from quartermaster.drivers.apple.wire import commands, connect
from quartermaster.inventory.models import Platform
from quartermaster.mdm.abilities import (
    Choice,
    Credential,
    CredentialKind,
    Proof,
    RenewalOrder,
    Renewing,
    Reported,
    Requested,
    Sleeper,
    Woken,
)
from quartermaster.mdm.door import Route
from quartermaster.mdm.driver import (
    Compiled,
    Context,
    Disclosure,
    Means,
    Order,
    Payload,
    Performance,
    Secrets,
)
from quartermaster.mdm.leave import Leave
from quartermaster.mdm.meanings import Meaning
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.posture import Fact
from quartermaster.policy.requirements import Requirements


class AppleDriver(Automating, ByAccount, Delivering, Equipment, Licensing, Moving):
    """iPhone, iPad and Mac."""

    name = "apple"
    declared_key = sets.KEY
    platforms = frozenset({Platform.IOS.value, Platform.IPADOS.value, Platform.MACOS.value})

    def compile(self, requirements: Requirements, context: Context) -> Compiled:
        return compile_for(requirements, context)

    def alike(self, context: Context, requirements: Requirements) -> Context:
        return alike(context, requirements)

    def tokens(self, compiled: Compiled) -> Callable[[str], Mapping[str, str]]:
        return own_tokens(compiled)

    def inventory(self, context: Context) -> tuple[Order, ...]:
        asked = inquiries(
            personal=context.personal,
            platform=context.platform,
            user_enrolment=context.user_enrolment,
        )
        return tuple(verbs.order(command, f"ask:{command['RequestType']}") for command in asked)

    def disclosure(self, context: Context) -> Disclosure:
        return disclosed(
            personal=context.personal,
            platform=context.platform,
            user_enrolment=context.user_enrolment,
        )

    def commands_of(self, context: Context) -> Mapping[str, str]:
        return powers.commands_of(context)

    def install(self, payload: Payload) -> Order:
        if payload.means is Means.DECLARATION:
            return verbs.order(commands.declarative_management(), payload.key)
        return verbs.order(commands.install_profile(payload.body), payload.key)

    def remove(self, key: str) -> Order:
        if key == self.declared_key:
            return verbs.order(commands.declarative_management(), key)
        return verbs.order(commands.remove_profile(key), key)

    def facts(self, kind: str, answer: bytes, at: datetime) -> Mapping[str, Fact]:
        return report.facts(kind, answer, at)

    def stands_for(self, part: str) -> str:
        return profile_instead_of(part)

    def read_status(
        self, body: bytes, context: Context, known: Mapping[str, Fact], at: datetime
    ) -> Reported:
        return reported.read(body, context, known, at)

    def why_not(self, verb: str, context: Context) -> str:
        return verbs.why_not(verb, context)

    def perform(
        self, verb: str, said: Mapping[str, str], context: Context, secrets: Secrets
    ) -> Performance:
        return verbs.perform(verb, said, context, secrets)

    def meaning(self, answer: bytes) -> Meaning | None:
        return meanings.meaning(answer)

    def again(self, payload: bytes, command_id: UUID) -> bytes:
        return connect.readdressed(payload, str(command_id))

    def sealing_certificate(self, context: Context, at: datetime) -> bytes:
        return sealing.certificate_for(context, at)

    def credential_kinds(self) -> tuple[CredentialKind, ...]:
        return credentials.kinds()

    def request_credential(self, kind: str, at: datetime) -> Requested:
        return credentials.request(kind, at)

    def complete_credential(
        self, kind: str, secret: bytes, content: bytes, at: datetime
    ) -> Credential:
        return credentials.complete(kind, secret, content, at)

    def read_credential(self, kind: str, content: bytes, password: str, at: datetime) -> Credential:
        return credentials.read(kind, content, password, at)

    def renewal(self, asked: Renewing) -> RenewalOrder:
        return means.renewal(asked)

    def choices(self, kind: str, context: Context) -> tuple[Choice, ...]:
        return destruction.choices(kind, context)

    def removes(self, kind: str, context: Context, said: Mapping[str, object]) -> tuple[str, ...]:
        return destruction.removes(kind, context, said)

    def why_not_destroy(self, kind: str, context: Context, said: Mapping[str, object]) -> str:
        return destruction.why_not(kind, context, said)

    def destroy(
        self,
        leave: Leave,
        context: Context,
        said: Mapping[str, object],
        back: str,
        at: datetime,
    ) -> Performance:
        return destruction.destroy(leave, context, said, back, at)

    def destroys(self, payload: bytes) -> bool:
        return destruction.destroys(payload)

    def wake(
        self, credential: ServiceCredential, sleepers: Sequence[Sleeper], at: datetime
    ) -> Sequence[Woken]:
        return push.wake(credential, sleepers, at)

    def why_not_attested(self, context: Context) -> str:
        return attesting.why_not(context)

    def attestation(self, context: Context) -> Order:
        return attesting.question(context)

    def attested(self, proof: Proof, at: datetime) -> Mapping[str, Fact]:
        return attesting.judged(proof, at)

    def routes(self) -> tuple[Route, ...]:
        return (*door.routes(), *packages.routes(), *store.routes())
