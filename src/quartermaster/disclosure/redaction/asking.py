"""Asking the confined process."""

import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.files.opening import confined
from quartermaster.files.opening.confined import Unfit
from quartermaster.files.opening.limits import BOUNDS, DPI_TO_LOOK

_WORKER = "quartermaster.disclosure.redaction.worker"


def ask(verb: str, content: bytes, **more: object) -> tuple[Mapping[str, Any], bytes]:
    """One question to a fresh process; `DocumentUnfit` where it has no answer."""
    try:
        return confined.ask(_WORKER, verb, content, BOUNDS, **more)
    except Unfit as problem:
        raise DocumentUnfit(str(problem)) from problem


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
