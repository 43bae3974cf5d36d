"""The way of a carrier's file, of what was read out of it, and of totals that do not agree."""

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

LONGEST_REASON = 300
SHORTEST_REASON = 4
MOST_ATTEMPTS = 3
MOST_REFUSED_ROWS = 10_000  # kept of one table; the count is always whole
MOST_REFUSED_SHARE = 0.5  # more of a table: it is not what its headings say
FEW_ROWS = 20


class Way(Worded):
    """How a file came."""

    PAGE = "page", "Uploaded"
    API = "api", "By the API"
    COMMAND = "command", "By a command"
    FOLDER = "folder", "From the folder"


class FileState(Worded):
    RECEIVED = "received", "Waiting to be read"
    READING = "reading", "Being read"
    IMPORTED = "imported", "Imported"
    REFUSED = "refused", "Refused"
    STOPPED = "stopped", "Stopped"


_F = FileState
FILE: Machine[FileState] = Machine(
    "file",
    _F.RECEIVED,
    [
        Transition("read", frozenset({_F.RECEIVED, _F.READING}), _F.READING),
        Transition("import", frozenset({_F.READING}), _F.IMPORTED),
        Transition("refuse", frozenset({_F.READING}), _F.REFUSED),
        Transition("put off", frozenset({_F.READING}), _F.RECEIVED),
        Transition("stop", frozenset({_F.READING}), _F.STOPPED),
        Transition("read again", frozenset({_F.REFUSED, _F.STOPPED}), _F.RECEIVED),
    ],
)
WAITING = frozenset({_F.RECEIVED, _F.READING})
OVER_FILES = frozenset({_F.IMPORTED, _F.REFUSED, _F.STOPPED})


class PartState(Worded):
    """Of a carrier's account, cycle and family one part is in force."""

    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Replaced"


_P = PartState
PART: Machine[PartState] = Machine(
    "import", _P.IN_FORCE, [Transition("supersede", frozenset({_P.IN_FORCE}), _P.SUPERSEDED)]
)


class DifferenceState(Worded):
    OPEN = "open", "Open"
    ASSIGNED = "assigned", "Somebody looks at it"
    RESOLVED = "resolved", "Resolved"
    GONE = "gone", "Gone with a corrected file"


_D = DifferenceState
LIVE_DIFFERENCES = frozenset({_D.OPEN, _D.ASSIGNED})
DIFFERENCE: Machine[DifferenceState] = Machine(
    "difference",
    _D.OPEN,
    [
        Transition("assign", LIVE_DIFFERENCES, _D.ASSIGNED),
        Transition("resolve", LIVE_DIFFERENCES, _D.RESOLVED),
        Transition("go", LIVE_DIFFERENCES, _D.GONE),
    ],
)


def reason_of(text: str, *, needed: bool = True) -> str:
    """A reason that says something."""
    said = " ".join(text.split())
    if len(said) > LONGEST_REASON:
        raise InvalidInput(f"Say it in {LONGEST_REASON} characters.", field="reason")
    if needed and len(said) < SHORTEST_REASON:
        raise InvalidInput("Say why, in a few words.", field="reason")
    return said


def is_something_else(rows: int, refused: int) -> bool:
    """Whether so many rows were refused that the file is not what its headings say."""
    return (refused > FEW_ROWS and refused > rows * MOST_REFUSED_SHARE) or (
        rows > 0 and refused == rows
    )
