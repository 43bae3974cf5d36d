"""The layouts in which each carrier writes: for each family the columns, in order."""

from quartermaster.simulators.carriers.layouts.att import ATT
from quartermaster.simulators.carriers.layouts.base import FAMILIES, Layout, rows_of
from quartermaster.simulators.carriers.layouts.tmobile import T_MOBILE
from quartermaster.simulators.carriers.layouts.uscellular import USCELLULAR
from quartermaster.simulators.carriers.layouts.verizon import VERIZON

LAYOUTS = {"verizon": VERIZON, "att": ATT, "t-mobile": T_MOBILE, "uscellular": USCELLULAR}

__all__ = ["FAMILIES", "LAYOUTS", "Layout", "rows_of"]
