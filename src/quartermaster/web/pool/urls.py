"""Addresses of the hot-spot pool."""

from django.urls import path

from quartermaster.lifecycle.request_permits import POOL_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.pool import acts, calendar, views

app_name = "pool"
_LOAN = "pool/loans/<uuid:key>"

urlpatterns = [
    path("pool/", calendar.PoolCalendar.as_view(), name="calendar"),
    path("pool/reserve/", acts.Reserve.as_view(), name="reserve"),
    path("pool/add/", acts.Add.as_view(), name="add"),
    path("pool/<uuid:key>/remove/", acts.Remove.as_view(), name="remove"),
    path("pool/loans/", views.Loans.as_view(), name="loans"),
    path(f"{_LOAN}/", views.LoanPage.as_view(), name="loan"),
    path(f"{_LOAN}/lend/", acts.Lend.as_view(), name="lend"),
    path(f"{_LOAN}/extend/", acts.Extend.as_view(), name="extend"),
    path(f"{_LOAN}/swap/", acts.Swap.as_view(), name="swap"),
    path(f"{_LOAN}/return/", acts.Return.as_view(), name="return"),
    path(f"{_LOAN}/cancel/", acts.Cancel.as_view(), name="cancel"),
]
menu = [MenuItem("Hot-spot pool", "pool:calendar", POOL_VIEW, "Issue and return", 30, icon="wifi")]
