"""Words of pages that are pictures alone, read by tesseract where it is installed.

It reads what was painted already, so that nothing that was taken out can be read again.
"""

import io
import subprocess
from collections.abc import Sequence

from PIL import Image

from quartermaster.files.opening.leaves import Box, Word
from quartermaster.files.opening.limits import WHOLE

_WORD, _LEAST_SURE, _SECONDS = "5", 40.0, 90
_COLUMNS = 12


def recognised(picture: Image.Image, tool: str) -> list[Word]:
    """The words of a picture with their places; none where the tool is not there or fails."""
    if not tool:
        return []
    held = io.BytesIO()
    picture.save(held, "PNG")
    try:
        done = subprocess.run(  # noqa: S603 (a path that the house found)
            [tool, "stdin", "stdout", "--psm", "3", "tsv"],
            input=held.getvalue(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
        )
    except (OSError, subprocess.SubprocessError):
        return []
    lines = done.stdout.decode("utf-8", "replace").splitlines()[1:]
    return [word for line in lines if (word := _word(line.split("\t"), picture.size))]


def _word(cells: Sequence[str], size: tuple[int, int]) -> Word | None:
    if len(cells) != _COLUMNS or cells[0] != _WORD or float(cells[10]) < _LEAST_SURE:
        return None
    text = "".join(letter for letter in cells[11] if letter.isprintable()).strip()
    left, top, wide, high = (int(cell) for cell in cells[6:10])
    across, down = size
    if not text or not wide or not high:
        return None
    box = Box(
        left * WHOLE // across,
        top * WHOLE // down,
        min(WHOLE, -(-(left + wide) * WHOLE // across)),
        min(WHOLE, -(-(top + high) * WHOLE // down)),
    )
    return Word(text, box)


def among(words: Sequence[Word], asked: str) -> list[Box]:
    """Where the words asked for stand in a row; each word's box is one."""
    wanted = [_plain(part) for part in asked.split()]
    plain = [_plain(word.text) for word in words]
    found: list[Box] = []
    for start in range(len(plain) - len(wanted) + 1):
        row = plain[start : start + len(wanted)]
        if all(part in have for part, have in zip(wanted, row, strict=True)):
            found += [word.box for word in words[start : start + len(wanted)]]
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
