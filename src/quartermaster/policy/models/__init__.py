"""The tables of the room policy: documents, and requirements."""

from quartermaster.policy.models.requirements import (
    Adoption,
    CityRequirements,
    ExceptionScope,
    Overlay,
    Ownership,
    RequirementChange,
    RequirementException,
)

__all__ = [
    "Adoption",
    "CityRequirements",
    "ExceptionScope",
    "Overlay",
    "Ownership",
    "RequirementChange",
    "RequirementException",
]
