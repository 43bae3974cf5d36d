"""The tables of compliance."""

from quartermaster.compliance.models.automatic import (
    ActionRule,
    ActionStop,
    AutomaticAct,
    Restriction,
    RuleApproval,
    RuleVersion,
)
from quartermaster.compliance.models.calendar import Holiday
from quartermaster.compliance.models.cases import Case, Outcome, Statement
from quartermaster.compliance.models.departments import DepartmentFinding
from quartermaster.compliance.models.extensions import Extension
from quartermaster.compliance.models.faults import Fault
from quartermaster.compliance.models.findings import Evaluation, Finding
from quartermaster.compliance.models.looks import Look

__all__ = [
    "ActionRule",
    "ActionStop",
    "AutomaticAct",
    "Case",
    "DepartmentFinding",
    "Evaluation",
    "Extension",
    "Fault",
    "Finding",
    "Holiday",
    "Look",
    "Outcome",
    "Restriction",
    "RuleApproval",
    "RuleVersion",
    "Statement",
]
