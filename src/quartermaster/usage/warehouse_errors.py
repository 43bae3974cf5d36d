"""What can be wrong with a file as a whole; single rows are refused one by one."""

from quartermaster.kernel.errors import HouseError


class FileUnreadable(HouseError):  # noqa: N818
    """The file is no delimited text that can be read row by row."""

    code = "usage-file-unreadable"
    status = 422


class DetailDamaged(HouseError):  # noqa: N818
    """A file of the warehouse is gone, or is not what was written."""

    code = "usage-detail-damaged"
    status = 500
