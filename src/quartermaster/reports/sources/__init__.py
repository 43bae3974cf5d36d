"""What counts the evidence of each room. A module here registers itself when it is imported."""

from quartermaster.reports.sources import documents, inventory, mdm, org, requirements

__all__ = ["documents", "inventory", "mdm", "org", "requirements"]
