"""Addresses of usage in sum, its reviews, and the summaries sent."""

from django.urls import path

from quartermaster.usage.summary_permits import REVIEW_VIEW, SUMMARY_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.usage_summaries import reviews, views

app_name = "usage_summaries"
urlpatterns = [
    path("usage/summaries/", views.SummaryPage.as_view(), name="summary"),
    path("usage/summaries/lines/", views.Lines.as_view(), name="lines"),
    path("usage/summaries/lines/<uuid:key>/", views.LinePage.as_view(), name="line"),
    path("usage/summaries/outliers/", views.OutliersPage.as_view(), name="outliers"),
    path("usage/summaries/sent/", reviews.Posts.as_view(), name="posts"),
    path("usage/summaries/sent/<uuid:key>/summary.pdf", reviews.PostFile.as_view(), name="paper"),
    path("usage/summaries/sent/<uuid:key>/summary.xlsx", reviews.PostSheet.as_view(), name="sheet"),
    path("usage/reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("usage/reviews/<uuid:key>/", reviews.ReviewPage.as_view(), name="review"),
    path("usage/reviews/<uuid:key>/sign/", reviews.SignReview.as_view(), name="sign"),
]
menu = [
    MenuItem("Usage", "usage_summaries:summary", SUMMARY_VIEW, "Usage and bills", 60, "insights"),
    MenuItem(
        "Usage reviews", "usage_summaries:reviews", REVIEW_VIEW, "Usage and bills", 62, "verified"
    ),
]
