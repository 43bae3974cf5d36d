"""The process that opens documents: confined, without the house, one answer and it ends.

A line of JSON says what is asked; the documents follow. The answer has the same form.
"""

import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from quartermaster.disclosure.redaction import making
from quartermaster.disclosure.redaction.painting import Area
from quartermaster.files.opening.confined import Unfit, confine
from quartermaster.files.opening.leaves import Box, Leaf, open_leaves
from quartermaster.files.opening.limits import (
    BOUNDS,
    DPI_FOR_REVIEW,
    DPI_OF_COPIES,
)
from quartermaster.files.opening.recognising import among, recognised

Answer = tuple[dict[str, Any], bytes]


def look(content: bytes, _asked: dict[str, Any]) -> Answer:
    return {"pages": [leaf.size for leaf in open_leaves(content)]}, b""


def picture(content: bytes, asked: dict[str, Any]) -> Answer:
    leaves = open_leaves(content)
    if not 1 <= asked["page"] <= len(leaves):
        raise Unfit(f"There is no page {asked['page']}.")
    drawn, held = leaves[asked["page"] - 1].picture(asked["dpi"]), io.BytesIO()
    drawn.save(held, "PNG")
    return {"size": drawn.size, "pages": len(leaves)}, held.getvalue()


def words(content: bytes, _asked: dict[str, Any]) -> Answer:
    pages = [[asdict(word) for word in leaf.words()] for leaf in open_leaves(content)]
    return {"pages": pages}, b""


def find(content: bytes, asked: dict[str, Any]) -> Answer:
    found = [
        {"page": number, "box": asdict(box)}
        for number, leaf in enumerate(open_leaves(content), start=1)
        for box in _found(leaf, asked["words"], asked.get("tool", ""))
    ]
    return {"found": found}, b""


def _found(leaf: Leaf, words: str, tool: str) -> list[Box]:
    if leaf.words():
        return leaf.found(words)
    return among(recognised(leaf.picture(DPI_OF_COPIES), tool), words)


def redact(content: bytes, asked: dict[str, Any]) -> Answer:
    areas = [Area(item["page"], Box(**item["box"]), item["mark"]) for item in asked["areas"]]
    made, pages = making.redacted(content, areas, asked.get("tool", ""))
    return {"pages": pages}, made


def whole(content: bytes, asked: dict[str, Any]) -> Answer:
    made, pages = making.whole(content, asked.get("tool", ""))
    return {"pages": pages}, made


def bind(content: bytes, asked: dict[str, Any]) -> Answer:
    parts, start = [], 0
    for size in asked["sizes"]:
        parts.append(content[start : start + size])
        start += size
    named = {name: asked[name] for name in ("title", "prefix", "first", "plain")}
    return {}, making.bound(parts, **named)


def spread(content: bytes, asked: dict[str, Any]) -> Answer:
    held, texts = io.BytesIO(), []
    with zipfile.ZipFile(held, "w") as packed:
        for number, leaf in enumerate(open_leaves(content)[asked["first"] :], start=1):
            ending, drawn = _for_review(leaf.picture(DPI_FOR_REVIEW))
            packed.writestr(f"{number:06}.{ending}", drawn)
            texts.append(" ".join(word.text for word in leaf.words()))
        packed.writestr("texts.json", json.dumps(texts))
    return {}, held.getvalue()


def _for_review(drawn: Image.Image) -> tuple[str, bytes]:
    """As litigation wants it: black and white as TIFF of group 4, colours as JPEG."""
    held = io.BytesIO()
    if making.grey(drawn).mode == "L":
        dpi = (DPI_FOR_REVIEW, DPI_FOR_REVIEW)
        drawn.convert("1").save(held, "TIFF", compression="group4", dpi=dpi)
        return "tif", held.getvalue()
    drawn.save(held, "JPEG", quality=85)
    return "jpg", held.getvalue()


VERBS: dict[str, Callable[[bytes, dict[str, Any]], Answer]] = {
    verb.__name__: verb for verb in (look, picture, words, find, redact, whole, bind, spread)
}


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    confine(BOUNDS, str(asked.get("tool", "")))
    content = sys.stdin.buffer.read()
    try:
        said, made = VERBS[asked["verb"]](content, asked)
    except Unfit as problem:
        said, made = {"unfit": str(problem)}, b""
    except (pdfium.PdfiumError, pikepdf.PdfError):
        said, made = {"unfit": "It is damaged."}, b""
    except MemoryError:
        said, made = {"unfit": "It takes more memory than a document may."}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)
    sys.stdout.buffer.flush()
    # the answer is out: what libraries do when they are taken down must not spoil it
    os._exit(0)


if __name__ == "__main__":
    main()
