"""The tables of the room."""

from quartermaster.usage.models.warehouse import DetailFile, Disposal, DisposalKind, UsageCycle

__all__ = ["DetailFile", "Disposal", "DisposalKind", "UsageCycle"]
