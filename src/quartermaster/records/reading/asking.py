"""Asking the process that reads exports."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from quartermaster.files.opening import confined
from quartermaster.records.reading.bounds import BOUNDS
from quartermaster.records.reading.result import Fault

_WORKER = "quartermaster.records.reading.worker"


@dataclass
class Report:
    """What was found beside conversations and files, known when everything was read."""

    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0
    question: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A conversation as written, or a file with its digest."""

    content: bytes
    digest: str = ""


def conversations(
    content: BinaryIO, *, name: str, today: date, zone: str, largest: int, report: Report
) -> Iterator[Found]:
    """What is in an export; the report is filled by the time that it ends.

    Raises:
        Unfit: it is no export that is known, or takes more than it may.
    """
    answers = confined.frames(
        _WORKER,
        "conversations",
        content,
        BOUNDS,
        name=name,
        today=today.isoformat(),
        zone=zone,
        largest=largest,
    )
    for said, made in answers:
        if "report" in said:
            given = json.loads(made)
            report.faults = [Fault(where, why) for where, why in given["faults"]]
            report.more_faults, report.question = given["more"], given["question"]
        else:
            yield Found(made, str(said.get("file", "")))
