"""Configuration profiles: the one that enrols a device, and those that carry settings.

An identifier never changes, so that a profile replaces its earlier self. The UUID follows from the
content, so that the same settings are the same bytes, and a profile list proves which ones stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Any
from uuid import UUID, uuid5

from quartermaster.drivers.apple.wire import plist

MEDIA_TYPE = "application/x-apple-aspen-config"
_NAMESPACE = UUID("7c1e1f0a-6f0e-5d0b-9a51-0c5b1f6d2a44")

PER_USER_CONNECTIONS = "com.apple.mdm.per-user-connections"
BOOTSTRAP_TOKEN = "com.apple.mdm.bootstraptoken"  # noqa: S105 (the name of a capability)
SERVICE_TOKEN = "com.apple.mdm.token"  # noqa: S105

MANAGEMENT = "com.apple.mdm"
TITLE = "Device management"
DIGITAL_SIGNATURE = 1
DIGITAL_SIGNATURE_AND_ENCIPHERMENT = 5
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
HARDWARE_KEY_BITS = 384
KEY_BITS = 2048
SCEP_RETRIES = 3
SCEP_RETRY_SECONDS = 10


class Rights(IntFlag):
    """What an MDM profile lets the server do; the device itself holds it to that."""

    INSPECT_PROFILES = 1
    INSTALL_PROFILES = 2
    LOCK_AND_CLEAR_PASSCODE = 4
    ERASE = 8
    QUERY_DEVICE = 16
    QUERY_NETWORK = 32
    INSPECT_PROVISIONING = 64
    INSTALL_PROVISIONING = 128
    QUERY_APPLICATIONS = 256
    QUERY_RESTRICTIONS = 512
    QUERY_SECURITY = 1024
    SETTINGS = 2048
    MANAGE_APPLICATIONS = 4096


CITY_RIGHTS = Rights(8191)
# A personal device is neither erased nor locked, and its own applications, numbers and networks
# are not asked for (G-1); without the right, the device would refuse even if we asked.
PERSONAL_RIGHTS = (
    Rights.INSPECT_PROFILES
    | Rights.INSTALL_PROFILES
    | Rights.QUERY_DEVICE
    | Rights.QUERY_SECURITY
    | Rights.SETTINGS
    | Rights.MANAGE_APPLICATIONS
)


class Mode(StrEnum):
    """What an account-driven enrolment is: a user's on their own device, or a device's."""

    USER = "BYOD"
    DEVICE = "ADDE"


@dataclass(frozen=True)
class Enrolment:
    """Everything that differs from one enrolment profile to the next.

    With an ``acme_url`` the device makes its key in its own hardware and asks for the certificate
    by ACME, ``challenge`` being its client identifier; by SCEP otherwise.
    """

    identifier: str
    organisation: str
    server_url: str
    check_in_url: str
    scep_url: str
    challenge: str
    topic: str
    common_name: str
    authority_fingerprint: bytes = b""
    capabilities: tuple[str, ...] = (PER_USER_CONNECTIONS, BOOTSTRAP_TOKEN)
    acme_url: str = ""


@dataclass(frozen=True)
class Payload:
    """One payload of a configuration profile; ``name`` tells it from its siblings, for ever."""

    kind: str
    name: str
    content: Mapping[str, Any]
    title: str = ""


@dataclass(frozen=True)
class Passcode:
    """The passcode payload; ``None`` leaves a rule out. ``failed_attempts`` erases the device."""

    required: bool = True
    allow_simple: bool | None = None
    minimum_length: int | None = None
    alphanumeric: bool | None = None
    complex_characters: int | None = None
    history: int | None = None
    maximum_age_days: int | None = None
    inactivity_minutes: int | None = None
    grace_minutes: int | None = None
    failed_attempts: int | None = None


def passcode(rules: Passcode) -> Payload:
    """``com.apple.mobiledevice.passwordpolicy``."""
    content = {
        "forcePIN": rules.required,
        "allowSimple": rules.allow_simple,
        "minLength": rules.minimum_length,
        "requireAlphanumeric": rules.alphanumeric,
        "minComplexChars": rules.complex_characters,
        "pinHistory": rules.history,
        "maxPINAgeInDays": rules.maximum_age_days,
        "maxInactivity": rules.inactivity_minutes,
        "maxGracePeriod": rules.grace_minutes,
        "maxFailedAttempts": rules.failed_attempts,
    }
    kept = {key: value for key, value in content.items() if value is not None}
    return Payload("com.apple.mobiledevice.passwordpolicy", "passcode", kept, "Passcode")


def restrictions(content: Mapping[str, Any]) -> Payload:
    """``com.apple.applicationaccess``."""
    return Payload("com.apple.applicationaccess", "restrictions", content, "Restrictions")


def disk_encryption(profile_identifier: str, certificate: bytes, keeper: str) -> list[Payload]:
    """FileVault, switched on at the next log-in; its recovery key sealed to ``certificate``.

    Nobody is shown the key: it is told to ``keeper`` alone, in the answer to ``SecurityInfo``.
    """
    recipient = Payload(
        "com.apple.security.pkcs1",
        "recipient",
        {"PayloadContent": certificate},
        "Keeper of recovery keys",
    )
    reference = uuid_of(f"{profile_identifier}.{recipient.name}", recipient.content)
    vault = Payload(
        "com.apple.MCX.FileVault2",
        "filevault",
        {
            "Enable": "On",
            "Defer": True,
            "DeferForceAtUserLoginMaxBypassAttempts": 0,
            "DeferDontAskAtUserLogout": True,
            "UseRecoveryKey": True,
            "ShowRecoveryKey": False,
        },
        "Disk encryption",
    )
    escrow = Payload(
        "com.apple.security.FDERecoveryKeyEscrow",
        "escrow",
        {"Location": keeper, "EncryptCertPayloadUUID": reference},
        "Keeping of the recovery key",
    )
    return [recipient, escrow, vault]


def configuration(
    identifier: str, title: str, organisation: str, payloads: Sequence[Payload]
) -> dict[str, Any]:
    """A profile of settings, sent by ``InstallProfile``."""
    content = [_payload(identifier, organisation, item) for item in payloads]
    return _profile(identifier, title, organisation, content)


def city_enrolment(asked: Enrolment) -> dict[str, Any]:
    """The enrolment profile of a device that the city owns: every right."""
    return _enrolment(asked, {"AccessRights": int(CITY_RIGHTS)})


def personal_enrolment(asked: Enrolment) -> dict[str, Any]:
    """The enrolment profile of a device that its holder owns: few rights.

    It asks for those that the policy's controls need, and for none to erase, lock or look.
    """
    return _enrolment(asked, {"AccessRights": int(PERSONAL_RIGHTS)})


def user_enrolment(asked: Enrolment, managed_account: str) -> dict[str, Any]:
    """The profile of a User Enrolment, for systems before iOS 18 and macOS 15.

    Apple's system keeps personal data out of reach; rights have no meaning there.
    """
    return _enrolment(asked, {"ManagedAppleID": managed_account})


def account_enrolment(asked: Enrolment, managed_account: str, mode: Mode) -> dict[str, Any]:
    """The profile for a device on which a person signed in; only a device's names rights."""
    kind: dict[str, Any] = {"EnrollmentMode": mode.value, "AssignedManagedAppleID": managed_account}
    if mode is Mode.DEVICE:
        kind["AccessRights"] = int(CITY_RIGHTS)
    return _enrolment(asked, kind)


def render(profile: Mapping[str, Any]) -> bytes:
    """The profile as it is served or put into ``InstallProfile`` (sign it with ``cms.sign``)."""
    return plist.dumps(profile)


def uuid_of(identifier: str, content: Mapping[str, Any]) -> str:
    """The UUID that follows from a payload's content."""
    return str(uuid5(_NAMESPACE, f"{identifier}\n{plist.dumps(content).decode()}")).upper()


def _enrolment(asked: Enrolment, kind: Mapping[str, Any]) -> dict[str, Any]:
    identity = _payload(asked.identifier, asked.organisation, _identity(asked))
    management = Payload(
        MANAGEMENT,
        "mdm",
        {
            "IdentityCertificateUUID": identity["PayloadUUID"],
            "Topic": asked.topic,
            "ServerURL": asked.server_url,
            "CheckInURL": asked.check_in_url,
            "SignMessage": True,
            "CheckOutWhenRemoved": True,
            "ServerCapabilities": list(asked.capabilities),
            **kind,
        },
        TITLE,
    )
    content = [identity, _payload(asked.identifier, asked.organisation, management)]
    return _profile(asked.identifier, TITLE, asked.organisation, content)


def management_of(profile: Mapping[str, Any]) -> dict[str, Any]:
    """The management payload of an enrolment profile: what a renewed one must repeat."""
    (found,) = (item for item in profile["PayloadContent"] if item["PayloadType"] == MANAGEMENT)
    return dict(found)


def renewed_enrolment(asked: Enrolment, management: Mapping[str, Any]) -> dict[str, Any]:
    """The enrolment profile again, with a new identity and all else as it was.

    A device takes it in place of the first only if the management payload is the same one.
    """
    identity = _payload(asked.identifier, asked.organisation, _identity(asked))
    same = {**management, "IdentityCertificateUUID": identity["PayloadUUID"]}
    return _profile(asked.identifier, TITLE, asked.organisation, [identity, same])


def _identity(asked: Enrolment) -> Payload:
    return _acme(asked) if asked.acme_url else _scep(asked)


def _acme(asked: Enrolment) -> Payload:
    content = {
        "DirectoryURL": asked.acme_url,
        "ClientIdentifier": asked.challenge,
        "KeyType": "ECSECPrimeRandom",
        "KeySize": HARDWARE_KEY_BITS,
        "HardwareBound": True,
        "Attest": True,
        "Subject": _subject(asked),
        "UsageFlags": DIGITAL_SIGNATURE,
        "ExtendedKeyUsage": [CLIENT_AUTHENTICATION],
    }
    return Payload("com.apple.security.acme", "acme", content, "Device identity")


def _subject(asked: Enrolment) -> list[list[list[str]]]:
    return [[["O", asked.organisation]], [["CN", asked.common_name]]]


def _scep(asked: Enrolment) -> Payload:
    content: dict[str, Any] = {
        "URL": asked.scep_url,
        "Challenge": asked.challenge,
        "Subject": _subject(asked),
        "Key Type": "RSA",
        "Keysize": KEY_BITS,
        "Key Usage": DIGITAL_SIGNATURE_AND_ENCIPHERMENT,
        "Retries": SCEP_RETRIES,
        "RetryDelay": SCEP_RETRY_SECONDS,
    }
    if asked.authority_fingerprint:
        content["CAFingerprint"] = asked.authority_fingerprint
    return Payload(
        "com.apple.security.scep", "scep", {"PayloadContent": content}, "Device identity"
    )


def _payload(identifier: str, organisation: str, payload: Payload) -> dict[str, Any]:
    own = f"{identifier}.{payload.name}"
    return {
        **payload.content,
        "PayloadType": payload.kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": own,
        "PayloadUUID": uuid_of(own, payload.content),
        "PayloadDisplayName": payload.title or payload.name,
        "PayloadOrganization": organisation,
    }


def _profile(
    identifier: str, title: str, organisation: str, content: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": identifier,
        "PayloadUUID": uuid_of(identifier, {"PayloadContent": list(content)}),
        "PayloadDisplayName": title,
        "PayloadOrganization": organisation,
        "PayloadContent": list(content),
    }
