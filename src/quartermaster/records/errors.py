"""What can go wrong in the room records."""

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, NotFound


class NothingToKeep(Conflict):
    """Nobody would be told: the scope names no holder of a device and no person."""

    code = "hold-without-people"


class NoticeChanged(Conflict):
    """The notice was amended since it was read."""

    code = "notice-changed"


class NotTaken(InvalidInput):
    """The file is too large, or no kind of file that becomes a record."""

    code = "record-not-taken"


class ExportUnfit(InvalidInput):
    """It is no export that can be read: the sentence says why."""

    code = "export-unfit"


class TooMuchWaits(Conflict):
    """Too many files were sent that no record was made of."""

    code = "record-too-much-waits"


class RecordDamaged(HouseError):  # noqa: N818 (an outcome, like the others)
    """What is in the store is not what was stored."""

    code = "record-damaged"
    status = 500


class RecordDestroyed(NotFound):
    """The record was destroyed by the retention schedule; its certificate says why."""

    code = "record-destroyed"
    status = 410
