"""Until when versions of systems get security updates: the catalogue's word, or the City's own."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

Ends = Mapping[str, date | None]


@cache
def catalogue() -> Ends:
    """The end of each family of versions, as ``platform family``; None: it is still supported."""
    text = files("quartermaster.compliance").joinpath("data/support.yaml").read_text("utf-8")
    return {
        f"{platform} {family}": row["ended"]
        for platform, families in yaml.safe_load(text).items()
        for family, row in families.items()
    }


def ended_on(platform: str, version: str, ends: Ends) -> tuple[bool, date | None]:
    """Whether it is known when support of a version ends, and the day if it has one.

    The longest family that a version begins with counts: ``10.15`` before ``10``.
    """
    parts = version.split(".")
    for length in range(len(parts), 0, -1):
        family = f"{platform} {'.'.join(parts[:length])}"
        if family in ends:
            return True, ends[family]
    return False, None
