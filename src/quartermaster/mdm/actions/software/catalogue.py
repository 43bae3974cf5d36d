"""The catalogue of what the City delivers: decided by a person, with the date."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.files import actions as files
from quartermaster.files.queries import open_large
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import software_permits as permits
from quartermaster.mdm.delivering import Delivery, delivering
from quartermaster.mdm.driver import Context, driver_for, is_managed
from quartermaster.mdm.models import Software, SoftwarePackage, SoftwareSource
from quartermaster.mdm.software_events import SoftwareDecided

LARGEST_PACKAGE = 4 * 1024**3
CHUNK = 10 * 1024**2
LARGEST_CONFIGURATION = 64 * 1024
_SAMPLE_ADDRESS = "https://sample.example/software"


@dataclass(frozen=True)
class Details:
    """What is decided about one application. ``secrets`` are the sealed part of its settings."""

    title: str
    identifier: str
    platforms: tuple[str, ...]
    source: SoftwareSource
    store_id: str = ""
    licensed: bool = True
    keep_out_of_backups: bool = True
    remove_at_unenrolment: bool = True
    configuration: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Any] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def place(software_id: UUID) -> str:
    """Where the secrets of an application's settings belong, for the vault."""
    return f"mdm.software/{software_id}/configuration"


def settings_of(software: Software) -> dict[str, Any]:
    """The settings of an application, with the secrets; for the device alone."""
    plain: dict[str, Any] = dict(software.configuration)
    if software.sealed_configuration is None:
        return plain
    opened = vault.unseal(bytes(software.sealed_configuration), place=place(software.id))
    return plain | dict(json.loads(opened))


def add_software(*, details: Details, actor: Actor, at: datetime) -> Software:
    """Take an application into the catalogue (G-4, G-10).

    Raises:
        InvalidInput: something in it cannot be delivered to one of its platforms.
        Conflict: its identifier or number in the store is there already.
    """
    require(actor, permits.SOFTWARE_MANAGE)
    _check(details)
    key = new_id()
    with act(actor, at) as doing:
        try:
            with transaction.atomic():
                software = Software.objects.create(id=key, **_fields(details, key, doing))
        except IntegrityError as problem:
            raise Conflict(
                f"{details.identifier} is in the catalogue already.", field="identifier"
            ) from problem
        _announce("mdm.software.added", software, doing)
    return software


def change_software(
    *, software: Software, details: Details, actor: Actor, at: datetime
) -> Software:
    """Decide anew on an application; devices get its settings with the next version (G-4).

    ``secrets`` None keeps those that are sealed.
    """
    require(actor, permits.SOFTWARE_MANAGE)
    _check(details)
    if (details.identifier, details.source) != (software.identifier, software.source):
        raise InvalidInput("What it is cannot change; retire it and add another.")
    fields = _fields(details, software.id, None)
    if details.secrets is None:
        del fields["sealed_configuration"]
    with act(actor, at) as doing:
        changed = Software.objects.filter(id=software.id, retired_at=None).update(
            **fields, decided_at=at, decided_by=actor.label
        )
        if changed != 1:
            raise Conflict("It was retired at the same time.")
        software.refresh_from_db()
        _announce("mdm.software.changed", software, doing)
    return software


def retire_software(*, software: Software, reason: str, actor: Actor, at: datetime) -> None:
    """Deliver it no longer, and take it away where it was delivered (G-4, G-10)."""
    require(actor, permits.SOFTWARE_MANAGE)
    if not reason.strip():
        raise InvalidInput("Say why; the reason is kept.", field="reason")
    with act(actor, at) as doing:
        if not Software.objects.filter(id=software.id, retired_at=None).update(retired_at=at):
            raise Conflict("It is retired already.")
        software.refresh_from_db()
        _announce("mdm.software.retired", software, doing, reason=reason.strip()[:500])


def add_package(
    *,
    software: Software,
    content: bytes | BinaryIO,
    name: str,
    version: str,
    platforms: tuple[str, ...],
    actor: Actor,
    at: datetime,
) -> SoftwarePackage:
    """Add a version of a package; it waits for a second person (G-10).

    Raises:
        InvalidInput: it is not from packages, no version is named, or it is too large or empty.
    """
    require(actor, permits.SOFTWARE_MANAGE)
    if software.source != SoftwareSource.PACKAGE:
        raise InvalidInput("This application comes from the store.")
    if not version.strip():
        raise InvalidInput("Say which version it is.", field="version")
    foreign = set(platforms) - set(software.platforms)
    if foreign or not platforms:
        raise InvalidInput("The package is for none of its platforms.", field="platforms")
    file = files.store(
        content=content,
        media_type="application/octet-stream",
        name=name,
        limit=LARGEST_PACKAGE,
        actor=actor,
        at=at,
    )
    if file.size == 0:
        raise InvalidInput("The file is empty.", field="file")
    hashes = chunk_hashes(file.digest)  # a long look at the file, outside the transaction
    with act(actor, at) as doing:
        package, fresh = SoftwarePackage.objects.get_or_create(
            software=software,
            version=version.strip()[:60],
            file=file,
            defaults={
                "platforms": sorted(platforms),
                "chunk_size": CHUNK,
                "chunk_hashes": hashes,
                "added_at": at,
                "added_by": actor.label,
                "adder_id": actor.person_id,
            },
        )
        if not fresh:
            raise Conflict("This version of the file is there already.")
        doing.record("mdm.package.added", package, version=package.version, digest=file.digest)
    return package


def withdraw_package(*, package: SoftwarePackage, actor: Actor, at: datetime) -> None:
    """Hand a version out no longer; its addresses stop working (G-10)."""
    require(actor, permits.SOFTWARE_MANAGE)
    with act(actor, at) as doing:
        rows = SoftwarePackage.objects.filter(id=package.id, withdrawn_at=None)
        if rows.update(withdrawn_at=at) != 1:
            raise Conflict("This version was withdrawn already.")
        package.refresh_from_db()
        doing.record("mdm.package.withdrawn", package, version=package.version)
        doing.emit(SoftwareDecided(software_id=package.software_id))


def chunk_hashes(digest: str) -> list[str]:
    """The SHA-256 of each piece of a kept file."""
    hashes = []
    with open_large(digest) as handle:
        while piece := handle.read(CHUNK):
            hashes.append(hashlib.sha256(piece).hexdigest())
    return hashes


def _fields(details: Details, key: UUID, doing: Act | None) -> dict[str, Any]:
    secrets = json.dumps(dict(details.secrets)) if details.secrets else ""
    made: dict[str, Any] = {
        "title": details.title.strip()[:120],
        "identifier": details.identifier,
        "source": details.source,
        "platforms": sorted(details.platforms),
        "store_id": details.store_id,
        "licensed": details.licensed,
        "keep_out_of_backups": details.keep_out_of_backups,
        "remove_at_unenrolment": details.remove_at_unenrolment,
        "configuration": dict(details.configuration),
        "sealed_configuration": vault.seal(secrets.encode(), place=place(key)) if secrets else None,
        "attributes": dict(details.attributes),
        "note": details.note.strip()[:500],
    }
    if doing is not None:
        made |= {"decided_at": doing.at, "decided_by": doing.actor.label}
    return made


def _check(details: Details) -> None:
    """Have each platform's driver say it once, so that a mistake is seen here and not there."""
    if not details.title.strip():
        raise InvalidInput("Give it a name.", field="title")
    if not details.platforms:
        raise InvalidInput("Say for which systems it is.", field="platforms")
    if details.source == SoftwareSource.STORE and not details.store_id.isdecimal():
        raise InvalidInput("An application of the store has a number.", field="store_id")
    both = {**details.configuration, **(details.secrets or {})}
    if len(json.dumps(both)) > LARGEST_CONFIGURATION:
        raise InvalidInput("The settings are too large.", field="configuration")
    packaged = details.source == SoftwareSource.PACKAGE
    for platform in details.platforms:
        driver = delivering(driver_for(platform).name) if is_managed(platform) else None
        if driver is None:
            raise InvalidInput(f"Nothing is delivered to {platform} yet.", field="platforms")
        sample = Delivery(
            identifier=details.identifier,
            title=details.title,
            store_id=details.store_id,
            address=_SAMPLE_ADDRESS if packaged else "",
            configuration=both,
            attributes=details.attributes,
        )
        driver.deliver_software(sample, Context("city", platform))
        driver.withdraw_software(details.identifier)


def _announce(tag: str, software: Software, doing: Act, **more: str) -> None:
    doing.record(tag, software, identifier=software.identifier, title=software.title, **more)
    doing.emit(SoftwareDecided(software_id=software.id))
