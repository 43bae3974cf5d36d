"""Addresses of surplus lots and write-offs."""

from django.urls import path

from quartermaster.lifecycle.return_permits import SURPLUS_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.surplus import lots, views, write_offs

app_name = "surplus"
_ONE = "surplus/<uuid:key>"

urlpatterns = [
    path("surplus/", views.Lots.as_view(), name="lots"),
    path("surplus/new/", lots.NewLot.as_view(), name="new"),
    path(f"{_ONE}/", views.LotPage.as_view(), name="lot"),
    path(f"{_ONE}/add/", lots.AddDevice.as_view(), name="add"),
    path(f"{_ONE}/add-accessory/", lots.AddAccessory.as_view(), name="add-accessory"),
    path(f"{_ONE}/approve/", lots.Approve.as_view(), name="approve"),
    path(f"{_ONE}/reopen/", lots.Reopen.as_view(), name="reopen"),
    path(f"{_ONE}/cancel/", lots.Cancel.as_view(), name="cancel"),
    path(f"{_ONE}/dispose/", lots.Dispose.as_view(), name="dispose"),
    path(f"{_ONE}/certificate/", views.LotCertificate.as_view(), name="certificate"),
    path("surplus/lines/<uuid:key>/remove/", lots.RemoveDevice.as_view(), name="remove"),
    path("write-offs/", views.WriteOffs.as_view(), name="write-offs"),
    path("losses/<uuid:key>/write-off/", write_offs.Ask.as_view(), name="write-off"),
    path("write-offs/<uuid:key>/decide/", write_offs.Decide.as_view(), name="decide"),
    path("devices/<uuid:key>/mistake/", write_offs.Mistake.as_view(), name="mistake"),
]
menu = [
    MenuItem("Surplus", "surplus:lots", SURPLUS_VIEW, "Issue and return", order=60, icon="store"),
    MenuItem(
        "Write-offs",
        "surplus:write-offs",
        SURPLUS_VIEW,
        "Issue and return",
        order=65,
        icon="cancel",
    ),
]
