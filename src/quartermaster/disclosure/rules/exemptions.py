"""Grounds on which something is not given out: shipped as data, and added by the custodian."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LONGEST_CODE, LONGEST_TITLE, LONGEST_BASIS = 40, 200, 200


@dataclass(frozen=True)
class Ground:
    """A reason with the law that it stands on. ``code`` is what marks show."""

    code: str
    title: str
    basis: str


@cache
def shipped(law: str) -> tuple[Ground, ...]:
    """The grounds that come with the product for one law, such as ``wisconsin``."""
    path = Path(__file__).parent.parent / "data" / f"{law}.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["exemptions"]
    return tuple(Ground(**row) for row in rows)
