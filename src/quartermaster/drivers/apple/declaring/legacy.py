"""Profiles that a declaration has a device fetch: where they lie, and who gets them."""

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

if TYPE_CHECKING:
    from quartermaster.mdm.driver import Context

PREFIX = "/mdm/apple/profiles"
SALT = "quartermaster.drivers.apple.declared-profile"


def may_be_fetched(context: "Context") -> bool:
    """Apple wants the address to begin with https; and it is made for one enrolment alone."""
    return bool(context.enrolment) and settings.DEVICES_URL.startswith("https://")


def address(enrolment: str, name: str, profile: bytes) -> str:
    """Where one enrolment finds one version of a profile. It cannot be guessed, nor passed on."""
    return f"{settings.DEVICES_URL}{PREFIX}/{enrolment}/{name}/{_proof(enrolment, name, profile)}"


def is_address_of(proof: str, enrolment: str, name: str, profile: bytes) -> bool:
    return constant_time_compare(proof, _proof(enrolment, name, profile))


def _proof(enrolment: str, name: str, profile: bytes) -> str:
    about = f"{enrolment}/{name}/{hashlib.sha256(profile).hexdigest()}"
    return salted_hmac(SALT, about, algorithm="sha256").hexdigest()
