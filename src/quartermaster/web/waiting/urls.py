"""Addresses of what waits, and of delegations."""

from django.urls import path

from quartermaster.lifecycle.request_permits import DELEGATION_MAKE
from quartermaster.web.guard import SIGNED_IN
from quartermaster.web.menu import MenuItem
from quartermaster.web.waiting import delegations, views

app_name = "waiting"
urlpatterns = [
    path("waiting/", views.WaitingForMe.as_view(), name="mine"),
    path("waiting/count/", views.count, name="count"),
    path("delegations/", delegations.Delegations.as_view(), name="delegations"),
    path("delegations/new/", delegations.Delegate.as_view(), name="delegate"),
    path("delegations/<uuid:key>/end/", delegations.EndDelegation.as_view(), name="delegation-end"),
]
menu = [
    MenuItem(
        "Waiting for me",
        "waiting:mine",
        SIGNED_IN,
        "",
        order=5,
        icon="notifications",
        count="waiting:count",
    ),
    MenuItem("Who stands in", "waiting:delegations", DELEGATION_MAKE, "People", 70, icon="groups"),
]
