"""Addresses of legal holds and of one's own notices."""

from django.urls import path

from quartermaster.records.permits import HOLD_VIEW, NOTICE_ACKNOWLEDGE
from quartermaster.web.holds import acts, mine, views
from quartermaster.web.menu import MenuItem

app_name = "holds"
_ONE = "legal-holds/<uuid:key>"

urlpatterns = [
    path("legal-holds/", views.Holds.as_view(), name="holds"),
    path("legal-holds/open/", acts.Open.as_view(), name="open"),
    path(f"{_ONE}/", views.HoldPage.as_view(), name="hold"),
    path(f"{_ONE}/amend/", acts.Amend.as_view(), name="amend"),
    path(f"{_ONE}/add/", acts.Add.as_view(), name="add"),
    path(f"{_ONE}/release/", acts.Release.as_view(), name="release"),
    path("legal-holds/people/<uuid:key>/let-go/", acts.LetGo.as_view(), name="let-go"),
    path("my-notices/", mine.MyNotices.as_view(), name="mine"),
    path("my-notices/<uuid:key>/", mine.Notice.as_view(), name="notice"),
]
menu = [
    MenuItem("What I must keep", "holds:mine", NOTICE_ACKNOWLEDGE, "", order=17, icon="lock"),
    MenuItem("Legal holds", "holds:holds", HOLD_VIEW, "Records", order=10, icon="lock"),
]
