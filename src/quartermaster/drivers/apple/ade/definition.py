"""The enrolment profile that Apple hands to devices of the list: built from the settings alone."""

import base64
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

PATH = "/automated"
WEB_PATH = "/automated/"
LONGEST = 125  # of a name, a department, a telephone number or an address
MAGIC = "org.quartermaster"


def address() -> str:
    """Where a device asks for its profile, on the devices' door."""
    return f"{settings.DEVICES_URL}{PATH}"


def definition() -> dict[str, Any]:
    """The profile as Apple takes it (`POST /profile`)."""
    made: dict[str, Any] = {
        "profile_name": f"{settings.CITY}: city devices"[:LONGEST],
        "url": address(),
        "is_supervised": True,
        "is_mandatory": True,
        "is_mdm_removable": False,
        "await_device_configured": True,
        "allow_pairing": True,
        "is_multi_user": False,
        "auto_advance_setup": False,
        "org_magic": MAGIC,
        "skip_setup_items": list(settings.ADE_SKIP),
    }
    if settings.ADE_SIGN_IN:
        made["configuration_web_url"] = f"{settings.WEB_URL}{WEB_PATH}"
    told = {
        "department": settings.ADE_DEPARTMENT,
        "support_phone_number": settings.ADE_SUPPORT_PHONE,
        "support_email_address": settings.ADE_SUPPORT_EMAIL,
        "language": settings.ADE_LANGUAGE,
        "region": settings.ADE_REGION,
    }
    made.update({key: value[:LONGEST] for key, value in told.items() if value})
    if settings.ADE_ANCHORS is not None:
        made["anchor_certs"] = anchors(settings.ADE_ANCHORS)
    return made


@cache
def anchors(path: Path) -> list[str]:
    """The certificates that devices are to trust for our doors, as Apple takes them."""
    return [
        base64.b64encode(item.public_bytes(Encoding.DER)).decode()
        for item in x509.load_pem_x509_certificates(path.read_bytes())
    ]
