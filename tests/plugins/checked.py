"""Devices that take nothing but what Apple's schema has for them.

Every command and every profile is held against the schema for the device's system and version, its
supervision and its kind of enrolment; where the schema is not at hand, they are plain devices.
"""

from typing import Any

from quartermaster.simulators.apple import SimulatedDevice, State
from quartermaster.simulators.apple.answers import profile_in
from tests.drivers.apple.schema import Target, profile_findings, schema_folder, sent_findings


def target_of(state: State) -> Target:
    """What the schema needs to know of a device."""
    return Target(
        system="macOS" if state.is_mac else "iOS",
        version=state.os_version,
        supervised=state.supervised,
        user_enrolment=state.user_enrolled,
    )


def require_valid(command: dict[str, Any], target: Target) -> None:
    """Fail the test that sent what no such device takes."""
    if schema_folder() is not None:
        found = sent_findings(command, target)
        assert not found, f"{command['RequestType']} to {target}: {found}"


class CheckedDevice(SimulatedDevice):
    """A simulated device that fails the test on what Apple's schema does not have."""

    def install(self, enrolment_profile: bytes) -> None:
        if schema_folder() is not None:
            found = profile_findings(
                profile_in(enrolment_profile), self._enrolling(enrolment_profile)
            )
            assert not found, f"the enrolment profile: {found}"
        super().install(enrolment_profile)

    def _enrolling(self, enrolment_profile: bytes) -> Target:
        """The kind of enrolment is in the very profile that is about to be installed."""
        profile = profile_in(enrolment_profile)
        byod = any(
            item.get("EnrollmentMode") == "BYOD" or "ManagedAppleID" in item
            for item in profile["PayloadContent"]
        )
        target = target_of(self.state)
        return Target(target.system, target.version, target.supervised, byod)

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        require_valid(command, target_of(self.state))
        return super().obey(command)
