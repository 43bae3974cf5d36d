"""Spark on this machine, as far as it is there: a master and two workers, as a cluster has them."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = Path(os.environ.get("QUARTERMASTER_SPARK_PYTHON", ROOT / ".data/tools/spark/bin/python"))
PROGRAM = Path(__file__).with_name("spark_program.py")
WHY = "Spark is not here: “make spark-tools” makes it, and Java 17 or newer is needed"
LONGEST = 1800


@dataclass(frozen=True)
class Told:
    """Rows of each question as JSON has them, and how long each took."""

    answers: list[list[dict[str, Any]]]
    seconds: list[float]


def is_there() -> bool:
    return shutil.which("java") is not None and PYTHON.is_file()


def answers(
    statements: Sequence[str], *, detail: Path, custody: Path, zone: str, work: Path
) -> Told:
    """What Spark says to each statement over the tables ``detail`` and ``custody``."""
    questions = work / "questions.json"
    questions.write_text(json.dumps(list(statements)), encoding="utf-8")
    done = subprocess.run(
        [str(PYTHON), str(PROGRAM), str(detail), str(custody), zone, str(questions)],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
        cwd=work,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return Told(**json.loads(done.stdout))
