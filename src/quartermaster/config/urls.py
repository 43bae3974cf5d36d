"""The people's door: every address."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("quartermaster.api.urls")),
    path("", include("quartermaster.web.urls")),
]

handler400 = "quartermaster.web.problems.bad_request"
handler403 = "quartermaster.web.problems.refused"
handler404 = "quartermaster.web.problems.not_found"
handler500 = "quartermaster.web.problems.failed"
