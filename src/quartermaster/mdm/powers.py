"""What the City may do on a device, and what it cannot: asked of its driver, kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from quartermaster.inventory.models import Device
from quartermaster.mdm.abilities import CanDestroy, NamesCommands
from quartermaster.mdm.driver import Context, Disclosure, driver_for, is_managed
from quartermaster.mdm.queries import context_of, wanted_for
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.mdm.verbs import VERBS
from quartermaster.policy.requirements import CATALOGUE


@dataclass(frozen=True)
class Powers:
    """Of one device, in plain words. ``settings``: what the policy sets or looks at there."""

    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def powers_over(device: Device, at: datetime) -> Powers:
    """What the City sees of a device and may do on it now, by its driver's own word (G-1, G-2)."""
    if not is_managed(device.platform):
        return Powers()
    context = context_of(device)
    plain = powers_in(device.platform, context)
    asked = [name for payload in wanted_for(device, at).payloads for name in payload.settings]
    titles = dict.fromkeys(CATALOGUE[name].title for name in asked if name in CATALOGUE)
    return Powers(plain.seen, plain.unseen, plain.may, plain.cannot, tuple(titles), plain.removed)


def powers_in(platform: str, context: Context) -> Powers:
    """The same of any device that would come in this way."""
    driver = driver_for(platform)
    told: Disclosure = driver.disclosure(context)
    may: dict[str, None] = {}
    if isinstance(driver, NamesCommands):
        may = dict.fromkeys(driver.commands_of(context).values())
    barred = [verb.title for code, verb in VERBS.items() if driver.why_not(code, context)]
    removed: tuple[str, ...] = ()
    if isinstance(driver, CanDestroy):
        if driver.why_not_destroy(Kind.WIPE, context, {}):
            barred.append(Kind.WIPE.label)
        if not driver.why_not_destroy(Kind.REMOVAL, context, {}):
            removed = driver.removes(Kind.REMOVAL, context, {})
    return Powers(told.seen, told.unseen, tuple(may), tuple(barred), (), removed)
