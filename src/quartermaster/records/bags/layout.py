"""How a bag of records is laid out, and what of a bag that somebody sends is refused.

Pure decisions on names and lines. A bag here is a ZIP file with one folder; what RFC 8493 allows
and nobody needs (files to fetch, weak digests) is refused.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from quartermaster.kernel.errors import InvalidInput

MOST_FILES, MOST_RECORDS = 5000, 500
LARGEST = 2 * 1024**3
LARGEST_TAG = 8 * 1024**2
MOST_RATIO = 200
LONGEST_NAME = 255
VERSIONS = ("0.97", "1.0")
DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
RECORD = "record.json"
_LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
_ESCAPED = re.compile(r"%(0[AaDd]|25)")


class BagRefused(InvalidInput):
    """The bag is not sound, or is no bag of records."""

    code = "bag-refused"


def refused(why: str) -> BagRefused:
    return BagRefused(f"This bag is not taken. {why}", field="bag")


def line(digest: str, path: str) -> str:
    """A line of a manifest, with what would break lines spelt out."""
    spelt = path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
    return f"{digest}  {spelt}\n"


def manifest(text: str) -> dict[str, str]:
    """The digests that a manifest names, by path.

    Raises:
        BagRefused: a line is none, or names a path twice, or one that leads elsewhere.
    """
    found: dict[str, str] = {}
    for row in text.replace("\r\n", "\n").split("\n"):
        if not row:
            continue
        match = _LINE.fullmatch(row)
        if match is None:
            raise refused("A line of its manifest is not one of digest and name.")
        path = _ESCAPED.sub(lambda spelt: chr(int(spelt[1], 16)), match[2])
        path = path.removeprefix("./")
        safe_path(path)
        if path in found:
            raise refused(f"Its manifest names {path} twice.")
        found[path] = match[1].lower()
    return found


def safe_path(path: str) -> PurePosixPath:
    """The path, where it leads nowhere but into the bag."""
    parts = path.split("/")
    odd = (
        not path
        or "\\" in path
        or path.startswith("/")
        or re.match(r"[A-Za-z]:", path)
        or any(part in {"", ".", ".."} or len(part.encode()) > LONGEST_NAME for part in parts)
        or any(unicodedata.category(letter) == "Cc" for letter in path)
    )
    if odd:
        raise refused("A name in it leads out of the bag, or is none.")
    return PurePosixPath(path)


def declaration(text: str) -> None:
    """Refuse what does not declare itself a bag in UTF-8."""
    lines = [row.partition(":") for row in text.replace("\r\n", "\n").split("\n") if row.strip()]
    said = [(name.strip(), value.strip()) for name, _, value in lines]
    whole = [name for name, _ in said] == ["BagIt-Version", "Tag-File-Character-Encoding"]
    if not whole or said[0][1] not in VERSIONS or said[1][1].upper() != "UTF-8":
        raise refused("It does not declare itself a bag (bagit.txt).")


def compare(there: Iterable[str], named: Mapping[str, str], payload: str = "data/") -> None:
    """Refuse where the payload is not exactly what the manifest names."""
    files = {path for path in there if path.startswith(payload)}
    if missing := sorted(set(named) - files):
        raise refused(f"{missing[0]} is in its manifest and not in the bag.")
    if extra := sorted(files - set(named)):
        raise refused(f"{extra[0]} is in the bag and not in its manifest.")
    if not files:
        raise refused("There is nothing in it.")


def folded_once(names: Iterable[str]) -> None:
    """Refuse names that some systems take for one another."""
    seen: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in seen:
            raise refused(f"Two names in it are the same on some systems: {name}.")
        seen.add(folded)


def oxum(count: int, octets: int) -> str:
    return f"{octets}.{count}"
