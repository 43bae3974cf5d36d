"""What can go wrong with a kept file."""

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, NotFound


class FileTooLarge(InvalidInput):
    """The file is larger than what is taken."""

    code = "file-too-large"
    status = 413


class FileMissing(NotFound):
    """No file with this digest is kept."""

    code = "file-missing"


class FileDamaged(HouseError):  # noqa: N818 (an outcome, like the others)
    """What is on the disk is no longer what was stored."""

    code = "file-damaged"
    status = 500


class PaperNotMade(HouseError):  # noqa: N818 (an outcome, like the others)
    """A template and its data do not make a sound paper; a fault of ours."""

    code = "paper-not-made"
    status = 500


class FileDestroyed(Conflict):
    """The content was destroyed for good and is not taken in again."""

    code = "file-destroyed"
