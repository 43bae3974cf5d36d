"""Addresses of packages: unguessable, signed, bound to one enrolment and one package, for a time.

The address of a manifest is part of a command and lives as long as commands do; that of the
package itself stands in the manifest and lives a day.
"""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from quartermaster.kernel.errors import NotFound
from quartermaster.mdm.models import DeviceSoftware, SoftwarePackage
from quartermaster.mdm.software import usable_packages
from quartermaster.mdm.software_states import SOFTWARE_LIVE
from quartermaster.mdm.states import EnrolmentState

MANIFEST_LIFE = timedelta(days=15)
PACKAGE_LIFE = timedelta(days=1)
PREFIX = "/software"
_SALT = "quartermaster.mdm.packages"
_TOKEN = re.compile(r"([0-9a-f]{32})-([0-9a-f]{32})-([0-9]{10})-([0-9a-f]{64})")


class Part(StrEnum):
    """What an address leads to. One cannot be turned into the other."""

    MANIFEST = "manifest"
    PACKAGE = "package"


class AddressRefused(NotFound):
    """The address is forged, too old, or its device has nothing more to fetch here."""

    code = "address-refused"


def address_of(part: Part, enrolment_id: UUID, package_id: UUID, at: datetime) -> str:
    """Where the device of this enrolment fetches this package, or its manifest, from now on."""
    life = MANIFEST_LIFE if part is Part.MANIFEST else PACKAGE_LIFE
    said = f"{enrolment_id.hex}-{package_id.hex}-{int((at + life).timestamp())}"
    return f"{settings.DEVICES_URL}{PREFIX}/{part.value}/{said}-{_signature(part, said)}"


def _signature(part: Part, said: str) -> str:
    return salted_hmac(_SALT, f"{part.value}:{said}", algorithm="sha256").hexdigest()


def opened(path: str, at: datetime) -> tuple[Part, UUID, SoftwarePackage]:
    """What an address (without its prefix) leads to: the part, the enrolment, the package.

    Raises:
        AddressRefused: and no word of why, so that guessing tells nothing.
    """
    kind, _, token = path.partition("/")
    found = _TOKEN.fullmatch(token)
    if found is None or kind not in set(Part):
        raise AddressRefused("This address leads nowhere.")
    part = Part(kind)
    enrolment, package, expires, signature = found.groups()
    said = f"{enrolment}-{package}-{expires}"
    fresh = datetime.fromtimestamp(int(expires), UTC) > at
    if not constant_time_compare(signature, _signature(part, said)) or not fresh:
        raise AddressRefused("This address leads nowhere.")
    return part, UUID(enrolment), _package(UUID(enrolment), UUID(package))


def _package(enrolment_id: UUID, package_id: UUID) -> SoftwarePackage:
    """The package, as long as the device is enrolled and is to have it."""
    wanted = DeviceSoftware.objects.filter(
        enrolment_id=enrolment_id,
        enrolment__state=EnrolmentState.ENROLLED,
        state__in=sorted(SOFTWARE_LIVE),
    ).values("software_id")
    rows = usable_packages().select_related("software", "file")
    package = rows.filter(id=package_id, software_id__in=wanted).first()
    if package is None:
        raise AddressRefused("This address leads nowhere.")
    return package
