"""Asking the confined process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.disclosure.redaction.limits import (
    DPI_TO_LOOK,
    LARGEST_ANSWER,
    SECONDS,
)

log = structlog.get_logger(__name__)
_WORKER = "quartermaster.disclosure.redaction.worker"


def ask(verb: str, content: bytes, **more: object) -> tuple[Mapping[str, Any], bytes]:
    """One question to a fresh process; `DocumentUnfit` where it has no answer."""
    asked = json.dumps({"verb": verb, **more}).encode() + b"\n"
    try:
        answer = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-s", "-m", _WORKER],
            input=asked + content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
        )
    except subprocess.TimeoutExpired as problem:
        raise DocumentUnfit("It takes too long to be opened.") from problem
    line, _, made = answer.stdout.partition(b"\n")
    if answer.returncode or not line or len(made) > LARGEST_ANSWER:
        # a worker's words may quote the document: only that it failed is noted
        log.warning("disclosure.worker-failed", verb=verb, code=answer.returncode)
        raise DocumentUnfit("It cannot be opened: it is damaged, or takes more than it may.")
    said = json.loads(line)
    if "unfit" in said:
        raise DocumentUnfit(str(said["unfit"]))
    return said, made


def _tool() -> str:
    """Where tesseract is; empty where it is not installed."""
    return shutil.which("tesseract") or ""


def sizes_of(content: bytes) -> list[tuple[float, float]]:
    """The size of each page, in points."""
    said, _ = ask("look", content)
    return [(across, down) for across, down in said["pages"]]


def picture_of(content: bytes, page: int, dpi: int = DPI_TO_LOOK) -> tuple[bytes, tuple[int, int]]:
    """One page as a picture, and its size in dots."""
    said, made = ask("picture", content, page=page, dpi=dpi)
    return made, (said["size"][0], said["size"][1])


def words_of(content: bytes) -> list[str]:
    """The words of each page, as a search would find them."""
    said, _ = ask("words", content)
    return [" ".join(word["text"] for word in page) for page in said["pages"]]


def find_in(content: bytes, words: str) -> list[tuple[int, dict[str, int]]]:
    """Where words stand: page and box."""
    said, _ = ask("find", content, words=words, tool=_tool())
    return [(item["page"], item["box"]) for item in said["found"]]


def redact(content: bytes, areas: Sequence[Mapping[str, Any]]) -> tuple[bytes, int]:
    """A PDF without what stands in the areas; its pages."""
    said, made = ask("redact", content, areas=list(areas), tool=_tool())
    return made, said["pages"]


def whole(content: bytes) -> tuple[bytes, int]:
    """A PDF of everything that is shown and of nothing else; its pages."""
    said, made = ask("whole", content, tool=_tool())
    return made, said["pages"]


def spread(content: bytes, *, first: int) -> bytes:
    """A ZIP file of each page as a picture from page ``first`` (from 0) on, and of their words."""
    return ask("spread", content, first=first)[1]


def bind(parts: Sequence[bytes], *, title: str, prefix: str, first: int, plain: int) -> bytes:
    """Many in one, numbered but for the first ``plain`` pages."""
    sizes = [len(part) for part in parts]
    more = {"title": title, "prefix": prefix, "first": first, "plain": plain}
    return ask("bind", b"".join(parts), sizes=sizes, **more)[1]
