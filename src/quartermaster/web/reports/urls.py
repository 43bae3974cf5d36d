"""Addresses of reports."""

from django.urls import path

from quartermaster.reports.permits import TRACE_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.reports import views

app_name = "reports"
urlpatterns = [path("policy/trace/", views.TracePage.as_view(), name="trace")]
menu = [MenuItem("Trace", "reports:trace", TRACE_VIEW, "Policy", 60, "assessment")]
