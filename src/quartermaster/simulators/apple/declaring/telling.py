"""The status items that a simulated device can tell, from its state."""

from collections.abc import Callable, Mapping
from typing import Any

from quartermaster.drivers.apple.wire.declarative.availability import (
    DECLARATIONS,
    ITEMS,
    Kind,
    Target,
    available,
)
from quartermaster.simulators.apple.state import State

Value = Any
CAPABILITIES, STANDING = "management.client-capabilities", "management.declarations"


def target_of(state: State) -> Target:
    """The device in Apple's words."""
    if state.supervised:
        kind = Kind.SUPERVISED
    else:
        kind = Kind.USER if state.user_enrolled else Kind.DEVICE
    return Target(state.is_mac, kind, state.os_version)


def family_of(state: State) -> str:
    if state.is_mac:
        return "macOS"
    return "iPadOS" if state.product.startswith("iPad") else "iOS"


def value_of(state: State, name: str) -> Value:
    """What the device says of one item; None where it cannot."""
    teller = _TELLERS.get(name)
    if teller is None or not available(name, target_of(state)):
        return None
    return teller(state)


def capabilities(state: State) -> Value:
    """What this client takes and tells."""
    target = target_of(state)
    by_section: dict[str, list[str]] = {
        "activations": [],
        "assets": [],
        "configurations": [],
        "management": [],
    }
    listed = {"activation": "activations", "asset": "assets", "configuration": "configurations"}
    for kind in sorted(DECLARATIONS):
        if available(kind, target):
            by_section[listed.get(kind.split(".")[2], "management")].append(kind)
    return {
        "supported-versions": ["1.0.0"],
        "supported-features": {},
        "supported-payloads": {
            "declarations": by_section,
            "status-items": [name for name in sorted(ITEMS) if available(name, target)],
        },
    }


def _applications(state: State) -> Value:
    return [
        {
            "identifier": app.identifier,
            "name": app.name,
            "version": app.version,
            "short-version": app.version,
            "state": "managed",
        }
        for app in state.apps
        if app.managed
    ]


def _pending(state: State) -> Value:
    pending = state.pending_update
    return {
        "os-version": pending.version if pending else "",
        "build-version": pending.build if pending else "",
    }


def _failure(state: State) -> Value:
    if not state.update_failure:
        return {"count": 0}
    return {"count": 1, "reason": state.update_failure}


def _install_state(state: State) -> Value:
    if state.update_failure:
        return "failed"
    return "prepared" if state.pending_update else "none"


_TELLERS: Mapping[str, Callable[[State], Value]] = {
    "device.identifier.serial-number": lambda state: state.serial,
    "device.identifier.udid": lambda state: state.udid,
    "device.model.family": lambda state: "Mac" if state.is_mac else state.model_name,
    "device.model.identifier": lambda state: state.product,
    "device.model.marketing-name": lambda state: state.model_name,
    "device.operating-system.build-version": lambda state: state.build,
    "device.operating-system.family": family_of,
    "device.operating-system.marketing-name": lambda state: (
        f"{family_of(state)} {state.os_version}"
    ),
    "device.operating-system.version": lambda state: state.os_version,
    "diskmanagement.filevault.enabled": lambda state: state.file_vault,
    CAPABILITIES: capabilities,
    "mdm.app": _applications,
    "passcode.is-compliant": lambda state: state.passcode_complies,
    "passcode.is-present": lambda state: bool(state.passcode),
    "softwareupdate.failure-reason": _failure,
    "softwareupdate.install-state": _install_state,
    "softwareupdate.pending-version": _pending,
}
