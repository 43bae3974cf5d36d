"""Addresses of losses."""

from django.urls import path

from quartermaster.lifecycle.loss_permits import LOSS_REPORT, LOSS_VIEW
from quartermaster.web.losses import acts, ending, replacing, report, views
from quartermaster.web.menu import MenuItem

app_name = "losses"
_ONE = "losses/<uuid:key>"

urlpatterns = [
    path("losses/", views.Losses.as_view(), name="losses"),
    path("losses/report/", report.ChooseDevice.as_view(), name="report"),
    path("devices/<uuid:key>/report/", report.ReportDevice.as_view(), name="report-device"),
    path(f"{_ONE}/", views.LossPage.as_view(), name="loss"),
    path(f"{_ONE}/locate/", acts.Locate.as_view(), name="locate"),
    path(f"{_ONE}/erase/", acts.Erase.as_view(), name="erase"),
    path(f"{_ONE}/erase-later/", acts.EraseLater.as_view(), name="erase-later"),
    path(f"{_ONE}/police/", acts.Police.as_view(), name="police"),
    path(f"{_ONE}/side/", acts.Side.as_view(), name="side"),
    path(f"{_ONE}/decide/", acts.Decide.as_view(), name="decide"),
    path(f"{_ONE}/found/", ending.Found.as_view(), name="found"),
    path(f"{_ONE}/repair/", ending.Repair.as_view(), name="repair"),
    path(f"{_ONE}/repaired/", ending.Repaired.as_view(), name="repaired"),
    path(f"{_ONE}/give-up/", ending.GiveUp.as_view(), name="give-up"),
    path(f"{_ONE}/photograph/", ending.PhotographDamage.as_view(), name="photograph"),
    path(f"{_ONE}/close/", ending.Close.as_view(), name="close"),
    path(f"{_ONE}/replace/", replacing.Replace.as_view(), name="replace"),
    path(f"{_ONE}/order/", replacing.Order.as_view(), name="order"),
    path(f"{_ONE}/no-replacement/", replacing.NoReplacement.as_view(), name="no-replacement"),
]
menu = [
    MenuItem("Report a loss", "losses:report", LOSS_REPORT, "", order=18, icon="warning"),
    MenuItem(
        "Lost and damaged", "losses:losses", LOSS_VIEW, "Issue and return", order=40, icon="search"
    ),
]
