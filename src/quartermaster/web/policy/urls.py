"""Addresses of the policy's pages."""

from django.urls import path

from quartermaster.policy.permits import ACKNOWLEDGE, ACKNOWLEDGEMENT_VIEW, POLICY_READ
from quartermaster.web.menu import MenuItem
from quartermaster.web.policy import acknowledgements, drafts, views

app_name = "policy"
urlpatterns = [
    path("policy/", views.InForcePage.as_view(), name="in-force"),
    path("policy/import/", drafts.ImportDraft.as_view(), name="import"),
    path("policy/acknowledge/", acknowledgements.AcknowledgePage.as_view(), name="acknowledge"),
    path("policy/missing/", acknowledgements.MissingPage.as_view(), name="missing"),
    path("policy/missing/<uuid:key>/paper/", acknowledgements.PaperPage.as_view(), name="paper"),
    path("policy/clauses/<uuid:key>/", views.ClausePage.as_view(), name="clause"),
    path("policy/versions/<uuid:key>/", views.VersionPage.as_view(), name="version"),
    path("policy/versions/<uuid:key>/source/", views.SourcePage.as_view(), name="source"),
    path("policy/versions/<uuid:key>/review/", drafts.ReviewPage.as_view(), name="review"),
    path("policy/versions/<uuid:key>/related/", drafts.RelatedPage.as_view(), name="related"),
    path("policy/versions/<uuid:key>/adopt/", drafts.AdoptPage.as_view(), name="adopt"),
    path("policy/versions/<uuid:key>/withdraw/", drafts.WithdrawPage.as_view(), name="withdraw"),
    path(
        "policy/versions/<uuid:key>/compare/<uuid:other>/",
        views.ComparePage.as_view(),
        name="compare",
    ),
]
menu = [
    MenuItem("Policy in force", "policy:in-force", POLICY_READ, "Policy", 10, "account_balance"),
    MenuItem("My acknowledgement", "policy:acknowledge", ACKNOWLEDGE, "Policy", 20, "verified"),
    MenuItem(
        "Who is missing", "policy:missing", ACKNOWLEDGEMENT_VIEW, "Policy", 25, "hourglass_empty"
    ),
]
