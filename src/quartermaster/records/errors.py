"""What can go wrong in the room records."""

from quartermaster.kernel.errors import Conflict


class NothingToKeep(Conflict):
    """Nobody would be told: the scope names no holder of a device and no person."""

    code = "hold-without-people"


class NoticeChanged(Conflict):
    """The notice was amended since it was read."""

    code = "notice-changed"
