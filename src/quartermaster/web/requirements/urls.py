"""Addresses of requirements."""

from django.urls import path

from quartermaster.policy.permits import EXCEPTION_VIEW, REQUIREMENTS_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.requirements import decisions, views

app_name = "requirements"
_ROOT = "policy/requirements"
_DEPARTMENT = f"{_ROOT}/departments/<uuid:key>"
_CHANGE = f"{_ROOT}/changes/<uuid:key>"
_EXCEPTION = f"{_ROOT}/exceptions/<uuid:key>"

urlpatterns = [
    path(f"{_ROOT}/", views.CityPage.as_view(), name="city"),
    path(f"{_ROOT}/city/<str:ownership>/", views.EditCity.as_view(), name="edit-city"),
    path(f"{_ROOT}/departments/", views.DepartmentList.as_view(), name="departments"),
    path(f"{_DEPARTMENT}/", views.DepartmentPage.as_view(), name="department"),
    path(f"{_DEPARTMENT}/overlay/<str:ownership>/", views.EditOverlay.as_view(), name="overlay"),
    path(f"{_DEPARTMENT}/adoption/", views.EditAdoption.as_view(), name="adoption"),
    path(f"{_ROOT}/changes/", decisions.ChangeList.as_view(), name="changes"),
    path(f"{_CHANGE}/", decisions.ChangePage.as_view(), name="change"),
    path(f"{_CHANGE}/confirm/", decisions.ConfirmChange.as_view(), name="change-confirm"),
    path(f"{_CHANGE}/decline/", decisions.DeclineChange.as_view(), name="change-decline"),
    path(f"{_CHANGE}/withdraw/", decisions.WithdrawChange.as_view(), name="change-withdraw"),
    path(f"{_ROOT}/exceptions/", decisions.ExceptionList.as_view(), name="exceptions"),
    path(
        f"{_ROOT}/exceptions/request/",
        decisions.RequestException.as_view(),
        name="request-exception",
    ),
    path(f"{_EXCEPTION}/", decisions.ExceptionPage.as_view(), name="exception"),
    path(f"{_EXCEPTION}/approve/", decisions.ApproveException.as_view(), name="exception-approve"),
    path(f"{_EXCEPTION}/decline/", decisions.DeclineException.as_view(), name="exception-decline"),
    path(
        f"{_EXCEPTION}/withdraw/", decisions.WithdrawException.as_view(), name="exception-withdraw"
    ),
    path(f"{_EXCEPTION}/end/", decisions.EndException.as_view(), name="exception-end"),
]

menu = [
    MenuItem("Requirements", "requirements:city", REQUIREMENTS_VIEW, "Policy", 30, "security"),
    MenuItem("Exceptions", "requirements:exceptions", EXCEPTION_VIEW, "Policy", 40, "lock_open"),
]
