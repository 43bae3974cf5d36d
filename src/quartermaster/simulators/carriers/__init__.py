"""Carriers: bills and usage detail of a whole city, in each carrier's layout, from a fixed seed."""

from quartermaster.simulators.carriers.bills import Bill, Billing, BillLine, SimCharge, bill_city
from quartermaster.simulators.carriers.city import (
    SimAccount,
    SimCity,
    SimLine,
    SimPlan,
    invented_city,
)
from quartermaster.simulators.carriers.files import SimFile, bundle, files_of, workbook_of
from quartermaster.simulators.carriers.planting import Anomaly, Planted
from quartermaster.simulators.carriers.x12 import interchange

__all__ = [
    "Anomaly",
    "Bill",
    "BillLine",
    "Billing",
    "Planted",
    "SimAccount",
    "SimCharge",
    "SimCity",
    "SimFile",
    "SimLine",
    "SimPlan",
    "bill_city",
    "bundle",
    "files_of",
    "interchange",
    "invented_city",
    "workbook_of",
]
