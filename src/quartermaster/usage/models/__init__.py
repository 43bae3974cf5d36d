"""The tables of the room."""

from quartermaster.usage.models.detail_requests import DetailLook, DetailRequest
from quartermaster.usage.models.imports import (
    CarrierFile,
    Difference,
    ImportedPart,
    ProfileVersion,
    RefusedRow,
)
from quartermaster.usage.models.reviews import Review, SummaryPost
from quartermaster.usage.models.summaries import LineUsage
from quartermaster.usage.models.warehouse import DetailFile, Disposal, DisposalKind, UsageCycle

__all__ = [
    "CarrierFile",
    "DetailFile",
    "DetailLook",
    "DetailRequest",
    "Difference",
    "Disposal",
    "DisposalKind",
    "ImportedPart",
    "LineUsage",
    "ProfileVersion",
    "RefusedRow",
    "Review",
    "SummaryPost",
    "UsageCycle",
]
