"""What may be disposed of by the schedule: records, and what rooms above register of their own.

One way for all of it: series and day in `Retained`, review, two people, a wait, holds looked at
again, a line of the log, the certificate. A room says how its kind is held, described and gone.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import NotFound
from quartermaster.records.models import DisposalEntry


@dataclass(frozen=True)
class Facts:
    """What a certificate may say of a thing: a name without words of its content, and digests."""

    name: str
    digest: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disposable:
    """A kind of thing that the schedule destroys.

    Attributes:
        kind: as `Retained` has it.
        title: what people call several of them.
        kept: which of them must stay now, each with a sentence; asked under
            `locks.keep_holds_still`.
        facts: what the certificate says of one.
        end: destroys one, inside the transaction of its entry. What lies outside the database
            goes after the commit, with a row that is swept where that did not come to pass.
        sources: what a schedule may say falls into a series by itself, with its words.
        address: where people look at one (the name of an address that takes ``key``), or empty.
    """

    kind: str
    title: str
    kept: Callable[[Collection[UUID], datetime], Mapping[UUID, str]]
    facts: Callable[[UUID], Facts]
    end: Callable[[UUID, DisposalEntry, Act], None]
    sources: tuple[tuple[str, str], ...] = ()
    address: str = ""


_KINDS: dict[str, Disposable] = {}


def register(disposable: Disposable) -> Disposable:
    """Have the schedule dispose of this kind, too."""
    _KINDS[disposable.kind] = disposable
    return disposable


def disposable_of(kind: str) -> Disposable:
    """How this kind is disposed of."""
    found = _KINDS.get(kind)
    if found is None:
        raise NotFound(f"Nothing of the kind {kind} is disposed of.")
    return found


def kinds() -> tuple[Disposable, ...]:
    return tuple(_KINDS[kind] for kind in sorted(_KINDS))


def sources() -> list[tuple[str, str]]:
    """What rooms above keep, as a schedule puts it into series."""
    return [source for kind in kinds() for source in kind.sources]
