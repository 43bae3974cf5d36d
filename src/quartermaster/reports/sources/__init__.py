"""What counts the evidence of each room. A module here registers itself when it is imported."""

from quartermaster.reports.sources import (
    compliance,
    disclosure,
    documents,
    fairness,
    inventory,
    mdm,
    org,
    records,
    requirements,
    usage,
)

__all__ = [
    "compliance",
    "disclosure",
    "documents",
    "fairness",
    "inventory",
    "mdm",
    "org",
    "records",
    "requirements",
    "usage",
]
