"""Records taken out as a bag, and bags taken in."""

from quartermaster.records.actions.bags.exporting import export_bag
from quartermaster.records.actions.bags.importing import import_bag

__all__ = ["export_bag", "import_bag"]
