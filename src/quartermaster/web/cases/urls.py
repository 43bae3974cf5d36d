"""Addresses of cases, of one's own compliance and of the calendar."""

from django.urls import path

from quartermaster.compliance.permits import CALENDAR_VIEW, CASE_ANSWER, CASE_VIEW
from quartermaster.web.cases import acts, calendar, mine, views
from quartermaster.web.menu import MenuItem

app_name = "cases"
_ONE = "cases/<uuid:key>"

urlpatterns = [
    path("my-compliance/", mine.MyCompliance.as_view(), name="mine"),
    path("findings/<uuid:key>/answer/", mine.Answer.as_view(), name="answer"),
    path("cases/", views.Cases.as_view(), name="cases"),
    path(f"{_ONE}/", views.CasePage.as_view(), name="case"),
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
    MenuItem("Holidays", "cases:calendar", CALENDAR_VIEW, "Compliance", order=60, icon="event"),
]
