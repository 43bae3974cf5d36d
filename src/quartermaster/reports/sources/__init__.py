"""What counts the evidence of each room. A module here registers itself when it is imported."""

from quartermaster.reports.sources import (
    billing,
    compliance,
    disclosure,
    documents,
    fairness,
    inventory,
    lifecycle,
    mdm,
    org,
    records,
    requirements,
    usage,
)

__all__ = [
    "billing",
    "compliance",
    "disclosure",
    "documents",
    "fairness",
    "inventory",
    "lifecycle",
    "mdm",
    "org",
    "records",
    "requirements",
    "usage",
]
