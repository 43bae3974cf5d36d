"""Apple's word on a device: asked for, verified, and turned into facts.

A word that does not hold, or that names another device, is a sign of a compromised one. No word is
no sign of anything; and an earlier word, which devices repeat within a week, proves nothing new.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography import x509
from django.conf import settings

from quartermaster.drivers.apple.hardware import is_mac, why_not_attested
from quartermaster.drivers.apple.wire import attestation, commands, connect, plist
from quartermaster.drivers.apple.wire.attestation import OutOfDate, Properties
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.kernel.errors import HouseError
from quartermaster.mdm import posture
from quartermaster.mdm.abilities import Proof
from quartermaster.mdm.driver import Context, Order
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import ATTESTATION

SOURCE = "DevicePropertiesAttestation"
LARGEST_ANSWER = 256 * 1024
PERMISSIVE = "Permissive Security"
NOT_SET_UP = "This installation does not ask Apple to vouch for devices; see the guide for ITMD."
PRIVATE = "Apple's word on a personal device names its serial number, so it is not asked for."
EARLIER = "The device repeated an earlier word of Apple's; it is asked again."
OLD = "Apple's word on the device is out of date; it is asked again."


class BadRoots(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The file of trusted roots cannot be read."""

    code = "bad-roots"
    status = 500


def anchors() -> tuple[x509.Certificate, ...]:
    """The roots that this installation trusts to vouch for devices."""
    named = str(settings.APPLE_ATTESTATION_ROOTS or "")
    if not named:
        return ()
    path = Path(named)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as problem:
        raise BadRoots(f"The roots of attestations in {named} cannot be read.") from problem


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


def why_not(context: Context) -> str:
    """Why Apple's word on a device is not had, as a sentence; empty if it is."""
    if not settings.APPLE_ATTESTATION_ROOTS:
        return NOT_SET_UP
    if context.personal and not context.user_enrolment:
        return PRIVATE
    return why_not_attested(context)


def question(context: Context) -> Order:
    """Ask for Apple's word, with a code that is made of the command's own number."""
    personal = context.personal

    def render(command_uuid: UUID) -> bytes:
        asked = commands.device_attestation(nonce_of(command_uuid), personal=personal)
        return connect.render(str(command_uuid), asked)

    return Order("DeviceInformation", render, key=ATTESTATION)


def nonce_of(command_uuid: UUID) -> bytes:
    """The freshness code of a question: new with every command, and never told beforehand."""
    return hashlib.sha256(b"attestation of " + command_uuid.bytes).digest()


def judged(proof: Proof, at: datetime) -> Mapping[str, Fact]:
    """What the answer to `question` proves of the device; nothing where it has no word at all."""
    said = plist.loads(proof.answer, limit=LARGEST_ANSWER).get("QueryResponses")
    answers: Mapping[str, Any] = said if isinstance(said, dict) else {}
    if SOURCE not in answers or not anchors():
        return {}
    found = dict(_verdict(answers, proof, at))
    return {key: Fact(value, SOURCE, at) for key, value in found.items()}


def _verdict(answers: Mapping[str, Any], proof: Proof, at: datetime) -> Iterator[tuple[str, Any]]:
    try:
        chain = attestation.listed(answers[SOURCE])
        properties = attestation.verify(chain, anchors(), at)
    except OutOfDate:
        yield posture.ATTESTATION_NOTE, OLD
        return
    except WireError as problem:
        yield from _bad(str(problem))
        return
    wrong = mismatch(properties, proof.context, proof.serial, proof.hardware_ids)
    if not wrong and properties.freshness != nonce_of(proof.command_id):
        yield posture.ATTESTATION_NOTE, EARLIER
        return
    wrong = wrong or _contradiction(properties, answers)
    yield from facts_of(properties, proof.context)
    if wrong:
        yield from _bad(wrong)


def _bad(problem: str) -> Iterator[tuple[str, Any]]:
    yield posture.ATTESTED, False
    yield posture.ATTESTATION_NOTE, problem
    yield posture.COMPROMISED, True


def mismatch(
    properties: Properties, context: Context, serial: str, hardware_ids: frozenset[str]
) -> str:
    """Why the word is not about this device, as a sentence; empty if nothing speaks against it.

    On a Mac the attested number is another than the one it makes itself known by.
    """
    if properties.serial and serial and properties.serial.casefold() != serial.casefold():
        return "Apple's word is about a device with another serial number."
    known = {item.casefold() for item in hardware_ids}
    comparable = properties.udid and known and not is_mac(context) and not context.user_enrolment
    if comparable and properties.udid.casefold() not in known:
        return "Apple's word is about another device."
    return ""


def _contradiction(properties: Properties, answers: Mapping[str, Any]) -> str:
    """Where the device says of itself in the same answer what Apple does not."""
    said = answers.get("OSVersion")
    if properties.os_version and isinstance(said, str) and said != properties.os_version:
        return f"The device says that it runs {said[:20]}; Apple vouches for another version."
    return ""


def _weakness(properties: Properties) -> str:
    """What of the system's own protection is switched off, as a sentence."""
    if properties.system_integrity is False:
        return "Apple's word is that the protection of the system is switched off."
    if properties.secure_boot == PERMISSIVE:
        return "Apple's word is that the Mac starts systems that nobody signed."
    return ""


def facts_of(properties: Properties, context: Context) -> Iterator[tuple[str, Any]]:
    """What a word that holds says; of a personal device not which one it is (G-1)."""
    if not context.personal:
        yield from _named(posture.ATTESTED_SERIAL, properties.serial)
        yield from _named(posture.ATTESTED_ID, properties.udid)
    yield from _named(posture.ATTESTED_OS, properties.os_version or properties.enclave_version)
    yield from _named(posture.ATTESTED_INTEGRITY, properties.system_integrity)
    yield from _named(posture.ATTESTED_BOOT, properties.secure_boot)
    yield from _named(posture.ATTESTED_EXTENSIONS, properties.kernel_extensions)
    if problem := _weakness(properties):
        yield from _bad(problem)
        return
    yield posture.ATTESTED, True
    yield posture.ATTESTATION_NOTE, ""
    if not is_mac(context):  # a Mac says more of itself in other answers
        yield posture.COMPROMISED, False


def _named(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if value is not None and value != "":
        yield key, value
