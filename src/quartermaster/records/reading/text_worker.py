"""The process that reads the text of files: confined, without the house; piece by piece."""

import json
from typing import Any, BinaryIO

from quartermaster.files.opening.confined import answer_frames, send
from quartermaster.records.reading.texts import BOUNDS, Missed, texts_of


def texts(content: BinaryIO, asked: dict[str, Any], out: BinaryIO) -> None:
    """Frames: each piece with its kind, and last what was missed."""
    missed = Missed()
    for piece in texts_of(content, asked["media_type"], asked["tool"], missed):
        send(out, {"kind": piece.kind}, piece.text.encode("utf-8", "replace"))
    send(out, {"missed": True}, json.dumps(vars(missed)).encode())


if __name__ == "__main__":
    answer_frames(BOUNDS, {"texts": texts})
