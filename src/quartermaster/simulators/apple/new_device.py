"""A device out of its box: it asks Apple where it belongs, signs in, enrols and waits.

It starts with the profile that Apple's list gives for its serial number, and goes on to the home
screen when the server has told it to.
"""

import base64
import re
from collections.abc import Callable
from typing import Any

import httpx

from quartermaster.drivers.apple.wire import machine, plist
from quartermaster.simulators.apple.device import SimulatedDevice
from quartermaster.simulators.apple.identities import Refused
from quartermaster.simulators.apple.services.device_ca import DeviceIdentity
from quartermaster.simulators.apple.state import State

SignIn = Callable[[httpx.Client, httpx.Response], httpx.Response]
PROFILE = "application/x-apple-aspen-config"


class NotOurs(Exception):  # noqa: N818 (an outcome)
    """Apple has no profile for this device: it is set up as anybody's."""


class NewDevice(SimulatedDevice):
    """A device that was erased or never used."""

    def __init__(self, client: httpx.Client, state: State, identity: DeviceIdentity) -> None:
        super().__init__(client, state)
        self.birth = identity
        self.cloud: dict[str, Any] = {}
        self.required_version = ""

    def machine_info(self, **more: Any) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "UDID": self.state.udid,
            "SERIAL": self.state.serial,
            "PRODUCT": self.state.product,
            "VERSION": self.state.build,
            "OS_VERSION": self.state.os_version,
            "LANGUAGE": "en-US",
            "MDM_CAN_REQUEST_SOFTWARE_UPDATE": True,
            "SOFTWARE_UPDATE_DEVICE_ID": self.state.product,
            **more,
        }

    def signed_info(self, **more: Any) -> bytes:
        body = plist.dumps(self.machine_info(**more))
        return self.birth.sign(body, timed=not self.state.is_mac)

    def set_up(
        self, activate: Callable[[str], dict[str, Any]], sign_in: SignIn | None = None
    ) -> None:
        """Ask Apple, get the profile (signing in where it asks for that), and check in.

        Raises:
            NotOurs: Apple has nothing for it.
            Refused: the server did not give it a profile.
        """
        self.cloud = activate(self.state.serial)
        if not self.cloud:
            raise NotOurs
        self.state.supervised = bool(self.cloud.get("is_supervised"))
        self.state.awaiting_configuration = bool(self.cloud.get("await_device_configured"))
        web = self.cloud.get("configuration_web_url")
        self.install(self._by_web(web, sign_in) if web and sign_in else self.ask())

    def ask(self, message: bytes | None = None) -> bytes:
        """POST what it says of itself to the address of the profile; the enrolment profile."""
        answer = self.client.post(
            self.cloud["url"],
            content=self.signed_info() if message is None else message,
            headers={"Content-Type": machine.MEDIA_TYPE},
        )
        return self._profile_of(answer)

    def _by_web(self, address: str, sign_in: SignIn) -> bytes:
        header = base64.b64encode(self.signed_info()).decode()
        opened = self.client.get(address, headers={machine.HEADER: header}, follow_redirects=True)
        if opened.status_code == httpx.codes.FORBIDDEN:
            self._profile_of(opened)
        return self._profile_of(sign_in(self.client, opened))

    def _profile_of(self, answer: httpx.Response) -> bytes:
        if answer.status_code == httpx.codes.FORBIDDEN and "json" in answer.headers["content-type"]:
            self.required_version = answer.json().get("details", {}).get("OSVersion", "")
        if answer.status_code != httpx.codes.OK or answer.headers["content-type"] != PROFILE:
            raise Refused(answer)
        return answer.content

    def update(self) -> None:
        """Do the update that the server asked for, and start anew."""
        assert self.required_version
        self.state.os_version, self.required_version = self.required_version, ""


def token_of(page: str) -> str:
    """The token that a form of the people's door carries against forgery."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return found.group(1)
