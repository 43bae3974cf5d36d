"""The profiles that come with the house: data files, read once and checked strictly."""

from functools import cache
from pathlib import Path

import yaml

from quartermaster.usage.rules.profiles import Profile

FOLDER = Path(__file__).resolve().parent / "data" / "profiles"


@cache
def shipped() -> tuple[Profile, ...]:
    """Every profile that is shipped, by its key."""
    found = [read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda profile: profile.key))


def read(text: str) -> Profile:
    """A profile out of a data file; `ValueError` where it will not do."""
    return Profile.model_validate(yaml.safe_load(text))
