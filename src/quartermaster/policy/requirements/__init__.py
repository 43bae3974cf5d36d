"""What can be required of a device: a lattice from lax to strict."""

from quartermaster.policy.requirements.catalogue import EVERY_PLATFORM, Setting
from quartermaster.policy.requirements.lattice import (
    CATALOGUE,
    LAX,
    Difference,
    Direction,
    Requirements,
    contradictions,
    differences,
    is_at_least_as_strict,
    join,
    only,
    replaced,
    settings_of,
)
from quartermaster.policy.requirements.orders import PLATFORM_NAMES, Unfit, version_key
from quartermaster.policy.requirements.parsing import (
    parse_requirements,
    parse_settings,
    parse_value,
    plain_settings,
    read_yaml,
)

__all__ = [
    "CATALOGUE",
    "EVERY_PLATFORM",
    "LAX",
    "PLATFORM_NAMES",
    "Difference",
    "Direction",
    "Requirements",
    "Setting",
    "Unfit",
    "contradictions",
    "differences",
    "is_at_least_as_strict",
    "join",
    "only",
    "parse_requirements",
    "parse_settings",
    "parse_value",
    "plain_settings",
    "read_yaml",
    "replaced",
    "settings_of",
    "version_key",
]
