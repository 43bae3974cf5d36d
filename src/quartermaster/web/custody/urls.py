"""The addresses of the chain of custody."""

from django.urls import path

from quartermaster.inventory.permits import CONFIRMATION_VIEW, COUNT_VIEW
from quartermaster.web.custody import confirming, counting, labels, lives, photographs
from quartermaster.web.menu import MenuItem

app_name = "custody"
_COUNT = "custody/counts/<uuid:key>/"

urlpatterns = [
    path("custody/devices/<uuid:key>/", lives.DeviceLife.as_view(), name="device"),
    path("custody/devices/<uuid:key>/paper/", lives.DevicePaper.as_view(), name="device-paper"),
    path("custody/lines/<uuid:key>/", lives.LineLife.as_view(), name="line"),
    path("custody/lines/<uuid:key>/paper/", lives.LinePaper.as_view(), name="line-paper"),
    path("custody/sims/<uuid:key>/", lives.SimLife.as_view(), name="sim"),
    path("custody/sims/<uuid:key>/paper/", lives.SimPaper.as_view(), name="sim-paper"),
    path("custody/accessories/<uuid:key>/", lives.AccessoryLife.as_view(), name="accessory"),
    path(
        "custody/accessories/<uuid:key>/paper/",
        lives.AccessoryPaper.as_view(),
        name="accessory-paper",
    ),
    path("custody/labels/", labels.Labels.as_view(), name="labels"),
    path("t/<path:tag>/", labels.TagPage.as_view(), name="tag"),
    path(
        "custody/devices/<uuid:key>/photographs/add/",
        photographs.AddPhotograph.as_view(),
        name="photograph-add",
    ),
    path(
        "custody/photographs/<uuid:key>/",
        photographs.ShowPhotograph.as_view(),
        name="photograph",
    ),
    path(
        "custody/photographs/<uuid:key>/small/",
        photographs.ShowThumbnail.as_view(),
        name="thumbnail",
    ),
    path("custody/counts/", counting.Counts.as_view(), name="counts"),
    path("custody/counts/new/", counting.NewCount.as_view(), name="count-new"),
    path(f"{_COUNT}", counting.CountPage.as_view(), name="count"),
    path(f"{_COUNT}scan/", counting.ScanPage.as_view(), name="count-scan"),
    path(f"{_COUNT}close/", counting.CloseCount.as_view(), name="count-close"),
    path(f"{_COUNT}cancel/", counting.CancelCount.as_view(), name="count-cancel"),
    path(f"{_COUNT}sign/", counting.SignCount.as_view(), name="count-sign"),
    path("custody/counts/lines/<uuid:key>/", counting.ResolveEntry.as_view(), name="count-resolve"),
    path("custody/confirmations/", confirming.Confirmations.as_view(), name="confirmations"),
    path("custody/confirmations/ask/", confirming.AskHolders.as_view(), name="confirm-ask"),
    path(
        "custody/confirmations/<uuid:key>/",
        confirming.AnswerConfirmation.as_view(),
        name="confirmation",
    ),
]

menu = [
    MenuItem(
        "Stock counts",
        "custody:counts",
        COUNT_VIEW,
        section="Equipment",
        order=60,
        icon="assessment",
    ),
    MenuItem(
        "Confirmations",
        "custody:confirmations",
        CONFIRMATION_VIEW,
        section="Equipment",
        order=65,
        icon="check_circle_outline",
    ),
]
