"""Addresses of delivered applications."""

from django.urls import path

from quartermaster.mdm.software_permits import SOFTWARE_VIEW
from quartermaster.web.applications import acts, adding, licences, views, wishing
from quartermaster.web.menu import MenuItem

app_name = "applications"
_ONE = "applications/<uuid:key>"
_ROW = "applications/on-devices/<uuid:key>"

urlpatterns = [
    path("applications/", views.Applications.as_view(), name="list"),
    path("applications/on-devices/", views.OnDevices.as_view(), name="devices"),
    path(f"{_ROW}/again/", acts.TryAgain.as_view(), name="again"),
    path(f"{_ROW}/forget/", wishing.Forget.as_view(), name="forget"),
    path("applications/add-from-store/", adding.AddFromStore.as_view(), name="add-store"),
    path("applications/add-package/", adding.AddOurs.as_view(), name="add-ours"),
    path("applications/licences/", licences.Licences.as_view(), name="licences"),
    path("applications/licences/look/", licences.LookNow.as_view(), name="licences-look"),
    path("applications/licences/take-over/", licences.TakeOver.as_view(), name="licences-take"),
    path(f"{_ONE}/", views.Application.as_view(), name="one"),
    path(f"{_ONE}/change/", adding.Change.as_view(), name="change"),
    path(f"{_ONE}/package/", adding.AddVersion.as_view(), name="version"),
    path(f"{_ONE}/assign/", acts.Assign.as_view(), name="assign"),
    path(f"{_ONE}/retire/", acts.Retire.as_view(), name="retire"),
    path(
        "applications/packages/<uuid:key>/withdraw/",
        acts.WithdrawPackage.as_view(),
        name="withdraw",
    ),
    path(
        "applications/packages/<uuid:key>/approve/",
        acts.ApprovePackage.as_view(),
        name="approve",
    ),
    path(
        "applications/assignments/<uuid:key>/end/",
        acts.EndAssignment.as_view(),
        name="assignment-end",
    ),
    path("devices/<uuid:key>/applications/wish/", wishing.Wish.as_view(), name="wish"),
]
menu = [
    MenuItem(
        "Applications",
        "applications:list",
        SOFTWARE_VIEW,
        "Device management",
        order=60,
        icon="grid_view",
    ),
    MenuItem(
        "Licences",
        "applications:licences",
        SOFTWARE_VIEW,
        "Device management",
        order=65,
        icon="local_offer",
    ),
]
