"""Spark on this machine, as far as it is there: several processes, as a cluster has them."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import ibis
import pytest

ROOT = Path(__file__).resolve().parents[3]
PYTHON = Path(os.environ.get("QUARTERMASTER_SPARK_PYTHON", ROOT / ".data/tools/spark/bin/python"))
WHY = "Spark is not here: “make spark-tools” makes it, and Java 17 or 21 is needed"
PROGRAM = Path(__file__).with_name("spark_program.py")


def needed() -> None:
    """Skip the test where Spark is not, and fail it where it was promised."""
    if shutil.which("java") is None or not PYTHON.is_file():
        if os.environ.get("QUARTERMASTER_REQUIRE_INTEROP") == "1":
            pytest.fail(WHY)
        pytest.skip(WHY)


def sql_of(expression: Any) -> str:
    """An expression as Spark's SQL; made here, so that Spark's own environment is small."""
    return str(ibis.to_sql(expression, dialect="pyspark"))


def answers(
    *expressions: Any, detail: Path, custody: Path, zone: str, work: Path
) -> list[list[dict[str, Any]]]:
    """What Spark says to each expression: rows, as JSON has them."""
    questions = work / "questions.json"
    questions.write_text(json.dumps([sql_of(one) for one in expressions]))
    done = subprocess.run(
        [str(PYTHON), str(PROGRAM), str(detail), str(custody), zone, str(questions)],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        cwd=work,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found
