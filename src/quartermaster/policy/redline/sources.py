"""From a file to a redline: which reader a file takes, told by its content, not by its name."""

import io
import zipfile

from quartermaster.policy.redline import markdown, word
from quartermaster.policy.redline.model import Redline

LARGEST = word.LARGEST


def is_word(source: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(source)) or source.startswith(b"PK")


def read(source: bytes) -> Redline:
    """Read a redline from Word or Markdown."""
    return word.parse(source) if is_word(source) else markdown.parse(source)
