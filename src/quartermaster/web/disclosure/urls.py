"""Addresses of open-records requests: the staff's, and the public's below ``open-records/``."""

from django.urls import path

from quartermaster.disclosure.permits import REQUEST_VIEW
from quartermaster.web.disclosure import (
    acts,
    answers,
    finding,
    mine,
    packages,
    public,
    review,
    subjects,
    views,
)
from quartermaster.web.menu import MenuItem

app_name = "disclosure"

_ONE = "records-requests/<uuid:key>/"
_ITEM = "records-requests/files/<uuid:key>/"
_PACKAGE = "records-requests/releases/<uuid:key>/"
urlpatterns = [
    path("records-requests/", views.Requests.as_view(), name="requests"),
    path("records-requests/take-in/", acts.TakeIn.as_view(), name="take-in"),
    path("records-requests/grounds/", packages.Grounds.as_view(), name="grounds"),
    path("records-requests/grounds/add/", packages.AddGround.as_view(), name="ground-add"),
    path("records-requests/appeals/", answers.Appeals.as_view(), name="appeals"),
    path("records-requests/appeals/<uuid:key>/", answers.DecideAppeal.as_view(), name="appeal"),
    path("records-requests/letters/<uuid:key>/", answers.LetterFile.as_view(), name="letter"),
    path("records-requests/fees/<uuid:key>/paid/", answers.Paid.as_view(), name="fee-paid"),
    path("records-requests/fees/<uuid:key>/waive/", answers.Waive.as_view(), name="fee-waive"),
    path(
        "records-requests/notices/<uuid:key>/suit/", answers.NoteSuit.as_view(), name="notice-suit"
    ),
    path(
        "records-requests/notices/<uuid:key>/settle/",
        answers.SettleNotice.as_view(),
        name="notice-settle",
    ),
    path(_ONE, views.RequestPage.as_view(), name="request"),
    path(f"{_ONE}acknowledge/", acts.Acknowledge.as_view(), name="acknowledge"),
    path(f"{_ONE}assign/", acts.Assign.as_view(), name="assign"),
    path(f"{_ONE}find/", finding.Find.as_view(), name="find"),
    path(f"{_ONE}ask/", finding.Ask.as_view(), name="ask"),
    path(f"{_ONE}close-search/", acts.CloseSearch.as_view(), name="close-search"),
    path(f"{_ONE}search-again/", acts.SearchAgain.as_view(), name="search-again"),
    path(f"{_ONE}package/", acts.MakePackage.as_view(), name="package"),
    path(f"{_ONE}answer/", acts.Answer.as_view(), name="answer"),
    path(f"{_ONE}withdraw/", acts.Withdraw.as_view(), name="withdraw"),
    path(f"{_ONE}reopen/", acts.Reopen.as_view(), name="reopen"),
    path(f"{_ONE}fee/", answers.AskFee.as_view(), name="fee"),
    path(f"{_ONE}appeal/", answers.TakeInAppeal.as_view(), name="appeal-take-in"),
    path(f"{_ONE}code/", acts.NewCode.as_view(), name="code"),
    path("records-requests/asked/<uuid:key>/pass/", finding.PassOver.as_view(), name="pass-over"),
    path(_ITEM, review.Review.as_view(), name="review"),
    path(f"{_ITEM}pages/<int:page>/", review.Picture.as_view(), name="picture"),
    path(f"{_ITEM}copy/", review.CopyFile.as_view(), name="copy"),
    path(f"{_ITEM}tell/", answers.ServeNotice.as_view(), name="notice-serve"),
    path(f"{_ITEM}drop/", review.Drop.as_view(), name="drop"),
    path(_PACKAGE, packages.PackagePage.as_view(), name="package-page"),
    path(f"{_PACKAGE}give-out/", packages.Release.as_view(), name="release"),
    path(f"{_PACKAGE}publish/", packages.Publish.as_view(), name="publish"),
    path(f"{_PACKAGE}unpublish/", packages.Unpublish.as_view(), name="unpublish"),
    path(
        "records-requests/releases/files/<uuid:key>/",
        packages.PackageFilePage.as_view(),
        name="package-file",
    ),
    path("my-searches/", mine.MySearches.as_view(), name="mine"),
    path("my-searches/<uuid:key>/", mine.MySearch.as_view(), name="my-search"),
    path("my-record-notices/<uuid:key>/", subjects.MyNotice.as_view(), name="my-notice"),
    path(
        "my-record-notices/<uuid:key>/copy/",
        subjects.MyNoticeCopy.as_view(),
        name="my-notice-copy",
    ),
    path("open-records/", public.Room.as_view(), name="public"),
    path("open-records/ask/", public.File.as_view(), name="public-file"),
    path("open-records/status/", public.Status.as_view(), name="public-status"),
    path("open-records/status/<uuid:key>/", public.Fetch.as_view(), name="public-fetch"),
    path("open-records/letters/<uuid:key>/", public.FetchLetter.as_view(), name="public-letter"),
    path("open-records/reading-room/<uuid:key>/", public.Read.as_view(), name="public-read"),
]
menu = [
    MenuItem(
        "Records requests",
        "disclosure:requests",
        REQUEST_VIEW,
        "Records",
        order=8,
        icon="public",
    ),
]
