"""Findings against a department, or ITMD itself: found in the house's own books (G-12, G-9)."""

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded


class DepartmentFindingState(Worded):
    OPEN = "open", "Open"
    SETTLED = "settled", "Put right"
    WITHDRAWN = "withdrawn", "Withdrawn"


_S = DepartmentFindingState
DEPARTMENT_FINDING: Machine[DepartmentFindingState] = Machine(
    "finding",
    _S.OPEN,
    [
        Transition("settle", frozenset({_S.OPEN}), _S.SETTLED),
        Transition("withdraw", frozenset({_S.OPEN}), _S.WITHDRAWN),
    ],
)
