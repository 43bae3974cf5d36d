"""The tables of the room policy: documents, acknowledgements, and requirements."""

from quartermaster.policy.models.acknowledgements import (
    Acknowledgement,
    AcknowledgementRequest,
    Outcome,
    Reminder,
    Way,
)
from quartermaster.policy.models.documents import (
    Clause,
    PolicyDocument,
    PolicyVersion,
    RelatedKind,
    RelatedPolicy,
    SourceKind,
    VersionState,
)
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
    "Acknowledgement",
    "AcknowledgementRequest",
    "Adoption",
    "CityRequirements",
    "Clause",
    "ExceptionScope",
    "Outcome",
    "Overlay",
    "Ownership",
    "PolicyDocument",
    "PolicyVersion",
    "RelatedKind",
    "RelatedPolicy",
    "Reminder",
    "RequirementChange",
    "RequirementException",
    "SourceKind",
    "VersionState",
    "Way",
]
