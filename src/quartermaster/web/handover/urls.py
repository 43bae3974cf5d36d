"""Addresses of hand-outs."""

from django.urls import path

from quartermaster.lifecycle.permits import HANDOVER_VIEW
from quartermaster.web.handover import acts, signing, views
from quartermaster.web.menu import MenuItem

app_name = "handover"
_ONE, _ITEM = "hand-outs/<uuid:key>/", "hand-outs/things/<uuid:key>/"

urlpatterns = [
    path("hand-outs/", views.Handouts.as_view(), name="handouts"),
    path("hand-outs/new/", acts.MakeReady.as_view(), name="new"),
    path("hand-outs/to-be-enrolled/", views.Awaited.as_view(), name="awaited"),
    path(_ONE, views.Handout.as_view(), name="handout"),
    path(f"{_ONE}sign/", signing.Sign.as_view(), name="sign"),
    path(f"{_ONE}desk/", signing.SignAtDesk.as_view(), name="desk"),
    path(f"{_ONE}cancel/", acts.Cancel.as_view(), name="cancel"),
    path(f"{_ONE}receipt/", views.Receipt.as_view(), name="receipt"),
    path(f"{_ITEM}describe/", acts.Describe.as_view(), name="describe"),
    path(f"{_ITEM}photograph/", acts.PhotographItem.as_view(), name="photograph"),
    path(f"{_ITEM}exception/", acts.Waive.as_view(), name="waive"),
    path("devices/<uuid:key>/hand-out/", acts.HandOutDevice.as_view(), name="device"),
    path("devices/<uuid:key>/as-found/", acts.DeviceAsFound.as_view(), name="device-found"),
    path("accessories/<uuid:key>/hand-out/", acts.HandOutAccessory.as_view(), name="accessory"),
    path(
        "accessories/<uuid:key>/as-found/",
        acts.AccessoryAsFound.as_view(),
        name="accessory-found",
    ),
]
menu = [
    MenuItem(
        "Hand-outs",
        "handover:handouts",
        HANDOVER_VIEW,
        "Issue and return",
        order=20,
        icon="clean_hands",
    ),
]
