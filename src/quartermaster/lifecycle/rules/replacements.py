"""A replacement by what it can do, and not by its model (G-11)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Offer:
    """A device in stock, as the choice sees it."""

    device_id: UUID
    tag: str
    device_class: str
    platform: str
    capabilities: frozenset[str]
    same_department: bool = False


@dataclass(frozen=True)
class Needs:
    """What the work takes: a class, and capabilities. The platform is a wish, no need."""

    device_class: str
    platform: str
    capabilities: frozenset[str]


@dataclass(frozen=True)
class Candidate:
    """An offer with what it lacks, and what it has beyond need."""

    offer: Offer
    missing: tuple[str, ...]
    beyond: int

    @property
    def fits(self) -> bool:
        return not self.missing


def weigh(needs: Needs, offer: Offer) -> Candidate:
    lacks = sorted(needs.capabilities - offer.capabilities)
    return Candidate(offer, tuple(lacks), len(offer.capabilities - needs.capabilities))


def ranked(needs: Needs, offers: Iterable[Offer]) -> list[Candidate]:
    """The offers of the class that is needed, the best first.

    What meets every need goes before what lacks something; then the platform people know, the own
    department's stock, and what has the least beyond need, so that the better device stays for who
    needs it.
    """
    found = [weigh(needs, offer) for offer in offers if offer.device_class == needs.device_class]
    return sorted(
        found,
        key=lambda item: (
            len(item.missing),
            item.offer.platform != needs.platform,
            not item.offer.same_department,
            item.beyond,
            item.offer.tag,
        ),
    )


def needs_of(device_class: str, platform: str, capabilities: Collection[str]) -> Needs:
    return Needs(device_class, platform, frozenset(capabilities))
