"""From a file to a redline: which reader a file takes, told by its content, not by its name."""

import io
import zipfile
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, Field, ValidationError

from quartermaster.policy.redline import markdown, word
from quartermaster.policy.redline.errors import RedlineUnreadable
from quartermaster.policy.redline.model import Redline

LARGEST = word.LARGEST
LARGEST_FRONT_MATTER = 10_000


def is_word(source: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(source)) or source.startswith(b"PK")


def read(source: bytes) -> Redline:
    """Read a redline from Word or Markdown."""
    return word.parse(source) if is_word(source) else markdown.parse(source)


class RelatedEntry(BaseModel):
    """Another policy, as the front matter of a Markdown document names it."""

    title: str = Field(min_length=1, max_length=200)
    url: str = Field(max_length=500, pattern=r"^https?://")
    kind: Literal["email", "internet", "records", "work_rules", "other"] = "other"


class _FrontMatter(BaseModel):
    related: list[RelatedEntry] = Field(default=[], max_length=20)


def related(source: bytes) -> list[RelatedEntry]:
    """The related policies that a Markdown document names in its front matter."""
    if is_word(source):
        return []
    block = markdown.front_matter(source)
    if not block or len(block) > LARGEST_FRONT_MATTER:
        return []
    try:
        return _FrontMatter.model_validate(yaml.safe_load(block) or {}).related
    except (yaml.YAMLError, ValidationError, RecursionError):
        raise RedlineUnreadable(
            "The block between the lines “---” at the top is not as it should be. It may have a "
            "list “related”, each with title, url and kind."
        ) from None


def model_policy() -> bytes:
    """The model policy that ships with the program: the same clauses, for cities without one."""
    return (files("quartermaster.policy") / "data" / "model-policy.md").read_bytes()
