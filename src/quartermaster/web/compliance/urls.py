"""The pages of findings."""

from django.urls import path

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.web.compliance import views
from quartermaster.web.menu import MenuItem

app_name = "compliance"
urlpatterns = [
    path("findings/", views.Findings.as_view(), name="findings"),
    path("findings/<uuid:key>/", views.FindingPage.as_view(), name="finding"),
    path("findings/<uuid:key>/withdraw/", views.WithdrawFinding.as_view(), name="finding-withdraw"),
]
menu = [
    MenuItem("Findings", "compliance:findings", FINDING_VIEW, "Compliance", order=40, icon="flag")
]
