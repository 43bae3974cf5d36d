"""How large what is read may be, and what a file that is not read says of itself."""

from dataclasses import dataclass

from quartermaster.kernel.errors import HouseError

MEGABYTE = 1024 * 1024


class FileRefused(HouseError):  # noqa: N818
    """The file as a whole cannot be taken; nothing of it was."""

    code = "carrier-file-refused"
    status = 422


@dataclass(frozen=True)
class Bounds:
    """Sizes of files, archives, workbooks and tables."""

    members: int = 40  # files in an archive
    unpacked: int = 8192 * MEGABYTE
    ratio: int = 150  # of what is unpacked to what was packed, beyond `small`
    small: int = 10 * MEGABYTE
    parts: int = 500  # of a workbook
    workbook: int = 200 * MEGABYTE  # unpacked
    sheets: int = 20
    rows: int = 1_048_576  # of a sheet
    columns: int = 200
    cell: int = 32_000
    line: int = 256 * 1024  # bytes between two line breaks
    summary_rows: int = 500_000
    segments: int = 5_000_000  # of an interchange
    search: int = 30  # lines in which headings are looked for


BOUNDS = Bounds()
