"""The declarative side of a simulated device: it fetches, judges, applies and reports by itself."""

from quartermaster.simulators.apple.declaring.client import DeclarationClient

__all__ = ["DeclarationClient"]
