"""The set of declarations of one device: a payload of the house, and the bytes that are kept."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple.declaring import accounts, legacy
from quartermaster.drivers.apple.declaring.able import declares, subscribed, takes_declarations
from quartermaster.drivers.apple.declaring.names import NAME
from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.drivers.apple.wire.declarative.declarations import (
    Declaration,
    Section,
    read_set,
    set_token,
)
from quartermaster.drivers.apple.wire.declarative.documents import canonical
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.mdm.driver import Context, Part, Payload

KEY = "org.quartermaster.declarations"
TITLE = "City policy: declarations"
FAMILIES = {"ios": "iOS", "ipados": "iPadOS", "macos": "macOS"}


@dataclass(frozen=True)
class Carried:
    """One ruled matter that is to be declared.

    ``profile``: the bytes of a profile that the declaration has the device fetch.
    """

    name: str
    kind: str
    title: str
    content: Mapping[str, Any]
    settings: tuple[str, ...]
    replaces: str = ""
    profile: bytes = b""
    guarded: bool = False  # applies only where the device is of the family that it was made for


@dataclass(frozen=True)
class Kept:
    """A set as it was announced: the declarations, and the profiles that they refer to."""

    declarations: tuple[Declaration, ...] = ()
    profiles: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return set_token(self.declarations)

    def find(self, section: Section, identifier: str) -> Declaration | None:
        for item in self.declarations:
            if item.section is section and item.identifier == identifier:
                return item
        return None


def payload_for(carried: tuple[Carried, ...], context: Context) -> Payload | None:
    """The payload that declares these matters; None where the device takes no declarations."""
    if not takes_declarations(context):
        return None
    made = [*_of_the_city(context), *_accounts(context), *_matters(carried, context)]
    declarations = [declaration for declaration, _ in made]
    declarations += _activations(made, carried, context)
    profiles = {item.name: item.profile for item in carried if item.profile}
    return Payload(
        key=KEY,
        title=TITLE,
        settings=tuple(name for item in carried for name in item.settings),
        body=render(Kept(tuple(declarations), profiles)),
        digest=set_token(declarations),
        parts=tuple(part for _, part in made),
    )


def render(kept: Kept) -> bytes:
    """The set as it is kept with the enrolment."""
    profiles = {name: base64.b64encode(body).decode() for name, body in kept.profiles.items()}
    declared = [item.plain() for item in kept.declarations]
    return canonical({"declarations": declared, "profiles": profiles})


def read(body: bytes) -> Kept:
    """What `render` kept."""
    try:
        found = json.loads(body)
        profiles = {name: base64.b64decode(text) for name, text in found["profiles"].items()}
        return Kept(read_set(canonical(found["declarations"])), profiles)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Malformed("The kept set of declarations cannot be read.") from problem


Made = tuple[Declaration, Part]


def _made(name: str, kind: str, title: str, content: Mapping[str, Any], **more: Any) -> Made:
    declaration = Declaration(kind, f"{NAME}{name}", content)
    return declaration, Part(declaration.identifier, title, declaration.token, **more)


def _of_the_city(context: Context) -> Iterator[Made]:
    """Who manages the device, what it is to tell, and what activations may ask it."""
    yield _made("organisation", kinds.ORGANISATION, "Who manages it", {"Name": settings.CITY})
    if declares(context, kinds.PROPERTIES):
        yield _made(
            "properties",
            kinds.PROPERTIES,
            "What is noted on it",
            {"ownership": context.ownership, "family": FAMILIES[context.platform]},
        )
    if declares(context, kinds.SUBSCRIPTIONS):
        names = [{"Name": name} for name in subscribed(context)]
        yield _made("status", kinds.SUBSCRIPTIONS, "What it tells", {"StatusItems": names})


def _accounts(context: Context) -> Iterator[Made]:
    wanted = [
        (number, item)
        for number, item in enumerate(accounts.accounts_for(context, settings.ACCOUNTS))
        if declares(context, accounts.kind_of(item))
    ]
    if not wanted:
        return
    identity = _made("identity", kinds.USER_IDENTITY, "Its holder", accounts.identity(context))
    yield identity
    if context.withheld:
        return
    for number, item in wanted:
        content = accounts.content(item, identity[0].identifier)
        yield _made(f"account.{number}", accounts.kind_of(item), item["name"], content)


def _matters(carried: tuple[Carried, ...], context: Context) -> Iterator[Made]:
    for item in carried:
        content = dict(item.content)
        if item.profile:
            content = {"ProfileURL": legacy.address(context.enrolment, item.name, item.profile)}
        yield _made(
            item.name,
            item.kind,
            item.title,
            content,
            settings=item.settings,
            replaces=item.replaces,
        )


def _activations(
    made: list[Made], carried: tuple[Carried, ...], context: Context
) -> Iterator[Declaration]:
    """One for what holds always, one for what depends on the system being what we believe."""
    guarded = {f"{NAME}{item.name}" for item in carried if item.guarded}
    configurations = [
        declaration.identifier
        for declaration, _ in made
        if declaration.section is Section.CONFIGURATION
    ]
    always = [name for name in configurations if name not in guarded]
    if always:
        yield Declaration(kinds.ACTIVATION, f"{NAME}always", {"StandardConfigurations": always})
    where = [name for name in configurations if name in guarded]
    if where:
        family = FAMILIES[context.platform]
        predicate = f'@status(device.operating-system.family) == "{family}"'
        yield Declaration(
            kinds.ACTIVATION,
            f"{NAME}on-{family.lower()}",
            {"StandardConfigurations": where, "Predicate": predicate},
        )
