"""Addresses of recoveries."""

from django.urls import path

from quartermaster.lifecycle.recovery_permits import RECOVERY_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.recoveries import acts, owed, views

app_name = "recoveries"
_ONE = "recoveries/<uuid:key>"
_ITEM = "recoveries/things/<uuid:key>"
_CHARGE = "recoveries/charges/<uuid:key>"

urlpatterns = [
    path("recoveries/", views.Recoveries.as_view(), name="recoveries"),
    path(f"{_ONE}/", views.RecoveryPage.as_view(), name="recovery"),
    path(f"{_ONE}/charge/", acts.AddCharge.as_view(), name="charge"),
    path(f"{_ONE}/demand/", acts.Demand.as_view(), name="demand"),
    path(f"{_ONE}/hand-over/", acts.HandOver.as_view(), name="hand-over"),
    path(f"{_ONE}/close/", acts.Close.as_view(), name="close"),
    path("recoveries/letters/<uuid:key>/", views.Letter.as_view(), name="letter"),
    path(f"{_ITEM}/records/", owed.ConfirmRecords.as_view(), name="item-records"),
    path(f"{_ITEM}/value/", owed.SetValue.as_view(), name="item-value"),
    path(f"{_ITEM}/let-go/", owed.AskItem.as_view(), name="item-let-go"),
    path(f"{_ITEM}/let-go/agree/", owed.AgreeItem.as_view(), name="item-agree"),
    path(f"{_ITEM}/let-go/keep/", owed.KeepItem.as_view(), name="item-keep"),
    path(f"{_CHARGE}/paid/", owed.Paid.as_view(), name="charge-paid"),
    path(f"{_CHARGE}/let-go/", owed.AskCharge.as_view(), name="charge-let-go"),
    path(f"{_CHARGE}/let-go/agree/", owed.AgreeCharge.as_view(), name="charge-agree"),
    path(f"{_CHARGE}/let-go/keep/", owed.KeepCharge.as_view(), name="charge-keep"),
]
menu = [
    MenuItem("Leavers", "recoveries:recoveries", RECOVERY_VIEW, "People", order=40, icon="logout"),
]
