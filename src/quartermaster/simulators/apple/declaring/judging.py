"""How a simulated device judges and applies what is declared to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.drivers.apple.wire.declarative.availability import available, has_key
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.simulators.apple.answers.profiles import profile_in
from quartermaster.simulators.apple.declaring.predicates import BadPredicate, holds
from quartermaster.simulators.apple.declaring.telling import target_of, value_of
from quartermaster.simulators.apple.passcodes import DECLARED_RULES
from quartermaster.simulators.apple.state import State

Plain = Mapping[str, Any]
Fetch = Callable[[str], bytes]
_NEEDED: Mapping[str, tuple[str, ...]] = {
    kinds.LEGACY: ("ProfileURL",),
    kinds.UPDATE_BY: ("TargetOSVersion", "TargetLocalDateTime"),
    kinds.SUBSCRIPTIONS: ("StatusItems",),
    kinds.ORGANISATION: ("Name",),
    kinds.ACTIVATION: ("StandardConfigurations",),
}


class Unfit(Exception):  # noqa: N818 (an outcome)
    """A declaration that cannot be taken, with Apple's code."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.reason = {"code": code, "description": description}


@dataclass(frozen=True)
class Verdict:
    """How one declaration stands."""

    declaration: Plain
    active: bool
    valid: str
    reasons: tuple[dict[str, str], ...] = ()

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "identifier": self.declaration["Identifier"],
            "server-token": self.declaration["ServerToken"],
            "active": self.active,
            "valid": self.valid,
        }
        return told | ({"reasons": list(self.reasons)} if self.reasons else {})


def judge(state: State, declared: Mapping[str, Plain], fetch: Fetch) -> list[Verdict]:
    """Judge every declaration, apply what is active, and drop what is not any longer."""
    properties = {
        key: value
        for item in declared.values()
        if item["Type"] == kinds.PROPERTIES
        for key, value in item["Payload"].items()
    }
    verdicts = [_activation(state, item, properties) for item in _of(declared, "activation")]
    wanted = {
        name
        for verdict in verdicts
        if verdict.active
        for name in verdict.declaration["Payload"]["StandardConfigurations"]
    }
    earlier, state.configurations = state.configurations, {}
    verdicts += [
        _configuration(state, item, wanted, earlier, fetch)
        for item in _of(declared, "configuration")
    ]
    verdicts += [_plain(state, item) for item in _of(declared, "asset")]
    verdicts += [_plain(state, item) for item in _of(declared, "management")]
    _drop(state, earlier)
    return verdicts


def _of(declared: Mapping[str, Plain], section: str) -> Iterator[Plain]:
    return (item for item in declared.values() if item["Type"].split(".")[2] == section)


def _activation(state: State, item: Plain, properties: Mapping[str, object]) -> Verdict:
    predicate = item["Payload"].get("Predicate", "TRUEPREDICATE")
    try:
        _require_fit(state, item)
        if holds(predicate, lambda name: value_of(state, name), properties):
            return Verdict(item, active=True, valid="valid")
    except Unfit as problem:
        return Verdict(item, active=False, valid="invalid", reasons=(problem.reason,))
    except BadPredicate as problem:
        reason = {"code": "Error.UnableToParsePredicate", "description": str(problem)}
        return Verdict(item, active=False, valid="invalid", reasons=(reason,))
    reason = {"code": "Info.Predicate", "description": predicate}
    return Verdict(item, active=False, valid="valid", reasons=(reason,))


def _configuration(
    state: State, item: Plain, wanted: set[str], earlier: Mapping[str, Plain], fetch: Fetch
) -> Verdict:
    if item["Identifier"] not in wanted:
        reason = {"code": "Info.NotReferencedByActivation", "description": "Nothing activates it."}
        return Verdict(item, active=False, valid="unknown", reasons=(reason,))
    try:
        _require_fit(state, item)
        if item["Type"] == kinds.LEGACY:
            _install(state, item, earlier, fetch)
    except Unfit as problem:
        return Verdict(item, active=False, valid="invalid", reasons=(problem.reason,))
    state.configurations[item["Identifier"]] = dict(item)
    return Verdict(item, active=True, valid="valid")


def _plain(state: State, item: Plain) -> Verdict:
    try:
        _require_fit(state, item)
    except Unfit as problem:
        return Verdict(item, active=False, valid="invalid", reasons=(problem.reason,))
    return Verdict(item, active=True, valid="valid")


def _require_fit(state: State, item: Plain) -> None:
    kind, payload = item["Type"], item["Payload"]
    target = target_of(state)
    if kind in state.unable or not available(kind, target):
        raise Unfit("Error.ConfigurationNotSupported", f"{kind} is not supported.")
    if missing := [key for key in _NEEDED.get(kind, ()) if key not in payload]:
        raise Unfit("Error.ConfigurationCannotBeDeserialized", f"{missing[0]} is missing.")
    unknown = [key for key in payload if not has_key(kind, key, target)]
    if kind == kinds.PASSCODE:
        unknown += [key for key in payload if key not in DECLARED_RULES]
    if unknown:
        raise Unfit("Error.UnknownPayloadKeys", f"Unknown keys: {', '.join(unknown)}.")


def _install(state: State, item: Plain, earlier: Mapping[str, Plain], fetch: Fetch) -> None:
    """Fetch and install the profile, unless the same version of it is there already."""
    known = earlier.get(item["Identifier"])
    if known is not None and known["ServerToken"] == item["ServerToken"]:
        return
    address = item["Payload"]["ProfileURL"]
    if not address.startswith("https://"):
        raise Unfit("Error.ConfigurationIsInvalid", "The address must begin with https.")
    try:
        profile = profile_in(fetch(address))
        identifier = profile["PayloadIdentifier"]
    except (WireError, LookupError, TypeError, OSError) as problem:
        raise Unfit("Error.ConfigurationCannotBeApplied", f"No profile: {problem}") from problem
    state.profiles[identifier] = profile
    state.declared_profiles[item["Identifier"]] = identifier


def _drop(state: State, earlier: Mapping[str, Plain]) -> None:
    """Profiles of configurations that are gone are gone with them."""
    for name in earlier.keys() - state.configurations.keys():
        identifier = state.declared_profiles.pop(name, None)
        if identifier is not None:
            state.profiles.pop(identifier, None)
