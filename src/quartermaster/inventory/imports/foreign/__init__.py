"""Files of other programs: Snipe-IT and GLPI. Each row becomes one of the file of devices."""

from quartermaster.inventory.imports.foreign.planning import Program, plan_of

__all__ = ["Program", "plan_of"]
