"""Addresses of what destroys."""

from django.urls import path

from quartermaster.mdm.permits import DESTRUCTION_OPEN
from quartermaster.web.destruction import acts, asking, views
from quartermaster.web.menu import MenuItem

app_name = "destruction"
_ROOT = "destructive-requests"
_ONE = f"{_ROOT}/<uuid:key>"

urlpatterns = [
    path(f"{_ROOT}/", views.Requests.as_view(), name="requests"),
    path(f"{_ROOT}/ask/", asking.AskForMany.as_view(), name="ask"),
    path(f"{_ROOT}/raise/", asking.AskForMore.as_view(), name="raise"),
    path(f"{_ROOT}/stop/", acts.StopEverything.as_view(), name="stop-everything"),
    path(f"{_ONE}/", views.RequestPage.as_view(), name="request"),
    path(f"{_ONE}/approve/", acts.Approve.as_view(), name="approve"),
    path(f"{_ONE}/refuse/", acts.Refuse.as_view(), name="refuse"),
    path(f"{_ONE}/approve-held/", acts.ApproveHeld.as_view(), name="approve-held"),
    path(f"{_ONE}/refuse-held/", acts.RefuseHeld.as_view(), name="refuse-held"),
    path(f"{_ONE}/stop/", acts.Stop.as_view(), name="stop"),
    path("enrolments/<uuid:key>/erase/", asking.AskToErase.as_view(), name="erase"),
    path("enrolments/<uuid:key>/remove/", asking.AskToRemove.as_view(), name="remove"),
]
menu = [
    MenuItem(
        "Erasing",
        "destruction:requests",
        DESTRUCTION_OPEN,
        "Device management",
        order=40,
        icon="delete",
    )
]
