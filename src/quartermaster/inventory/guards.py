"""Guards: upper rooms may refuse that a device, or the line in it, becomes somebody's.

Each is asked before the act, with a clear sentence. A trigger of the database may stand behind it
for every other path; `told` turns its refusal into a sentence as well.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError

from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict
from quartermaster.org.models import Person

Guard = Callable[[Device, Person, datetime], None]
PREFIX = "guard_"  # begins the names of the constraints whose message is for people

_GUARDS: list[Guard] = []


def register(guard: Guard) -> Guard:
    """Have every hand-out ask this first; it raises where the person may not have the device."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)
    return guard


def forget(guard: Guard) -> None:
    _GUARDS.remove(guard)


def ask(device: Device, holder: Person | None, at: datetime) -> None:
    """Raise what the first guard raises that refuses it."""
    if holder is None:
        return
    for guard in _GUARDS:
        guard(device, holder, at)


@contextmanager
def told() -> Iterator[None]:
    """Say as a `Conflict` what a guarding trigger of the database refuses."""
    try:
        yield
    except IntegrityError as problem:
        diagnosis = getattr(problem.__cause__, "diag", None)
        if diagnosis is None or not str(diagnosis.constraint_name or "").startswith(PREFIX):
            raise
        raise Conflict(f"{diagnosis.message_primary}.") from problem
