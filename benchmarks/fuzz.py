"""Feeds the parsers of exports and documents what was damaged at random: read, or refused in words.

Any other exception is a fault, and its input is written down. So is an input on which a parser
takes longer than a second of the processor: ``python -m benchmarks.fuzz --inputs 100000 --seed 1``.
"""

import argparse
import io
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.fuzz_samples import (
    documents,
    iphone_parts,
    ole_parts,
    packed,
    samples,
    signal_parts,
    table_parts,
)
from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import bounds
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import Given
from quartermaster.records.reading.kinds import read
from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.result import dumped, loaded, transcript
from quartermaster.records.reading.texts import of_bytes

CITY = ZoneInfo("America/Chicago")
TODAY = date(2026, 11, 24)
SECONDS = 1.0
_TOKENS = [
    *(b"\x00", b"\xff\xfe", b"\xed\xa0\xbd", b"\n", b"\r\n", b"<", b">", b'"', b"&#55357;"),
    *(b"&#0;", b"&#x110000;", b"&lol;", b"<!DOCTYPE a>", b"<!--", b"]]>", b"~" * 40, b"\\"),
    *(b"99999999999999999999", b"-1", b"NaN", b"null", b"../../etc/passwd", b"From x\n"),
    *(b"[1/1/26, 1:01:01] a: b\n", b"\xe2\x80\x8e", b"(file attached)", b"<attached: a>"),
    *(b"Content-Type: multipart/mixed; boundary=a\n", b"=?x?b?====?=", b",", b";", b"[[[[{{{{"),
]


def _other(made: bytearray, at: int, chance: random.Random) -> None:
    made[at : at + 1] = bytes([chance.randrange(256)])


def _gone(made: bytearray, at: int, chance: random.Random) -> None:
    del made[at : at + chance.randrange(1, 40)]


def _token(made: bytearray, at: int, chance: random.Random) -> None:
    made[at:at] = chance.choice(_TOKENS)


def _again(made: bytearray, at: int, chance: random.Random) -> None:
    made[at:at] = made[at : at + chance.randrange(1, 200)] * chance.randrange(1, 30)


def _cut(made: bytearray, at: int, _chance: random.Random) -> None:
    del made[at:]


def _bit(made: bytearray, at: int, chance: random.Random) -> None:
    if made:
        made[at % len(made)] ^= 1 << chance.randrange(8)


def _junk(made: bytearray, at: int, chance: random.Random) -> None:
    made[at:at] = chance.randbytes(chance.randrange(1, 30))


_WAYS = (_other, _gone, _token, _again, _cut, _bit, _junk)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The same with a few places changed, cut, doubled or filled with what parsers stumble on."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        chance.choice(_WAYS)(made, chance.randrange(len(made) + 1), chance)
    return bytes(made)


def inputs(count: int, seed: int, only: str = "") -> Iterator[tuple[str, str, bytes]]:
    """So many inputs, each of a kind in turn; inside packages their parts are damaged, too."""
    known = [one for one in {**samples(), **documents()}.items() if only in one[0]]
    chance = random.Random(seed)  # noqa: S311 (to find faults, not to keep secrets)
    for number in range(count):
        kind, (name, content) = known[number % len(known)]
        inside = chance.choice((True, True, True, False))
        made = _inside(kind, chance) if inside else None
        yield kind, name, damaged(content, chance) if made is None else made


def _inside(kind: str, chance: random.Random) -> bytes | None:
    """A sound package of damaged parts; None where the kind has none."""
    if kind == "whatsapp-package":
        text = damaged(samples()["whatsapp-text"][1], chance)
        return packed({"_chat.txt": text, chance.choice(("a", "../b")): b"x"})
    for zipped, parts in (
        ("signal", signal_parts()),
        ("iphone-package", iphone_parts()),
    ):
        if kind == zipped:
            return packed({part: damaged(inside, chance) for part, inside in parts.items()})
    if kind == "workbook-table":
        part = chance.choice(sorted(table_parts()))
        return packed(table_parts() | {part: damaged(table_parts()[part], chance)})
    streams = ole_parts().get(kind.removeprefix("text of "))
    if streams is None:
        return None
    few = chance.sample(sorted(streams), min(2, len(streams)))
    return compound(
        {name: damaged(one, chance) if name in few else one for name, one in streams.items()}
    )


def tried(name: str, content: bytes) -> str:
    """What became of it: read or refused. Anything else is raised."""
    if "/" in name:
        return _text_tried(name, content)
    files: dict[str, bytes] = {}
    gatherer = Gatherer(files.__setitem__)
    try:
        read(io.BytesIO(content), Given(name, TODAY, CITY), gatherer)
    except Unfit:
        return "refused"
    count = 0
    for thread in gatherer.threads.values():
        whole = thread.whole()
        count += len(whole.messages)
        if loaded(dumped(whole))[0].messages != whole.messages:
            raise AssertionError("What was written is read as something else.")
        transcript(whole, CITY)
    if count > bounds.MOST_MESSAGES or sum(map(len, files.values())) > 64 * len(content) + 10**6:
        raise AssertionError("There came out more than there may be.")
    return "read"


def _text_tried(media_type: str, content: bytes) -> str:
    try:
        pieces = of_bytes(content, media_type)
    except Unfit:
        return "refused"
    if sum(len(one.text) for one in pieces) > 64 * len(content) + 10**6:
        raise AssertionError("There came out more than there may be.")
    return "read"


def run(count: int, seed: int, place: Path | None = None, only: str = "") -> Counter[str]:
    """Try so many; what became of them by kind. Faults are written to ``place``."""
    found: Counter[str] = Counter()
    for number, (kind, name, content) in enumerate(inputs(count, seed, only)):
        began = time.process_time()
        try:
            outcome = tried(name, content)
            if time.process_time() - began > SECONDS:
                outcome = "slow"
        except Exception:  # noqa: BLE001 (whatever it is, it is what is looked for)
            outcome = "fault"
            traceback.print_exc()
        if outcome in {"slow", "fault"} and place is not None:
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{outcome}-{kind.replace(' ', '-')}-{seed}-{number}").write_bytes(content)
        found[f"{kind} {outcome}"] += 1
    return found


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--inputs", type=int, default=100_000)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--only", default="", help="kinds whose name has this in it")
    asked = given.parse_args()
    began = time.process_time()
    found = run(asked.inputs, asked.seed, Path(".data/fuzz"), asked.only)
    for outcome, count in sorted(found.items()):
        sys.stdout.write(f"{outcome:30} {count:>9,}\n")
    wrong = sum(count for outcome, count in found.items() if outcome.endswith(("fault", "slow")))
    seconds = time.process_time() - began
    said = f"{asked.inputs:,} inputs, {wrong} faults, {seconds:.0f} s of the processor"
    sys.stdout.write(f"{said}\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
