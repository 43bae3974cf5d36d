"""A sample of a finding against a department."""

from quartermaster.compliance.actions import departments
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from tests.web.samples import sample


@sample("compliance:department-finding", "compliance:department-withdraw")
def finding(cast, at):
    made = departments.open_department_finding(
        source_kind="billing.finding",
        source_id=new_id(),
        department_id=cast.water.id,
        clause="G-12",
        title="Unauthorised purchase",
        observed="A line that nobody ordered.",
        remedy="Order it, or end it.",
        actor=system("test"),
        at=at,
    )
    return {"key": made.pk}
