"""Later chapters of the demo city's story, one module a capability, found by being here.

A chapter has ``TITLE`` (what is said while it is told), ``ORDER`` and ``tell(at)``.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType


def chapters() -> list[ModuleType]:
    """The chapters, in their order."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    found = [import_module(f"{__name__}.{name}") for name in names]
    return sorted(found, key=lambda module: (module.ORDER, module.TITLE))
