"""Addresses of findings."""

from django.urls import path

from quartermaster.compliance.department_permits import DEPARTMENT_FINDING_VIEW
from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.web.compliance import departments, views
from quartermaster.web.menu import MenuItem

app_name = "compliance"
urlpatterns = [
    path("findings/", views.Findings.as_view(), name="findings"),
    path("findings/departments/", departments.DepartmentFindings.as_view(), name="departments"),
    path(
        "findings/departments/<uuid:key>/",
        departments.DepartmentFindingPage.as_view(),
        name="department-finding",
    ),
    path(
        "findings/departments/<uuid:key>/withdraw/",
        departments.WithdrawDepartmentFinding.as_view(),
        name="department-withdraw",
    ),
    path("findings/<uuid:key>/", views.FindingPage.as_view(), name="finding"),
    path("findings/<uuid:key>/withdraw/", views.Withdraw.as_view(), name="finding-withdraw"),
    path("findings/<uuid:key>/evaluate/", views.LookAgain.as_view(), name="finding-evaluate"),
    path("devices/<uuid:key>/evaluate/", views.Evaluate.as_view(), name="evaluate"),
]
menu = [
    MenuItem("Findings", "compliance:findings", FINDING_VIEW, "Compliance", order=20, icon="flag"),
    MenuItem(
        "Against departments",
        "compliance:departments",
        DEPARTMENT_FINDING_VIEW,
        "Compliance",
        order=22,
        icon="account_balance",
    ),
]
