"""Verify the archive of records without the program that keeps it, and without any other package.

    verify_archive.py log LOG.jsonl [--key KEY]
    verify_archive.py proof PROOF.json [--key KEY] [FILE ...]
    verify_archive.py certificate CERTIFICATE.json [--key KEY]

LOG.jsonl is what ``quartermaster records log`` wrote: the key, the lines, the signed checkpoints.
PROOF.json is what ``quartermaster records proof R-…`` wrote; with files, each must be one of the
record's. CERTIFICATE.json is the statement that goes with a certificate of destruction: each thing
was in the log, and a later line says that it was destroyed. KEY is the archive's public key as it
was published; without it the key in the file is used, which proves that the file is sound in itself
and no more.

Trees and proofs by RFC 6962, checkpoints as C2SP tlog-checkpoint in signed notes, Ed25519 by
RFC 8032. Exit status: 0 sound, 1 not sound, 2 unreadable.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
HALF, TEXT_LINES = 32, 4
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


Point = tuple[int, int, int, int]
Key = tuple[str, bytes, bytes]


class NotSound(Exception):  # noqa: N818 (an outcome)
    """What was read is not what was signed."""


def add(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def same(one: Point, two: Point) -> bool:
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 == (one[1] * two[2] - two[1] * one[2]) % P


def point(data: bytes) -> Point:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        raise NotSound("a key or signature is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        raise NotSound("a key or signature is no point of the curve")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(HALF, "little"))


def is_signed_by(public: bytes, text: bytes, signature: bytes) -> bool:
    if (len(public), len(signature)) != (HALF, 2 * HALF):
        return False
    half, number = signature[:HALF], int.from_bytes(signature[HALF:], "little")
    if number >= ORDER:
        return False
    digest = hashlib.sha512(half + public + text).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return same(times(number, BASE), add(point(half), times(challenge, point(public))))


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a path leads (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise NotSound("the line is outside the log")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise NotSound("the proof is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last:
        raise NotSound("the proof is too short")
    return found


def opened(verifier: str) -> Key:
    """The name and the key of a verifier key ``name+id+key``."""
    name, rest, shown = [*verifier.split("+", 2), "", ""][:3]  # base64 has pluses of its own
    data = base64.b64decode(shown, validate=True)
    if data[:1] != b"\x01":
        raise NotSound("the key is of a kind that is not known here")
    digest = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if digest.hex() != rest:
        raise NotSound("the key does not go with its id")
    return name, data[1:], digest


def checkpoint(note: str, key: Key) -> tuple[int, bytes]:
    """The size and root that a note says, its signature checked."""
    name, public, digest = key
    text, gap, signatures = note.partition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not gap or len(lines) < TEXT_LINES or lines[0] != name:
        raise NotSound("a checkpoint is of another archive")
    for line in signatures.splitlines():
        dash, given, shown = [*line.split(" "), "", ""][:3]
        if dash == "\u2014" and given == name:
            signature = base64.b64decode(shown, validate=True)
            if signature[:4] == digest and is_signed_by(public, text.encode(), signature[4:]):
                return int(lines[1]), base64.b64decode(lines[2], validate=True)
    raise NotSound("a checkpoint is not signed by the key")


def read_log(path: str, given: str) -> tuple[list[bytes], dict[int, bytes]]:
    """The lines of a log, and the root that was signed for each size."""
    lines: list[bytes] = []
    notes: list[str] = []
    key = None
    with Path(path).open(encoding="utf-8") as source:
        for row in source:
            said = json.loads(row)
            if "key" in said:
                key = opened(given or said["key"])
            elif "checkpoint" in said:
                notes.append(said["checkpoint"])
            elif said["index"] != len(lines):
                raise NotSound(f"line {len(lines)} is missing")
            else:
                lines.append(said["leaf"].encode())
    if key is None:
        raise NotSound("there is no key")
    return lines, dict(checkpoint(note, key) for note in notes)


class Order:
    """Numbers of each kind go up; what is destroyed was there before as it is named, and once."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}
        self.there: dict[str, tuple[str, list[str]]] = {}
        self.destroyed = 0

    def take(self, line: dict[str, object]) -> None:
        name = str(line["number"])
        before = self.seen.get(name[:1], "")
        if name <= before:
            raise NotSound(f"{name} stands after {before}")
        self.seen[name[:1]] = name
        if "destroyed" not in line:
            self.there[name] = digests(line)
            return
        self.destroyed += 1
        gone = str(line["destroyed"])
        if gone.startswith("R-") and self.there.pop(gone, None) != digests(line):
            raise NotSound(f"{name} destroys {gone}, which is not there as it says")


def digests(line: dict[str, object]) -> tuple[str, list[str]]:
    files = line.get("files")
    return str(line.get("digest")), [str(one) for one in files] if isinstance(files, list) else []


def verify_log(path: str, given: str) -> str:
    """The whole log: every line in its place, and every checkpoint over them."""
    lines, signed = read_log(path, given)
    wanted = dict(signed)
    edge: list[bytes] = []
    order = Order()
    for number, line in enumerate(lines):
        order.take(json.loads(line))
        found, rest = leaf_hash(line), number
        while rest & 1:
            found, rest = node_hash(edge.pop(), found), rest >> 1
        edge.append(found)
        root = edge[-1]
        for left in reversed(edge[:-1]):
            root = node_hash(left, root)
        if wanted.pop(number + 1, root) != root:
            raise NotSound(f"the first {number + 1} lines are not those that were signed")
    if wanted:
        raise NotSound(f"the log had {max(wanted)} lines when it was signed, and has {len(lines)}")
    gone = f", {order.destroyed} of them destructions," if order.destroyed else ""
    return f"{len(lines)} lines{gone} and {len(signed)} checkpoints are sound."


def verify_proof(path: str, given: str, files: list[str]) -> str:
    """One record: its line is under a signed root, and the files are its own."""
    with Path(path).open(encoding="utf-8") as source:
        said = json.load(source)
    size, root = checkpoint(said["checkpoint"], opened(given or said["key"]))
    leaf = said["leaf"].encode()
    if size != said["size"]:
        raise NotSound("the proof is for another checkpoint")
    steps = [bytes.fromhex(step) for step in said["path"]]
    if included(leaf_hash(leaf), said["index"], size, steps) != root:
        raise NotSound("the proof does not lead to the signed root")
    record = json.loads(leaf)
    for name in files:
        if hashlib.sha256(Path(name).read_bytes()).hexdigest() not in record["files"]:
            raise NotSound(f"{name} is no file of {record['number']}")
    return f"{record['number']} is line {said['index']} of {size}, with {len(files)} files checked."


def verify_certificate(path: str, given: str) -> str:
    """A destruction: each thing was in the log, and a later line says that it was destroyed."""
    with Path(path).open(encoding="utf-8") as source:
        said = json.load(source)
    size, root = checkpoint(said["checkpoint"], opened(given or said["key"]))

    def line(one: dict[str, object]) -> dict[str, object]:
        leaf, steps = str(one["leaf"]).encode(), one["path"]
        if not isinstance(steps, list) or not isinstance(one["index"], int):
            raise NotSound("a proof has no path")
        path_up = [bytes.fromhex(step) for step in steps]
        if included(leaf_hash(leaf), one["index"], size, path_up) != root:
            raise NotSound("a proof does not lead to the signed root")
        return dict(json.loads(leaf))

    for thing in said["things"]:
        gone = line(thing["destroyed"])
        if (gone["batch"], gone["series"]) != (said["batch"], said["series"]):
            raise NotSound(f"{gone['number']} is of another batch")
        if "saved" not in thing:
            if str(gone["destroyed"]).startswith("R-"):
                raise NotSound(f"{gone['destroyed']} is not shown to have been there")
            continue
        saved = line(thing["saved"])
        if saved["number"] != gone["destroyed"] or digests(saved) != digests(gone):
            raise NotSound(f"{gone['number']} destroys something else than {saved['number']}")
        if thing["saved"]["index"] >= thing["destroyed"]["index"]:
            raise NotSound(f"{gone['destroyed']} was destroyed before it was there")
    return f"{said['batch']}: {len(said['things'])} destructions are in the log of {size} lines."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("what", choices=["log", "proof", "certificate"])
    parser.add_argument("file")
    parser.add_argument("files", nargs="*", help="files of the record")
    parser.add_argument("--key", default="", help="the archive's public key, as published")
    asked = parser.parse_intermixed_args(arguments)
    try:
        if asked.what == "log":
            said = verify_log(asked.file, asked.key)
        elif asked.what == "certificate":
            said = verify_certificate(asked.file, asked.key)
        else:
            said = verify_proof(asked.file, asked.key, asked.files)
    except NotSound as problem:
        sys.stdout.write(f"NOT SOUND: {problem}.\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        sys.stdout.write(f"UNREADABLE: {problem}.\n")
        return 2
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
