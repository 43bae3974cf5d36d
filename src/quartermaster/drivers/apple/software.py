"""Delivering software in Apple's words: commands, the manifest, and what devices answer."""

from collections.abc import Mapping
from typing import Any

from quartermaster.drivers.apple.verbs import order
from quartermaster.drivers.apple.wire import commands, manifest, plist
from quartermaster.drivers.apple.wire.commands import Command, Management, Terms
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm.delivering import Arrival, Delivery, Package, Report, Reported
from quartermaster.mdm.driver import Context, Order

LARGEST_ANSWER = 8 * 1024 * 1024
LIST, INSTALL = "ManagedApplicationList", "InstallApplication"
ENTERPRISE, REMOVE = "InstallEnterpriseApplication", "RemoveApplication"
KINDS = frozenset({LIST, INSTALL, ENTERPRISE, REMOVE})

_STATES: Mapping[str, tuple[Arrival, str]] = {
    "Queued": (Arrival.WAITING, ""),
    "NeedsRedemption": (Arrival.FAILED, "The device asks for a redemption code; use licences."),
    "Redeeming": (Arrival.WAITING, ""),
    "Prompting": (Arrival.PROMPTING, "The device asks its holder whether to install it."),
    "PromptingForLogin": (Arrival.PROMPTING, "The device asks its holder to sign in."),
    "PromptingForUpdate": (Arrival.PROMPTING, "The device asks its holder whether to update it."),
    "PromptingForUpdateLogin": (Arrival.PROMPTING, "The device asks its holder to sign in."),
    "PromptingForManagement": (
        Arrival.PROMPTING,
        "It is there already; the device asks its holder whether the City may manage it.",
    ),
    "ValidatingPurchase": (Arrival.INSTALLING, ""),
    "ValidatingUpdate": (Arrival.INSTALLING, ""),
    "Installing": (Arrival.INSTALLING, ""),
    "Updating": (Arrival.INSTALLING, ""),
    "Managed": (Arrival.INSTALLED, ""),
    "ManagedButUninstalled": (Arrival.GONE, "The holder removed it."),
    "UserInstalledApp": (Arrival.UNMANAGED, "The holder had installed it before."),
    "UserRejected": (Arrival.DECLINED, "The holder did not want it installed."),
    "UpdateRejected": (Arrival.DECLINED, "The holder did not want it updated."),
    "ManagementRejected": (Arrival.DECLINED, "The holder did not want it managed."),
    "Failed": (Arrival.FAILED, "The device could not install it."),
    "Unknown": (Arrival.WAITING, "The device does not know how far it is."),
}
_REFUSALS: Mapping[str, tuple[Arrival, str]] = {
    "AppAlreadyInstalled": (Arrival.UNMANAGED, "It is on the device already, not managed."),
    "AppAlreadyQueued": (Arrival.WAITING, ""),
    "AppStoreDisabled": (Arrival.FAILED, "The App Store is switched off on the device."),
    "CouldNotVerifyAppID": (Arrival.FAILED, "The App Store does not know this application."),
    "ManagementChangeNotSupported": (
        Arrival.FAILED,
        "It is there already, and the device does not hand it over to management.",
    ),
    "NotAnApp": (Arrival.FAILED, "The store's number is not that of an application."),
    "NotSupported": (Arrival.FAILED, "The device cannot install it."),
    "PurchaseMethodNotSupported": (Arrival.FAILED, "The device does not take this licence."),
    "PurchaseMethodNotSupportedInMultiUser": (
        Arrival.FAILED,
        "A shared device takes licences of the device only.",
    ),
    "Other": (Arrival.FAILED, "The device refused it without a reason."),
}


def why_not_delivered(delivery: Delivery, context: Context) -> str:
    """Why Apple does not allow this on such a device; empty if it does."""
    mac = context.platform == "macos"
    if delivery.take_over and context.personal:
        return "It is there already; on a personal device it stays its holder's own."
    if mac and context.personal:
        return "On a personal Mac Apple leaves the applications to its holder."
    return commands.why_not(
        ENTERPRISE if mac and delivery.address else INSTALL,
        mac=mac,
        version=context.os_version,
        supervised=context.supervised,
        personal=context.personal,
    )


def deliver(delivery: Delivery, context: Context) -> Order:
    """The command that installs it, updates it or takes it over.

    Raises:
        InvalidInput: something in it cannot be said to a device.
    """
    try:
        command = _install(delivery, context)
    except (WireError, ValueError) as problem:
        raise InvalidInput(str(problem)) from problem
    return order(command, key_of(delivery.identifier), secret=delivery.secret)


def key_of(identifier: str) -> str:
    """One purpose for bringing and taking away: the later wish replaces what still waits."""
    return f"software:{identifier}"[:120]


def _install(delivery: Delivery, context: Context) -> Command:
    mac = context.platform == "macos"
    terms = Terms(
        _flags(delivery),
        take_over=delivery.take_over,
        configuration=delivery.configuration,
        attributes={} if mac else delivery.attributes,
        mac=mac,
    )
    if not delivery.address:
        return commands.install_from_store(
            int(delivery.store_id), licensed=delivery.licensed, terms=terms
        )
    if mac:
        return commands.install_package(delivery.address, terms=terms)
    return commands.install_from_manifest(delivery.address, terms=terms)


def _flags(delivery: Delivery) -> Management:
    flags = Management(0)
    if delivery.remove_at_unenrolment:
        flags |= Management.REMOVE_AT_UNENROLMENT
    if delivery.keep_out_of_backups:
        flags |= Management.KEEP_OUT_OF_BACKUPS
    return flags


def withdraw(identifier: str) -> Order:
    """The command that removes it. `InvalidInput` for what is no identifier."""
    try:
        return order(commands.remove_application(identifier), key_of(identifier))
    except WireError as problem:
        raise InvalidInput(str(problem), field="identifier") from problem


def ask() -> Order:
    return order(commands.managed_application_list(), f"ask:{LIST}")


def manifest_of(package: Package) -> bytes:
    return manifest.render(
        bundle=package.identifier,
        version=package.version,
        title=package.title,
        address=package.address,
        chunk_size=package.chunk_size,
        hashes=package.chunk_hashes,
    )


def reported(kind: str, answer: bytes) -> Report | None:
    """What an answer says of applications. A state that Apple adds later is taken for waiting."""
    if kind not in {LIST, INSTALL, ENTERPRISE}:
        return None
    said = plist.loads(answer, limit=LARGEST_ANSWER)
    if kind == LIST:
        return _listed(said)
    return Report(_answered(said))


def _listed(said: Mapping[str, Any]) -> Report | None:
    listed = said.get(LIST)
    if not isinstance(listed, dict):
        return None
    items = []
    for identifier, item in listed.items():
        if isinstance(item, dict):
            arrival, sentence = _STATES.get(str(item.get("Status")), (Arrival.WAITING, ""))
            version = item.get("ExternalVersionIdentifier")
            known = version if isinstance(version, int) and 0 <= version < 2**63 else None
            items.append(Reported(str(identifier)[:155], arrival, sentence, known))
    return Report(tuple(items), whole=True)


def _answered(said: Mapping[str, Any]) -> tuple[Reported, ...]:
    """The answer to an installation; it may leave out which one, which the command knows."""
    identifier = str(said.get("Identifier", ""))[:155]
    refusal = _REFUSALS.get(str(said.get("RejectionReason")))
    if refusal:
        return (Reported(identifier, *refusal),)
    if said.get("Status") != "Acknowledged":
        return ()
    arrival, sentence = _STATES.get(str(said.get("State", "Queued")), (Arrival.WAITING, ""))
    return (Reported(identifier, arrival, sentence),)
