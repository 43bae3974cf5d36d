"""What a department's page shows of its requirements."""

from quartermaster.org.models import Department
from quartermaster.policy import queries
from quartermaster.policy.permits import REQUIREMENTS_VIEW
from quartermaster.web.panels import Body, panel
from quartermaster.web.request import HouseRequest
from quartermaster.web.requirements.views import held_by


@panel("department", title="Requirements", permit=REQUIREMENTS_VIEW, order=40)
def requirements(request: HouseRequest, department: Department) -> Body | None:
    if not queries.may_see_requirements_of(request.actor, department.pk):
        return None
    effective = queries.effective_requirements(department.pk, "city", at=request.at)
    return Body("requirements/panel.html", held=held_by(effective))
