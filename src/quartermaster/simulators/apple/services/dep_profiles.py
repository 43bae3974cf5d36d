"""What Apple checks of an enrolment profile that a server defines."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlparse

LONGEST = 125
MOST_ADDRESS = 2000
LONGEST_MAGIC = 256
FLAGS = frozenset(
    {
        "allow_pairing",
        "auto_advance_setup",
        "await_device_configured",
        "do_not_use_profile_from_backup",
        "is_mandatory",
        "is_mdm_removable",
        "is_multi_user",
        "is_return_to_service",
        "is_supervised",
    }
)
TEXTS = {
    "department": "DEPARTMENT_INVALID",
    "support_phone_number": "SUPPORT_PHONE_INVALID",
    "support_email_address": "SUPPORT_EMAIL_INVALID",
    "profile_name": "CONFIG_NAME_INVALID",
}
OTHERS = frozenset(
    {
        "anchor_certs",
        "configuration_web_url",
        "devices",
        "language",
        "org_magic",
        "region",
        "skip_setup_items",
        "supervising_host_certs",
        "url",
    }
)


def problem_with(content: Mapping[str, Any]) -> str:
    """Apple's code for what is wrong; empty for a profile that is taken."""
    if not content.get("url"):
        return "CONFIG_URL_REQUIRED"
    if not content.get("profile_name"):
        return "CONFIG_NAME_REQUIRED"
    for key in ("url", "configuration_web_url"):
        if key in content and not _address(content[key]):
            return "CONFIG_URL_INVALID"
    for key, code in TEXTS.items():
        value = content.get(key, "x")
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
            return code
    if len(str(content.get("org_magic", ""))) > LONGEST_MAGIC:
        return "MAGIC_INVALID"
    return _flags(content)


def _address(value: object) -> bool:
    """Apple asks for https; a loopback is taken here without."""
    if not isinstance(value, str) or len(value) > MOST_ADDRESS:
        return False
    found = urlparse(value)
    return found.scheme == "https" or found.hostname in {"127.0.0.1", "localhost", "door"}


def _flags(content: Mapping[str, Any]) -> str:
    unknown = set(content) - FLAGS - set(TEXTS) - OTHERS
    odd = [key for key in FLAGS & set(content) if not isinstance(content[key], bool)]
    skipped = content.get("skip_setup_items", [])
    texts = isinstance(skipped, list) and all(isinstance(item, str) for item in skipped)
    if unknown or odd or not texts:
        return "FLAGS_INVALID"
    locked = content.get("is_mdm_removable") is False
    return "FLAGS_INVALID" if locked and not content.get("is_supervised") else ""
