"""Addresses of findings."""

from django.urls import path

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.web.compliance import views
from quartermaster.web.menu import MenuItem

app_name = "compliance"
urlpatterns = [
    path("findings/", views.Findings.as_view(), name="findings"),
    path("findings/<uuid:key>/", views.FindingPage.as_view(), name="finding"),
    path("findings/<uuid:key>/withdraw/", views.Withdraw.as_view(), name="finding-withdraw"),
    path("findings/<uuid:key>/evaluate/", views.LookAgain.as_view(), name="finding-evaluate"),
    path("devices/<uuid:key>/evaluate/", views.Evaluate.as_view(), name="evaluate"),
]
menu = [
    MenuItem("Findings", "compliance:findings", FINDING_VIEW, "Compliance", order=20, icon="flag")
]
