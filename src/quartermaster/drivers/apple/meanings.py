"""What Apple's error numbers mean to people, and whether to try again.

Numbers and their short names are Apple's; those that nobody has explained are shown as they came.
"""

from collections.abc import Mapping
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.connect import ErrorItem, errors_of
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.drivers.apple.wire.meanings import KNOWN, WHOLE_DOMAINS, Known
from quartermaster.mdm.meanings import Meaning

LARGEST_ANSWER = 8 * 1024 * 1024
UNREADABLE = Meaning(
    "CommandFormatError",
    "The device could not read the command.",
    "This is a fault of ours: report it, with the kind of the command and the system's version.",
)


def meaning(answer: bytes) -> Meaning | None:
    """What the refusal in an answer means; of a chain, the deepest link that is known."""
    try:
        said = plist.loads(answer, limit=LARGEST_ANSWER)
    except WireError:
        return None
    if said.get("Status") == "CommandFormatError":
        return UNREADABLE
    chain = errors_of(said)
    if not chain:
        return None
    for item in reversed(chain):
        if known := _known(item):
            return _meaning(item, known)
    return Meaning(_code(chain[0]), said=chain[0].description)


def _known(item: ErrorItem) -> Known | None:
    return KNOWN.get((item.domain, item.code)) or WHOLE_DOMAINS.get(item.domain)


def _meaning(item: ErrorItem, known: Known) -> Meaning:
    return Meaning(_code(item), known.sentence, known.advice, known.temporary, item.description)


def _code(item: ErrorItem) -> str:
    return f"{item.domain} {item.code}".strip()


def in_parts(payload: Mapping[str, Any]) -> list[ErrorItem]:
    """The refusals in an answer that as a whole was acknowledged: of one setting, one update."""
    return errors_of(payload, parts_only=True)
