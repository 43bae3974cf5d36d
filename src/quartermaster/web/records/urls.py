"""Addresses of records. What the worker of the phone's page reaches begins with ``records/``."""

from django.urls import path

from quartermaster.records.permits import ANNOUNCEMENT_VIEW, INBOX_DECIDE, RECORD_SAVE, RECORD_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.records import (
    export_thread,
    exports,
    inbox,
    kept_searches,
    lying,
    quarantine,
    queue,
    saving,
    searching,
    talk,
    views,
)

app_name = "records"

urlpatterns = [
    path("records/", views.Records.as_view(), name="records"),
    path("records/search/", searching.SearchPage.as_view(), name="search"),
    path("records/search/keep/", kept_searches.KeepSearch.as_view(), name="search-keep"),
    path("records/searches/", kept_searches.KeptSearches.as_view(), name="searches"),
    path("records/searches/<uuid:key>/", kept_searches.KeptSearch.as_view(), name="search-kept"),
    path(
        "records/searches/<uuid:key>/open/", kept_searches.OpenSearch.as_view(), name="search-open"
    ),
    path(
        "records/searches/<uuid:key>/change/",
        kept_searches.ChangeSearch.as_view(),
        name="search-change",
    ),
    path(
        "records/searches/<uuid:key>/forget/",
        kept_searches.ForgetSearch.as_view(),
        name="search-forget",
    ),
    path("records/save/", saving.Save.as_view(), name="save"),
    path("records/share/", queue.Share.as_view(), name="share"),
    path("records/queue/", queue.Queue.as_view(), name="queue"),
    path("records/queue/items/", queue.Items.as_view(), name="queue-items"),
    path("records/worker.js", queue.worker, name="worker"),
    path("records/announce/", lying.Announce.as_view(), name="announce"),
    path("records/announced/", lying.Lying.as_view(), name="lying"),
    path("records/announced/<uuid:key>/", lying.Announced.as_view(), name="announced"),
    path("records/announced/<uuid:key>/end/", lying.End.as_view(), name="end"),
    path("records/inbox/", inbox.Mails.as_view(), name="mails"),
    path("records/inbox/<uuid:key>/", inbox.Mail.as_view(), name="mail"),
    path("records/inbox/<uuid:key>/content/", inbox.MailContent.as_view(), name="mail-content"),
    path("records/inbox/<uuid:key>/release/", inbox.Release.as_view(), name="mail-release"),
    path("records/inbox/<uuid:key>/discard/", inbox.Discard.as_view(), name="mail-discard"),
    path("records/refused/", quarantine.RefusedFiles.as_view(), name="refused-files"),
    path("records/refused/<uuid:key>/", quarantine.Refused.as_view(), name="refused"),
    path(
        "records/refused/<uuid:key>/content/",
        quarantine.RefusedContent.as_view(),
        name="refused-content",
    ),
    path(
        "records/refused/<uuid:key>/release/",
        quarantine.ReleaseRefused.as_view(),
        name="refused-release",
    ),
    path(
        "records/refused/<uuid:key>/discard/",
        quarantine.DiscardRefused.as_view(),
        name="refused-discard",
    ),
    path("records/exports/", exports.Exports.as_view(), name="exports"),
    path("records/exports/<uuid:key>/", exports.Export.as_view(), name="export"),
    path("records/exports/<uuid:key>/save/", exports.SaveExport.as_view(), name="export-save"),
    path(
        "records/exports/<uuid:key>/cancel/", exports.CancelExport.as_view(), name="export-cancel"
    ),
    path(
        "records/exports/<uuid:key>/files/<str:digest>/",
        exports.ExportFile.as_view(),
        name="export-file",
    ),
    path(
        "records/exports/conversations/<uuid:key>/",
        export_thread.ExportThread.as_view(),
        name="export-thread",
    ),
    path("devices/<uuid:key>/announce-record/", lying.AnnounceFor.as_view(), name="announce-for"),
    path("records/items/<uuid:key>/", views.Item.as_view(), name="item"),
    path("records/<uuid:key>/", views.RecordPage.as_view(), name="record"),
    path("records/<uuid:key>/conversation/", talk.Talk.as_view(), name="conversation"),
    path("records/<uuid:key>/gone/", views.Gone.as_view(), name="gone"),
]
menu = [
    MenuItem("Save a record", "records:save", RECORD_SAVE, "", order=16, icon="save_alt"),
    MenuItem(
        "Choose from an export", "records:exports", RECORD_SAVE, "Records", order=6, icon="forum"
    ),
    MenuItem("Search records", "records:search", RECORD_VIEW, "Records", order=4, icon="search"),
    MenuItem("Mail to be sorted", "records:mails", INBOX_DECIDE, "Records", order=8, icon="mail"),
    MenuItem(
        "Files not taken",
        "records:refused-files",
        INBOX_DECIDE,
        "Records",
        order=8,
        icon="report",
    ),
    MenuItem("Records", "records:records", RECORD_VIEW, "Records", order=5, icon="folder"),
    MenuItem(
        "Still on devices", "records:lying", ANNOUNCEMENT_VIEW, "Records", order=7, icon="history"
    ),
]
