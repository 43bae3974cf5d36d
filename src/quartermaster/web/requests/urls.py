"""Addresses of requests and of second devices."""

from django.urls import path

from quartermaster.lifecycle.request_permits import REQUEST_VIEW, SECOND_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.requests import acts, asking, second, views

app_name = "requests"
_ONE = "requests/<uuid:key>"
_ITEM = "requests/items/<uuid:key>"

urlpatterns = [
    path("requests/", views.Requests.as_view(), name="requests"),
    path("requests/ask/", asking.Ask.as_view(), name="ask"),
    path(f"{_ONE}/", views.RequestPage.as_view(), name="request"),
    path(f"{_ONE}/recommend/", acts.Recommend.as_view(), name="recommend"),
    path(f"{_ONE}/decline/", acts.Decline.as_view(), name="decline"),
    path(f"{_ONE}/authorise/", acts.Authorise.as_view(), name="authorise"),
    path(f"{_ONE}/refuse/", acts.Refuse.as_view(), name="refuse"),
    path(f"{_ONE}/withdraw/", acts.Withdraw.as_view(), name="withdraw"),
    path(f"{_ITEM}/reserve/", acts.Reserve.as_view(), name="reserve"),
    path(f"{_ITEM}/release/", acts.Release.as_view(), name="release"),
    path("second-devices/", second.SecondDevices.as_view(), name="second-devices"),
    path("second-devices/authorise/", second.AuthoriseSecond.as_view(), name="second-authorise"),
    path("second-devices/<uuid:key>/end/", second.EndSecond.as_view(), name="second-end"),
]
menu = [
    MenuItem(
        "Requests",
        "requests:requests",
        REQUEST_VIEW,
        "Issue and return",
        10,
        icon="shopping_basket",
    ),
    MenuItem(
        "Second devices",
        "requests:second-devices",
        SECOND_VIEW,
        "Issue and return",
        15,
        icon="add_circle",
    ),
]
