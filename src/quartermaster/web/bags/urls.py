"""Addresses of BagIt packages."""

from django.urls import path

from quartermaster.records.permits import BAG_EXPORT
from quartermaster.web.bags import views
from quartermaster.web.menu import MenuItem

app_name = "bags"

urlpatterns = [
    path("records/bags/", views.Export.as_view(), name="export"),
    path("records/bags/import/", views.Import.as_view(), name="import"),
    path("records/disposal/<uuid:key>/bag/", views.OfDisposal.as_view(), name="of-batch"),
]
menu = [
    MenuItem("Packages", "bags:export", BAG_EXPORT, "Records", order=16, icon="file_download"),
]
