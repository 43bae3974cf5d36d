"""An act: one transaction that holds the change, its audit entries and its events.

Nested acts join the outermost one. Audit entries are written last, just before the commit,
because the chain admits one writer at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from quartermaster.audit import ledger
from quartermaster.audit.chain import Draft
from quartermaster.jobs.emission import defer, enqueue
from quartermaster.kernel.events import Event
from quartermaster.kernel.permits import Actor


@dataclass
class Act:
    """What is being done, by whom, when. Collects until the transaction ends."""

    actor: Actor
    at: datetime
    entries: list[Draft] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    wake_ups: set[str] = field(default_factory=set)
    begun_by: Actor | None = None

    @property
    def doer(self) -> Actor:
        """Who does it; where the house acts within a person's act, that person."""
        begun_by = self.begun_by or self.actor
        within = self.actor.person_id is None and begun_by.person_id is not None
        return begun_by if within else self.actor

    @property
    def said_by(self) -> str:
        """The doer's name; after it for what, where the house acts in their place."""
        if self.doer is self.actor:
            return self.actor.label
        return f"{self.doer.label}, for {self.actor.label}"

    def record(self, tag: str, subject: models.Model, /, **data: Any) -> None:
        """Add an audit entry about ``subject``. ``data`` must be plain JSON, without secrets."""
        self.record_about(tag, subject._meta.label_lower, str(subject.pk), **data)  # noqa: SLF001

    def record_about(self, tag: str, kind: str, key: str, /, **data: Any) -> None:
        """Add an audit entry about something that is not a row.

        Of who stands in for somebody today, the entry says so.
        """
        if self.actor.absent:
            data["standing_in_for"] = [other.label for other in self.actor.absent]
        actor_id = str(self.actor.person_id) if self.actor.person_id else None
        self.entries.append(Draft(self.at, tag, self.actor.label, actor_id, kind, key, data))

    def emit(self, happened: Event) -> None:
        """Tell the rooms above. Delivered after the commit, at least once, in order."""
        self.events.append(happened)

    def wake_up(self, task: str) -> None:
        """Have a task run after the commit, once however often it is asked for in this act."""
        self.wake_ups.add(task)


_current: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def act(actor: Actor, at: datetime) -> Iterator[Act]:
    """Open an act, or join the one under way (keeping its transaction, with this actor)."""
    outer = _current.get()
    if outer is not None:
        begun_by = outer.begun_by or outer.actor
        inner = Act(actor, at, outer.entries, outer.events, outer.wake_ups, begun_by)
        marks = len(outer.entries), len(outer.events)
        try:
            with transaction.atomic():
                yield inner
        except BaseException:
            # a nested act that fails and is caught leaves no trace, as its savepoint leaves none
            del outer.entries[marks[0] :], outer.events[marks[1] :]
            raise
        return
    with transaction.atomic():
        fresh = Act(actor, at)
        token = _current.set(fresh)
        try:
            yield fresh
        finally:
            _current.reset(token)
        if fresh.events:
            enqueue(fresh.events, at)
        defer(fresh.wake_ups)
        if fresh.entries:
            _check_references()
            ledger.append(fresh.entries)


def _check_references() -> None:
    """Check foreign keys now and not at the commit, when the ledger's lock is held.

    The check locks the row referred to. Waiting for such a row while holding the ledger's lock,
    beside an act that holds the row and waits for the ledger, would be a deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
