"""Addresses of returns and of sanitisation."""

from django.urls import path

from quartermaster.lifecycle.return_permits import RETURN_VIEW, SANITISATION_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.returns import acts, sanitising, views

app_name = "returns"
_ONE = "returns/<uuid:key>"
_RECORD = "sanitisations/<uuid:key>"

urlpatterns = [
    path("returns/", views.Returns.as_view(), name="returns"),
    path("devices/<uuid:key>/return/", acts.OpenReturn.as_view(), name="open"),
    path(f"{_ONE}/", views.ReturnPage.as_view(), name="return"),
    path(f"{_ONE}/state/", acts.StateNothingLeft.as_view(), name="state"),
    path(f"{_ONE}/receive/", acts.Receive.as_view(), name="receive"),
    path(f"{_ONE}/photograph/", acts.PhotographReturn.as_view(), name="photograph"),
    path(f"{_ONE}/cancel/", acts.CancelReturn.as_view(), name="cancel"),
    path(f"{_ONE}/receipt/", views.Receipt.as_view(), name="receipt"),
    path("returns/things/<uuid:key>/", acts.AnswerItem.as_view(), name="answer"),
    path("sanitisations/", sanitising.Sanitisations.as_view(), name="sanitisations"),
    path("sanitisations/waiting/", sanitising.Quarantine.as_view(), name="quarantine"),
    path("devices/<uuid:key>/sanitise/", sanitising.Sanitise.as_view(), name="sanitise"),
    path(f"{_RECORD}/", sanitising.SanitisationPage.as_view(), name="sanitisation"),
    path(f"{_RECORD}/verify/", sanitising.Verify.as_view(), name="verify"),
    path(f"{_RECORD}/certificate/", sanitising.Certificate.as_view(), name="certificate"),
    path(
        f"{_RECORD}/evidence/<uuid:evidence>/", sanitising.EvidencePage.as_view(), name="evidence"
    ),
]
menu = [
    MenuItem("Returns", "returns:returns", RETURN_VIEW, "Issue and return", order=50, icon="undo"),
    MenuItem(
        "Sanitisation",
        "returns:quarantine",
        SANITISATION_VIEW,
        "Issue and return",
        order=55,
        icon="sanitizer",
    ),
]
