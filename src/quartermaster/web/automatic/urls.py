"""Addresses of rules that act by themselves, and of the access of devices."""

from django.urls import path

from quartermaster.compliance.permits import AUTOMATIC_VIEW
from quartermaster.web.automatic import acts, proposals, standing, views
from quartermaster.web.menu import MenuItem

app_name = "automatic"
_ROOT = "automatic-actions"
_ONE = f"{_ROOT}/<uuid:key>"

urlpatterns = [
    path(f"{_ROOT}/", views.Rules.as_view(), name="rules"),
    path(f"{_ROOT}/propose/", acts.ProposeRule.as_view(), name="propose"),
    path(f"{_ROOT}/acts/", views.Acts.as_view(), name="acts"),
    path(f"{_ROOT}/stop/", acts.StopEverything.as_view(), name="stop-everything"),
    path(f"{_ROOT}/stops/<uuid:key>/go-on/", standing.Resume.as_view(), name="resume"),
    path(f"{_ONE}/", views.RulePage.as_view(), name="rule"),
    path(f"{_ONE}/change/", acts.ChangeRule.as_view(), name="change"),
    path(f"{_ONE}/try/", acts.TryRule.as_view(), name="try"),
    path(f"{_ONE}/approve/", acts.ApproveRule.as_view(), name="approve"),
    path(f"{_ONE}/go-on/", acts.GoOn.as_view(), name="go-on"),
    path(f"{_ONE}/stop/", acts.StopRule.as_view(), name="stop"),
    path(f"{_ONE}/retire/", acts.RetireRule.as_view(), name="retire"),
    path(f"{_ONE}/ask/", proposals.AskForProposals.as_view(), name="ask"),
    path(f"{_ONE}/decline/", proposals.DeclineProposals.as_view(), name="decline"),
    path("devices/<uuid:key>/restrict-access/", standing.Restrict.as_view(), name="restrict"),
    path("restrictions/<uuid:key>/lift/", standing.Lift.as_view(), name="lift"),
]
menu = [MenuItem("Automatic actions", "automatic:rules", AUTOMATIC_VIEW, "Compliance", 40, "build")]
