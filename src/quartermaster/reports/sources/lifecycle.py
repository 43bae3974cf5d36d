"""Evidence of the room lifecycle: requests, kits, several devices, losses, the way out."""

from datetime import datetime

from django.db.models import Q

from quartermaster.inventory.models import AccessoryKind
from quartermaster.inventory.queries import accessories_visible_to
from quartermaster.kernel.permits import Actor
from quartermaster.lifecycle.queries.loans import loans_visible_to
from quartermaster.lifecycle.queries.losses import losses_visible_to
from quartermaster.lifecycle.queries.requests import requests_visible_to
from quartermaster.lifecycle.queries.returns import (
    lines_visible_to,
    returns_visible_to,
    sanitisations_visible_to,
)
from quartermaster.lifecycle.queries.second import second_devices_visible_to
from quartermaster.lifecycle.rules.returns import ReturnState
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("lifecycle.requests")
def requests(actor: Actor, at: datetime) -> Evidence:
    """How far requests came (G-7)."""
    return tally(
        requests_visible_to(actor, at),
        ("requests", ALL),
        ("recommended", Q(recommended_at__isnull=False)),
        ("authorised", Q(authorised_at__isnull=False)),
        last="asked_at",
    )


@evidence("lifecycle.kits")
def kits(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """Hands-free kits, and with whom they are; nobody is named (G-6)."""
    return tally(
        accessories_visible_to(actor).filter(kind=AccessoryKind.HANDS_FREE, retired=False),
        ("hands-free kits", ALL),
        ("with somebody", Q(holder__isnull=False)),
    )


@evidence("lifecycle.second")
def second(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """What was authorised beside a first device, and what was lent instead (G-8)."""
    authorised = tally(
        second_devices_visible_to(actor),
        ("second devices authorised", Q(ended_at=None)),
        last="authorised_at",
    )
    lent = tally(loans_visible_to(actor), ("hot-spots lent", Q(lent_at__isnull=False)))
    return Evidence((*authorised.counts, *lent.counts), authorised.last_run)


@evidence("lifecycle.losses")
def losses(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """What was reported, and how far it came (G-11)."""
    return tally(
        losses_visible_to(actor),
        ("losses and damages reported", ALL),
        ("an erasure asked for", Q(erasure__isnull=False)),
        ("responsibility decided", Q(decided_at__isnull=False)),
        last="reported_at",
    )


@evidence("lifecycle.disposal")
def disposal(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """The way out of the City's hands, step by step (C-3)."""
    back = tally(
        returns_visible_to(actor).filter(state=ReturnState.RECEIVED),
        ("returned", ALL),
        last="closed_at",
    )
    clean = tally(
        sanitisations_visible_to(actor), ("sanitised and verified", Q(verified_at__isnull=False))
    )
    gone = tally(lines_visible_to(actor), ("disposed of", Q(lot__certificate__isnull=False)))
    return Evidence((*back.counts, *clean.counts, *gone.counts), back.last_run)
