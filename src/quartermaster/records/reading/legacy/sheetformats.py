"""What the format of a cell makes of its number: a day, a time, how long; else the number (MS-XLS).

Days and times are written as ISO 8601 has them, whatever the format's own order is: found one way.
"""

import re
from datetime import datetime, timedelta
from enum import Enum

_AS_IT_IS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|AM/PM|A/P', re.IGNORECASE)
_LONGEST = 1_000
_DAYS, _TIMES, _BOTH, _LONG = range(14, 18), range(18, 22), (22,), (46,)
_SHORT = (45, 47)
_EASTERN = (*range(27, 37), *range(50, 59))  # days, as those of the far East are written
_FIRST, _MACINTOSH = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (of no place)
_NO_SUCH_DAY, _END = 60, 2_958_466  # the 29th of February 1900; the year 10000
_APART = 1_462  # days between the two ways of counting


class Shown(Enum):
    """What a number is shown as."""

    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    MOMENT = "moment"
    LENGTH = "length"  # of time, such as 30 hours


BUILT_IN: dict[int, Shown] = {
    **dict.fromkeys((*_DAYS, *_EASTERN), Shown.DAY),
    **dict.fromkeys((*_TIMES, *_SHORT), Shown.TIME),
    **dict.fromkeys(_BOTH, Shown.MOMENT),
    **dict.fromkeys(_LONG, Shown.LENGTH),
}


def shown_by(written: str) -> Shown:
    """What a format, as it is written, shows a number as."""
    first = _AS_IT_IS.sub("", written[:_LONGEST]).partition(";")[0].lower()
    if first in {"general", "standard", ""}:
        return Shown.NUMBER
    if "[" in first:
        return Shown.LENGTH
    day = "y" in first or "d" in first
    clock = "h" in first or "s" in first
    if day and clock:
        return Shown.MOMENT
    if clock:
        return Shown.TIME
    return Shown.DAY if day or "m" in first else Shown.NUMBER


def words(number: float, shown: Shown, *, since_1904: bool = False) -> str:
    """The number as it is shown."""
    last = _END - (_APART if since_1904 else 0)
    if shown is Shown.NUMBER or not 0 <= number < last:
        return f"{number:.15g}"
    seconds = min(round(number * 86400), last * 86400 - 1)
    if shown is Shown.LENGTH:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    when = (_MACINTOSH if since_1904 else _first(number)) + timedelta(seconds=seconds)
    clock = f"{when:%H:%M:%S}" if when.second else f"{when:%H:%M}"
    if shown is Shown.TIME or (number < 1 and not since_1904):
        return clock
    day = f"{when:%Y-%m-%d}"
    return day if shown is Shown.DAY and number == int(number) else f"{day} {clock}"


def _first(number: float) -> datetime:
    """The day before the first: a 29th of February that never was is counted."""
    return _FIRST + timedelta(days=number < _NO_SUCH_DAY)
