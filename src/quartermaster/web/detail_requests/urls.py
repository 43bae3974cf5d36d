"""Addresses of requests for usage detail."""

from django.urls import path

from quartermaster.usage.detail_permits import DETAIL_REQUESTS_VIEW, DETAIL_TOLD
from quartermaster.web.detail_requests import acts, views
from quartermaster.web.menu import MenuItem

app_name = "detail_requests"
_ONE = "usage-detail/<uuid:key>/"

urlpatterns = [
    path("usage-detail/", views.DetailRequests.as_view(), name="requests"),
    path("usage-detail/new/", views.Ask.as_view(), name="new"),
    path(_ONE, views.DetailRequestPage.as_view(), name="request"),
    path(f"{_ONE}grant/", acts.Grant.as_view(), name="grant"),
    path(f"{_ONE}decline/", acts.Decline.as_view(), name="decline"),
    path(f"{_ONE}tell-later/", acts.Quiet.as_view(), name="quiet"),
    path(f"{_ONE}withdraw/", acts.Withdraw.as_view(), name="withdraw"),
    path(f"{_ONE}close/", acts.End.as_view(), name="end"),
    path(f"{_ONE}look/", acts.Look.as_view(), name="look"),
    path(f"{_ONE}take/", acts.Take.as_view(), name="take"),
    path("my-usage-detail/", views.Mine.as_view(), name="mine"),
]
menu = [
    MenuItem(
        "Requests for usage detail",
        "detail_requests:requests",
        DETAIL_REQUESTS_VIEW,
        "Usage and bills",
        60,
        "visibility",
    ),
    MenuItem("Who saw my usage", "detail_requests:mine", DETAIL_TOLD, "", 60, "visibility"),
]
