"""Grounds on which something is not given out: shipped as data, and added by the custodian."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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
    return tuple(Ground(**row) for row in _data(law)["exemptions"])


def right_of_review(law: str) -> str:
    """What a refusal says of how it can be reviewed."""
    return str(_data(law)["review"]).strip()


@cache
def _data(law: str) -> dict[str, Any]:
    path = Path(__file__).parent.parent / "data" / f"{law}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
