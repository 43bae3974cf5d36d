"""Errors of the room policy."""

from quartermaster.kernel.errors import Conflict, InvalidInput


class PlanOutOfDate(Conflict):
    """What the plan was made upon is no longer so; nothing was changed."""

    code = "plan-out-of-date"


class PlanRefused(InvalidInput):
    """The plan holds something that cannot stand, such as an overlay laxer than the city."""

    code = "plan-refused"
