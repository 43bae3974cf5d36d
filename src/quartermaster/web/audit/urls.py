"""The ledger's pages."""

from django.urls import path

from quartermaster.audit.permits import AUDIT_VIEW
from quartermaster.web.audit import views
from quartermaster.web.menu import MenuItem

app_name = "audit"
urlpatterns = [
    path("audit/", views.Entries.as_view(), name="entries"),
    path("audit/<int:key>/", views.EntryPage.as_view(), name="entry"),
]
menu = [
    MenuItem("Audit ledger", "audit:entries", AUDIT_VIEW, "Administration", order=90, icon="list")
]
