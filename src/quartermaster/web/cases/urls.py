"""Addresses of cases, of one's own compliance and of the calendar."""

from django.urls import path

from quartermaster.compliance.permits import (
    CALENDAR_VIEW,
    CASE_ANSWER,
    CASE_VIEW,
    EXTENSION_DECIDE,
    FAULT_VIEW,
)
from quartermaster.web.cases import acts, calendar, extensions, faults, mine, views
from quartermaster.web.menu import MenuItem

app_name = "cases"
_ONE = "cases/<uuid:key>"

urlpatterns = [
    path("my-compliance/", mine.MyCompliance.as_view(), name="mine"),
    path("findings/<uuid:key>/answer/", mine.Answer.as_view(), name="answer"),
    path("findings/<uuid:key>/more-time/", extensions.Ask.as_view(), name="extension-ask"),
    path("more-time/", extensions.Extensions.as_view(), name="extensions"),
    path("more-time/<uuid:key>/grant/", extensions.Grant.as_view(), name="extension-grant"),
    path("more-time/<uuid:key>/decline/", extensions.Decline.as_view(), name="extension-decline"),
    path("faults/", faults.Faults.as_view(), name="faults"),
    path("faults/name/", faults.NameFault.as_view(), name="fault-name"),
    path("faults/<uuid:key>/", faults.FaultPage.as_view(), name="fault"),
    path("faults/<uuid:key>/confirm/", faults.ConfirmFault.as_view(), name="fault-confirm"),
    path("faults/<uuid:key>/refuse/", faults.RefuseFault.as_view(), name="fault-refuse"),
    path("cases/", views.Cases.as_view(), name="cases"),
    path(f"{_ONE}/", views.CasePage.as_view(), name="case"),
    path(f"{_ONE}/papers/", acts.ExportCase.as_view(), name="papers"),
    path(f"{_ONE}/confirm/", acts.Confirm.as_view(), name="confirm"),
    path(f"{_ONE}/dismiss/", acts.Dismiss.as_view(), name="dismiss"),
    path(f"{_ONE}/withdraw/", acts.Withdraw.as_view(), name="withdraw"),
    path(f"{_ONE}/acknowledge/", acts.Acknowledge.as_view(), name="acknowledge"),
    path(f"{_ONE}/outcome/", acts.RecordOutcome.as_view(), name="outcome"),
    path(f"{_ONE}/appeal/", acts.Appeal.as_view(), name="appeal"),
    path(f"{_ONE}/review/", acts.Review.as_view(), name="review"),
    path("calendar/", calendar.Calendar.as_view(), name="calendar"),
    path("calendar/import/", calendar.ImportCalendar.as_view(), name="calendar-import"),
    path("calendar/<uuid:key>/remove/", calendar.RemoveHoliday.as_view(), name="calendar-remove"),
]
menu = [
    MenuItem("My compliance", "cases:mine", CASE_ANSWER, "", order=15, icon="check_circle"),
    MenuItem("Cases", "cases:cases", CASE_VIEW, "Compliance", order=25, icon="forum"),
    MenuItem(
        "More time", "cases:extensions", EXTENSION_DECIDE, "Compliance", order=27, icon="schedule"
    ),
    MenuItem("Faults of our own", "cases:faults", FAULT_VIEW, "Compliance", order=55, icon="undo"),
    MenuItem("Holidays", "cases:calendar", CALENDAR_VIEW, "Compliance", order=60, icon="event"),
]
