"""The tables of the room."""

from quartermaster.usage.models.imports import (
    CarrierFile,
    Difference,
    ImportedPart,
    ProfileVersion,
    RefusedRow,
)
from quartermaster.usage.models.warehouse import DetailFile, Disposal, DisposalKind, UsageCycle

__all__ = [
    "CarrierFile",
    "DetailFile",
    "Difference",
    "Disposal",
    "DisposalKind",
    "ImportedPart",
    "ProfileVersion",
    "RefusedRow",
    "UsageCycle",
]
