"""Addresses of the archive."""

from django.urls import path

from quartermaster.records.permits import ARCHIVE_VIEW
from quartermaster.web.archive import views
from quartermaster.web.menu import MenuItem

app_name = "archive"

urlpatterns = [
    path("records/archive/", views.Archive.as_view(), name="archive"),
    path("records/archive/log/", views.Log.as_view(), name="log"),
    path("records/<uuid:key>/proof/", views.Proof.as_view(), name="proof"),
]
menu = [MenuItem("Archive", "archive:archive", ARCHIVE_VIEW, "Records", order=12, icon="verified")]
