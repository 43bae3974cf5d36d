"""Account-driven enrolment in Apple's terms: discovery, the challenge to sign in, the profile."""

import json
from urllib.parse import urlencode

from django.conf import settings

from quartermaster.drivers.apple import verbs
from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.machine_info import MachineInfo
from quartermaster.mdm.door import Answer
from quartermaster.mdm.driver import Context, Order
from quartermaster.mdm.rules.ways import managed_account
from quartermaster.mdm.ways import Way
from quartermaster.org.models import Person

BASE = "/account/apple"  # at the devices' door
SIGN_IN = "enrol/account"  # at the people's door
CALLBACK = "apple-remotemanagement-user-login"
BEARER = "Bearer "
LONGEST_TOKEN = 200
FORBIDDEN = 403
_VERSIONS = {"user": "mdm-byod", "device": "mdm-adde"}
WAYS = {"user": Way.ACCOUNT_DRIVEN_USER, "device": Way.ACCOUNT_DRIVEN_DEVICE}


def managed_account_of(person: Person) -> str:
    """The Managed Apple Account that the City has for a person."""
    return managed_account(person.email, settings.MANAGED_ACCOUNT_DOMAIN)


def discovered(family: str) -> Answer:
    """Where a device of this family enrols; the same for whatever account is named.

    Apple's systems take exactly one server.
    """
    kind = settings.ACCOUNT_ENROLMENT.get(family, "")
    if not kind:
        return refusal(
            "com.apple.well-known.failed", "Devices of this kind do not enrol here by account."
        )
    server = {"Version": _VERSIONS[kind], "BaseURL": f"{settings.DEVICES_URL}{BASE}/{kind}"}
    return Answer(json.dumps({"Servers": [server]}).encode(), media_type="application/json")


def refusal(code: str, sentence: str) -> Answer:
    """A refusal as Apple's systems read it."""
    body = {"code": code, "description": sentence, "message": sentence}
    return Answer(json.dumps(body).encode(), FORBIDDEN, "application/json")


def sign_in_first(kind: str, info: MachineInfo) -> Answer:
    """Send the person to the people's door; the device adds what they typed as their account."""
    address = f"{settings.WEB_URL}/{SIGN_IN}/{WAYS[kind]}/{info.platform}/"
    challenge = f'Bearer method="apple-as-web", url="{address}"'
    return Answer(status=401, headers={"WWW-Authenticate": challenge})


def return_address(token: str) -> str:
    """Where the sign-in ends: the device takes its token out of this address."""
    return f"{CALLBACK}://authentication-results?{urlencode({'access-token': token})}"


def bearer_of(header: str) -> str:
    """The token of an ``Authorization`` header; empty where it is of another kind."""
    token = header.removeprefix(BEARER).strip()
    return token if header.startswith(BEARER) and len(token) <= LONGEST_TOKEN else ""


class ByAccount:
    """The driver's part in enrolling by account and as a user, and in serving a device's users."""

    def inventory_of_user(self, context: Context) -> tuple[Order, ...]:
        asked = commands.profile_list(personal=context.personal)
        return (verbs.order(asked, f"ask:{asked['RequestType']}"),)

    def return_address(self, token: str) -> str:
        return return_address(token)

    def ways_by_link(self) -> tuple[Way, ...]:
        return (Way.PROFILE, Way.USER)
