"""Errors of the room policy."""

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound


class PlanOutOfDate(Conflict):
    """What the plan was made upon is no longer so; nothing was changed."""

    code = "plan-out-of-date"


class PlanRefused(InvalidInput):
    """The plan holds something that cannot stand, such as an overlay laxer than the city."""

    code = "plan-refused"


class VersionNotFound(NotFound):
    """There is no such version, or it is a draft that the actor may not see."""

    code = "policy-version-not-found"


class AlreadyImported(Conflict):
    """The same file is a version already."""

    code = "policy-already-imported"


class TextMoved(Conflict):
    """What the person read is not what would be acknowledged."""

    code = "policy-text-moved"


class NotYours(Conflict):
    """The person is not asked for an acknowledgement."""

    code = "policy-not-asked"
