"""Enrolments of other Apple servers: NanoMDM's database, and lines of JSON from any other.

One line is one enrolment: ``udid``, ``serial_number``, ``topic``, ``push_magic``, ``token`` (hex or
base64), and of the identity ``certificate`` (PEM) or ``certificate_sha256`` (hex). It may have
``unlock_token`` and ``bootstrap_token`` (base64), ``os_version`` and ``user_enrollment``.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from cryptography import x509
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quartermaster.drivers.apple.push_certificate import PUSH
from quartermaster.drivers.apple.wire import ca, cms, plist, profile
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm import posture
from quartermaster.mdm.elsewhere import Elsewhere, Former, Pin
from quartermaster.mdm.posture import Fact

NANOMDM, LINES = "nanomdm", "lines"
SERVERS = (NANOMDM, LINES)
MOST = 200_000
LARGEST_FILE = 1024 * 1024 * 1024
TOKEN_BYTES = 32
SHA256_BYTES = 32

_NANOMDM = """
SELECT e.id AS udid, d.serial_number, e.topic, e.push_magic, e.token_hex AS token,
       e.type <> 'Device' AS user_enrollment, d.identity_cert AS certificate,
       encode(d.unlock_token, 'base64') AS unlock_token, d.bootstrap_token_b64 AS bootstrap_token,
       d.authenticate,
       ARRAY(SELECT a.sha256 FROM cert_auth_associations a WHERE a.id = e.id ORDER BY 1) AS pins
FROM enrollments e JOIN devices d ON d.id = e.device_id
WHERE e.enabled AND e.user_id IS NULL
ORDER BY e.id
LIMIT %s
"""


class Line(BaseModel):
    """One enrolment as it is written down; what is unknown is passed over."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    udid: str = Field(min_length=1, max_length=128)
    serial_number: str | None = Field(default="", max_length=64)
    topic: str = Field(min_length=1, max_length=200)
    push_magic: str = Field(min_length=1, max_length=200)
    token: str = Field(min_length=1, max_length=400)
    certificate: str | None = Field(default="", max_length=20_000)
    certificate_sha256: str | None = Field(default="", max_length=100)
    unlock_token: str | None = Field(default="", max_length=100_000)
    bootstrap_token: str | None = Field(default="", max_length=10_000)
    os_version: str | None = Field(default="", max_length=40)
    user_enrollment: bool = False
    pins: list[str] = Field(default_factory=list, max_length=20)


def read(server: str, source: str, content: bytes) -> Sequence[Elsewhere]:
    """The enrolments of a server.

    Raises:
        InvalidInput: no such server, its database does not answer, or the file is none.
    """
    rows = _rows_of_nanomdm(source) if server == NANOMDM else _rows_of_lines(server, content)
    return [_enrolment(number, row) for number, row in enumerate(rows, start=1)]


def former(content: bytes) -> Former:
    """What the other server's enrolment profile says of management; signed or not.

    Raises:
        InvalidInput: no enrolment profile.
    """
    try:
        if not content.lstrip().startswith(b"<"):
            content = cms.load_signed_data(content)["encap_content_info"]["content"].native
        made = plist.loads(content)
        management = profile.management_of(made)
        identifier = str(made["PayloadIdentifier"])
    except (WireError, ValueError, KeyError, TypeError) as problem:
        raise InvalidInput("This is no enrolment profile of another server.") from problem
    return Former({"management": management, "identifier": identifier, "means": "", "signed": True})


def _rows_of_nanomdm(source: str) -> Iterator[Mapping[str, Any]]:
    try:
        with (
            psycopg.connect(source, connect_timeout=10, row_factory=dict_row) as link,
            link.cursor() as cursor,
        ):
            link.read_only = True
            rows = cursor.execute(_NANOMDM, [MOST + 1]).fetchall()
    except psycopg.Error as problem:
        raise InvalidInput(
            f"NanoMDM's database cannot be read: {type(problem).__name__}."
        ) from problem
    if len(rows) > MOST:
        raise InvalidInput(f"More than {MOST} enrolments are not read at once.")
    for row in rows:
        yield {**row, "os_version": _said(row.get("authenticate"), "OSVersion")}


def _said(message: object, key: str) -> str:
    """What the device said of itself when it enrolled there; empty where it did not."""
    try:
        value = plist.loads(str(message or "").encode()).get(key, "")
    except WireError:
        return ""
    return value if isinstance(value, str) else ""


def _rows_of_lines(server: str, content: bytes) -> Iterator[Mapping[str, Any]]:
    if server != LINES:
        raise InvalidInput(f"Enrolments are read from {' or '.join(SERVERS)}.")
    if len(content) > LARGEST_FILE:
        raise InvalidInput("The file is too large.")
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise InvalidInput(f"More than {MOST} enrolments are not read at once.")
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise InvalidInput(f"Line {number} is no JSON.") from problem
        if not isinstance(row, dict):
            raise InvalidInput(f"Line {number} is no object.")
        yield row


def _enrolment(number: int, row: Mapping[str, Any]) -> Elsewhere:
    """A row, or what is wrong with it: one bad row does not hold up the rest."""
    try:
        line = Line.model_validate(row)
        return Elsewhere(
            external_id=line.udid,
            serial=line.serial_number or "",
            topic=line.topic,
            token=_push_token(line.token),
            magic=line.push_magic.encode(),
            pins=_pins(line),
            unlock_token=_bytes(line.unlock_token or ""),
            bootstrap_token=_bytes(line.bootstrap_token or ""),
            set_apart=line.user_enrollment,
            facts=_facts(line),
        )
    except (ValidationError, ValueError) as problem:
        wrong = problem.errors()[0]["loc"] if isinstance(problem, ValidationError) else (problem,)
        name = str(row.get("udid") or f"row {number}")[:128]
        said = f"This row cannot be read: {', '.join(map(str, wrong))}."
        return Elsewhere(name, "", "", b"", b"", problem=said)


def _push_token(text: str) -> bytes:
    token = _bytes(text)
    if len(token) != TOKEN_BYTES:
        raise ValueError("the push token is none")
    return token


def _facts(line: Line) -> dict[str, Fact]:
    if not line.os_version:
        return {}
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)  # whatever the device says now is newer
    return {posture.OS_VERSION: Fact(line.os_version, "another server", long_ago)}


def _pins(line: Line) -> tuple[Pin, ...]:
    found: dict[bytes, Pin] = {}
    for digest in [line.certificate_sha256 or "", *line.pins]:
        if digest:
            fingerprint = bytes.fromhex(digest.replace(":", ""))
            if len(fingerprint) != SHA256_BYTES:
                raise ValueError("the certificate's digest is no SHA-256")
            found[fingerprint] = Pin(fingerprint)
    if line.certificate:
        certificate = x509.load_pem_x509_certificate(line.certificate.encode())
        fingerprint = ca.fingerprint(certificate)
        if found and fingerprint not in found:
            return tuple(found.values())  # kept for show there; the association is what counts
        found[fingerprint] = Pin(
            fingerprint, format(certificate.serial_number, "x"), certificate.not_valid_after_utc
        )
    return tuple(found.values())


def _bytes(text: str) -> bytes:
    """What is written in hex or in base64."""
    plain = "".join(text.split())
    try:
        return bytes.fromhex(plain)
    except ValueError:
        pass
    try:
        return base64.b64decode(plain, validate=True)
    except binascii.Error as problem:
        raise ValueError("a value is neither hex nor base64") from problem


class Moving:
    """The Apple driver's ability to read other servers' enrolments."""

    servers = SERVERS
    push_credential = PUSH.name

    def read_enrolments(self, server: str, source: str, content: bytes) -> Sequence[Elsewhere]:
        return read(server, source, content)

    def read_former(self, content: bytes) -> Former:
        return former(content)
