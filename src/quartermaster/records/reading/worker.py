"""The process that reads exports: confined, without the house; it answers file by file."""

import csv
import json
from datetime import date
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from quartermaster.files.opening.confined import answer_frames, send
from quartermaster.records.reading.bounds import BOUNDS, LONGEST_LINE
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import Given
from quartermaster.records.reading.kinds import read
from quartermaster.records.reading.result import dumped


def conversations(content: BinaryIO, asked: dict[str, Any], out: BinaryIO) -> None:
    """Frames: each file by its digest, each conversation, and last what could not be read."""

    def keep(digest: str, file: bytes) -> None:
        send(out, {"file": digest}, file)

    gatherer = Gatherer(keep, largest_file=asked["largest"])
    given = Given(asked["name"], date.fromisoformat(asked["today"]), ZoneInfo(asked["zone"]))
    read(content, given, gatherer)
    for thread in gatherer.threads.values():
        if thread.messages:
            send(out, {"conversation": True}, dumped(thread.whole()))
    report = {
        "faults": [[fault.where, fault.why] for fault in gatherer.faults],
        "more": gatherer.more_faults,
        "question": gatherer.question,
    }
    send(out, {"report": True}, json.dumps(report).encode())


if __name__ == "__main__":
    csv.field_size_limit(LONGEST_LINE)  # of this process alone
    answer_frames(BOUNDS, {"conversations": conversations})
