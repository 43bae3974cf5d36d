"""From requirements to Apple's profiles: one for the passcode, one for restrictions, one for Macs.

Pure, and the same for the same requirements: an unchanged profile has unchanged bytes and is not
sent again.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple.rulings import (
    GATEKEEPER,
    PASSCODE,
    RESTRICTIONS,
    Enforced,
    Impossible,
    Observed,
    Ruling,
    rulings,
)
from quartermaster.drivers.apple.wire import profile
from quartermaster.mdm.driver import Compiled, Context, Payload
from quartermaster.policy.requirements import Requirements

IDENTIFIER = "org.quartermaster.policy"
TITLES = {
    PASSCODE: "City policy: passcode",
    RESTRICTIONS: "City policy: restrictions",
    GATEKEEPER: "City policy: software sources",
}


def compile_for(requirements: Requirements, context: Context) -> Compiled:
    """``requirements`` in Apple's terms, and what cannot be enforced on this device (G-3, G-10)."""
    ruled = rulings(requirements, context)
    payloads = tuple(
        _payload(kind, found, settings.CITY)
        for kind in TITLES
        if (found := {key: item.content for key, item in _enforced(ruled, kind).items()})
    )
    return Compiled(
        payloads=payloads,
        observed=tuple(key for key, ruling in ruled.items() if isinstance(ruling, Observed)),
        unenforceable=tuple(
            (key, ruling.reason) for key, ruling in ruled.items() if isinstance(ruling, Impossible)
        ),
    )


def _enforced(ruled: Mapping[str, Ruling], kind: str) -> dict[str, Enforced]:
    return {
        key: ruling
        for key, ruling in ruled.items()
        if isinstance(ruling, Enforced) and ruling.payload == kind
    }


def _payload(kind: str, found: Mapping[str, Mapping[str, Any]], organisation: str) -> Payload:
    content: dict[str, Any] = {}
    for keys in found.values():
        content = _stricter(content, keys)
    identifier = f"{IDENTIFIER}.{kind}"
    made = profile.configuration(identifier, TITLES[kind], organisation, [_native(kind, content)])
    body = profile.render(made)
    return Payload(
        key=identifier,
        title=TITLES[kind],
        settings=tuple(found),
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
    )


def _stricter(content: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; of two lengths the longer, as two settings may ask for one."""
    both = dict(content) | dict(keys)
    if "minimum_length" in content and "minimum_length" in keys:
        both["minimum_length"] = max(content["minimum_length"], keys["minimum_length"])
    return both


def _native(kind: str, content: Mapping[str, Any]) -> profile.Payload:
    if kind == PASSCODE:
        return profile.passcode(profile.Passcode(**content))
    if kind == RESTRICTIONS:
        return profile.restrictions(dict(sorted(content.items())))
    return profile.Payload("com.apple.systempolicy.control", "gatekeeper", content, "Gatekeeper")
