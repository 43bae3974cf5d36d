"""The tables of compliance."""

from quartermaster.compliance.models.calendar import Holiday
from quartermaster.compliance.models.cases import Case, Outcome, Statement
from quartermaster.compliance.models.findings import Evaluation, Finding

__all__ = ["Case", "Evaluation", "Finding", "Holiday", "Outcome", "Statement"]
