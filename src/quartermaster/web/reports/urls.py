"""Addresses of reports."""

from django.urls import path

from quartermaster.reports.permits import COMPLIANCE_VIEW, OSCAL_EXPORT, TRACE_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.reports import compliance, oscal, public, views

app_name = "reports"
urlpatterns = [
    path("policy/trace/", views.TracePage.as_view(), name="trace"),
    path("reports/compliance/", compliance.CompliancePage.as_view(), name="compliance"),
    path("public/compliance/", public.PublicPage.as_view(), name="public"),
    path("reports/oscal/", oscal.OscalPage.as_view(), name="oscal"),
    path("reports/oscal/catalog.json", oscal.CatalogFile.as_view(), name="oscal-catalog"),
    path(
        "reports/oscal/profiles/<str:code>.json", oscal.ProfileFile.as_view(), name="oscal-profile"
    ),
    path("reports/oscal/results.json", oscal.ResultsFile.as_view(), name="oscal-results"),
    path(
        "reports/oscal/results/<str:code>.json",
        oscal.DeviceResultsFile.as_view(),
        name="oscal-device-results",
    ),
]
menu = [
    MenuItem("Trace", "reports:trace", TRACE_VIEW, "Policy", 60, "assessment"),
    MenuItem("Report", "reports:compliance", COMPLIANCE_VIEW, "Compliance", 10, "insights"),
    MenuItem("OSCAL", "reports:oscal", OSCAL_EXPORT, "Policy", 70, "file_download"),
]
