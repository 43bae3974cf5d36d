"""Addresses of retention and disposal."""

from django.urls import path

from quartermaster.records.permits import RETENTION_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.retention import batches, schedules, things

app_name = "retention"
_VERSION = "records/schedule/<uuid:key>"
_SERIES = "records/schedule/series/<uuid:key>"
_THING = "records/retention/<uuid:key>"
_BATCH = "records/disposal/<uuid:key>"

urlpatterns = [
    path("records/retention/", things.Things.as_view(), name="things"),
    path(f"{_THING}/", things.Thing.as_view(), name="thing"),
    path(f"{_THING}/series/", things.Classify.as_view(), name="classify"),
    path(f"{_THING}/event/", things.Event.as_view(), name="event"),
    path("records/schedule/", schedules.Current.as_view(), name="schedule"),
    path("records/schedule/draft/", schedules.Draft.as_view(), name="draft"),
    path(f"{_VERSION}/", schedules.SchedulePage.as_view(), name="version"),
    path(f"{_VERSION}/add/", schedules.AddSeries.as_view(), name="series-add"),
    path(f"{_VERSION}/shipped/", schedules.AddShipped.as_view(), name="shipped"),
    path(f"{_VERSION}/withdraw/", schedules.Withdraw.as_view(), name="withdraw"),
    path(f"{_VERSION}/in-force/", schedules.PutInForce.as_view(), name="in-force"),
    path(f"{_SERIES}/", schedules.ChangeSeries.as_view(), name="series"),
    path(f"{_SERIES}/drop/", schedules.DropSeries.as_view(), name="series-drop"),
    path("records/disposal/", batches.Batches.as_view(), name="batches"),
    path(f"{_BATCH}/", batches.BatchPage.as_view(), name="batch"),
    path(f"{_BATCH}/approve/", batches.Approve.as_view(), name="approve"),
    path(f"{_BATCH}/second/", batches.Second.as_view(), name="second"),
    path(f"{_BATCH}/stop/", batches.Stop.as_view(), name="stop"),
    path(f"{_BATCH}/receipt/", batches.Receipt.as_view(), name="receipt"),
    path(f"{_BATCH}/certificate/", batches.Certificate.as_view(), name="certificate"),
    path(f"{_BATCH}/statement/", batches.Statement.as_view(), name="statement"),
    path("records/disposal/entries/<uuid:key>/", batches.KeepOut.as_view(), name="keep-out"),
]
menu = [
    MenuItem(
        "Retention",
        "retention:things",
        RETENTION_VIEW,
        "Records",
        order=14,
        icon="schedule",
        also=("retention:schedule",),
    ),
    MenuItem(
        "What is due", "retention:batches", RETENTION_VIEW, "Records", order=15, icon="delete"
    ),
]
