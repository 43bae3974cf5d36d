"""What a plan means for devices. Rooms above know devices; they tell it here.

An estimator is registered by the room that can answer. The plan asks them all, and is none the
poorer where there is none.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from quartermaster.policy.plan.compare import Plan


@dataclass(frozen=True)
class Impact:
    """One thing a plan would do beyond the rulebook: to a device, or not be able to do."""

    topic: str  # "devices", "unenforceable", …
    sentence: str
    count: int = 1
    department_id: UUID | None = None
    device_id: UUID | None = None


Estimator = Callable[[Plan], Iterable[Impact]]
_ESTIMATORS: dict[str, Estimator] = {}


def estimator(name: str) -> Callable[[Estimator], Estimator]:
    """Register an estimator under the name of its room."""

    def register(function: Estimator) -> Estimator:
        if _ESTIMATORS.setdefault(name, function) is not function:
            raise ValueError(f"The estimator {name} is registered twice.")
        return function

    return register


def impacts_of(plan: Plan) -> tuple[Impact, ...]:
    """What all rooms say of a plan, in the order of their names."""
    return tuple(found for name in sorted(_ESTIMATORS) for found in _ESTIMATORS[name](plan))
