"""What every parser of an export is given beside its content."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

from quartermaster.records.reading.result import Attachment

# a file of the export by its name; or by a time and what it is called behind it, so parted
FileOf = Callable[[str], Attachment | None]
STAMPED = "\0"


@dataclass(frozen=True)
class Given:
    """The export's name, today's date, the zone of its clocks."""

    name: str
    today: date
    zone: tzinfo
