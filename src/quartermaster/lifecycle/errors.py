"""What may come of the room's verbs, beside the house's own outcomes."""

from quartermaster.kernel.errors import Conflict


class NotReady(Conflict):
    """Something stands in the way of handing this out."""

    code = "not-ready-to-hand-out"


class KeptForAnother(Conflict):
    """The thing is being made ready for a person already."""

    code = "kept-for-another"


class DepartmentExcluded(Conflict):
    """The person's department has vendor contracts of its own (S-3)."""

    code = "department-excluded"


class AlreadyReserved(Conflict):
    """The thing is kept for somebody else, or was handed out in the meantime."""

    code = "already-reserved"


class SecondDeviceRefused(Conflict):
    """A second cellular device takes an authorisation on record, and there is none (G-8)."""

    code = "second-device"


class NoneFree(Conflict):
    """Nothing of the pool is free on all the days asked for."""

    code = "none-free"
