"""From requirements to what carries them: declarations where the device takes them, else profiles.

Pure, and the same for the same requirements: what is unchanged has unchanged bytes and is not sent
again.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple import messages, networks
from quartermaster.drivers.apple.declaring import contents, legacy, sets
from quartermaster.drivers.apple.declaring.able import declares
from quartermaster.drivers.apple.declaring.names import (
    DISK,
    GATEKEEPER,
    NAME,
    PASSCODE,
    RESTRICTIONS,
    UPDATE_BY,
    UPDATES,
)
from quartermaster.drivers.apple.declaring.sets import Carried, payload_for
from quartermaster.drivers.apple.hardware import has
from quartermaster.drivers.apple.rulings import (
    Delivered,
    Enforced,
    Impossible,
    Observed,
    Ruling,
    rulings,
)
from quartermaster.drivers.apple.wire import profile
from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.drivers.apple.wire.declarative.declarations import Declaration
from quartermaster.mdm.driver import Compiled, Context, Holder, Payload
from quartermaster.policy.requirements import Requirements

IDENTIFIER = "org.quartermaster.policy"
DECLARED_IDENTIFIER = "org.quartermaster.declared"
TITLES = {
    PASSCODE: "City policy: passcode",
    RESTRICTIONS: "City policy: restrictions",
    GATEKEEPER: "City policy: software sources",
    UPDATE_BY: "City policy: lowest version by a date",
    UPDATES: "City policy: updates by themselves",
    DISK: "City policy: disk encryption",
}

BY_EITHER = frozenset({PASSCODE, RESTRICTIONS, GATEKEEPER})


@dataclass(frozen=True)
class Matter:
    """Everything that is ruled to be carried together, and the settings that ask for it."""

    name: str
    content: Mapping[str, Any]
    settings: tuple[str, ...]


def compile_for(requirements: Requirements, context: Context) -> Compiled:
    """``requirements`` in Apple's terms, and what cannot be enforced on this device (G-3, G-10)."""
    ruled = rulings(requirements, context)
    if not ruled:
        return Compiled()
    matters = [matter for name in TITLES if (matter := _matter(name, ruled))]
    declared = {item.name: carried for item in matters if (carried := _declared(item, context))}
    profiles = [_payload(item) for item in matters if item.name not in declared]
    declarations = payload_for(tuple(declared.values()), context)
    return Compiled(
        payloads=(
            *profiles,
            *networks.payloads(context),
            *messages.payloads(context),
            *((declarations,) if declarations else ()),
        ),
        observed=tuple(key for key, ruling in ruled.items() if isinstance(ruling, Observed)),
        unenforceable=tuple(
            (key, ruling.reason) for key, ruling in ruled.items() if isinstance(ruling, Impossible)
        ),
        delivered=tuple(
            (key, ruling.identifiers)
            for key, ruling in ruled.items()
            if isinstance(ruling, Delivered)
        ),
        remarks=tuple(
            (key, ruling.remark)
            for key, ruling in ruled.items()
            if isinstance(ruling, Observed | Delivered) and ruling.remark
        ),
    )


SOMEBODY = "somebody"  # stands for each enrolment in the address of a profile


def alike(context: Context, requirements: Requirements) -> Context:
    """The context of all devices that the same payloads carry the same settings to.

    Accounts, networks and messages are for a holder and carry no setting. An enrolment counts only
    in the address of a profile that the device fetches itself: `own_tokens` tells what follows from
    that. From when the days to update count makes no difference to a device that has the version.
    """
    floor = requirements.minimum_os.get(context.platform)
    if floor is None or has(context, floor):
        context = replace(context, update_since=None)
    fetched = declares(context, kinds.LEGACY) and legacy.may_be_fetched(context)
    kept = SOMEBODY if fetched else ""
    return replace(
        context,
        enrolment=kept,
        holder=Holder(),
        enrolled_at=None,
        lost=False,
        withheld=False,
        message="",
    )


def own_tokens(compiled: Compiled) -> Callable[[str], Mapping[str, str]]:
    """By an enrolment: the versions of the declarations that have it fetch a profile."""
    fetched = [
        (item.kind, item.identifier, item.identifier.removeprefix(NAME), body)
        for payload in compiled.payloads
        if payload.key == sets.KEY
        for kept in (sets.read(payload.body),)
        for item in kept.declarations
        if (body := kept.profiles.get(item.identifier.removeprefix(NAME)))
    ]

    def tokens(enrolment: str) -> Mapping[str, str]:
        return {
            identifier: Declaration(
                kind, identifier, {"ProfileURL": legacy.address(enrolment, name, body)}
            ).token
            for kind, identifier, name, body in fetched
        }

    return tokens


def profile_instead_of(declaration: str) -> str:
    """The profile by which a matter comes where it is not declared; empty where there is none."""
    name = declaration.removeprefix(NAME)
    return f"{IDENTIFIER}.{name}" if name in BY_EITHER else ""


def _matter(name: str, ruled: Mapping[str, Ruling]) -> Matter | None:
    found = {
        key: ruling.content
        for key, ruling in ruled.items()
        if isinstance(ruling, Enforced) and ruling.payload == name
    }
    content: dict[str, Any] = {}
    for keys in found.values():
        content = _stricter(content, keys)
    return Matter(name, content, tuple(found)) if found else None


def _stricter(content: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; of two lengths the longer, as two settings may ask for one."""
    both = dict(content) | dict(keys)
    if "minimum_length" in content and "minimum_length" in keys:
        both["minimum_length"] = max(content["minimum_length"], keys["minimum_length"])
    return both


def _payload(matter: Matter) -> Payload:
    body = _profile(f"{IDENTIFIER}.{matter.name}", matter)
    return Payload(
        key=f"{IDENTIFIER}.{matter.name}",
        title=TITLES[matter.name],
        settings=matter.settings,
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
    )


@dataclass(frozen=True)
class Draft:
    """What makes the bytes of a profile; ``said`` stands for the content in comparisons."""

    identifier: str
    name: str
    city: str
    said: str
    content: Mapping[str, Any] = field(compare=False)


def _profile(identifier: str, matter: Matter) -> bytes:
    said = repr(sorted(matter.content.items()))
    return _rendered(Draft(identifier, matter.name, settings.CITY, said, matter.content))


@lru_cache(maxsize=256)
def _rendered(draft: Draft) -> bytes:
    """The same bytes for a whole fleet are made once."""
    native = _native(draft.name, draft.content)
    made = profile.configuration(draft.identifier, TITLES[draft.name], draft.city, native)
    return profile.render(made)


def _native(kind: str, content: Mapping[str, Any]) -> list[profile.Payload]:
    if kind == PASSCODE:
        return [profile.passcode(profile.Passcode(**content))]
    if kind == RESTRICTIONS:
        return [profile.restrictions(dict(sorted(content.items())))]
    if kind == DISK:
        identifier = f"{IDENTIFIER}.{kind}"
        return profile.disk_encryption(identifier, content["certificate"], settings.CITY)
    return [profile.Payload("com.apple.systempolicy.control", "gatekeeper", content, "Gatekeeper")]


def _declared(matter: Matter, context: Context) -> Carried | None:
    """The matter as a declaration; None where this device has to get it by a profile."""
    name, title = matter.name, TITLES[matter.name]
    if name == PASSCODE:
        rules = contents.passcode(profile.Passcode(**matter.content))
        if not declares(context, kinds.PASSCODE, *rules):
            return None
        replaced = f"{IDENTIFIER}.{name}"
        return Carried(name, kinds.PASSCODE, title, rules, matter.settings, replaced)
    if name == UPDATE_BY:
        update = _update(matter.content)
        return Carried(name, kinds.UPDATE_BY, title, update, matter.settings, guarded=True)
    if name == UPDATES:
        automatic = contents.automatic_updates(mac=context.platform == "macos")
        return Carried(name, kinds.UPDATES, title, automatic, matter.settings)
    able = declares(context, kinds.LEGACY) and legacy.may_be_fetched(context)
    if name == DISK or not able:
        return None
    return Carried(
        name,
        kinds.LEGACY,
        title,
        {},
        matter.settings,
        replaces=f"{IDENTIFIER}.{name}",
        profile=_profile(f"{DECLARED_IDENTIFIER}.{name}", matter),
    )


def _update(content: Mapping[str, Any]) -> dict[str, Any]:
    return contents.update_by(
        content["version"],
        content["since"],
        content["days"],
        settings.TIME_ZONE,
        f"{settings.WEB_URL}/my-devices/",
    )
