"""Addresses of carriers' files, of totals that differ, and of profiles."""

from django.urls import path

from quartermaster.usage.import_permits import IMPORT_VIEW, PROFILE_VIEW
from quartermaster.web.imports import differences, mapping, profiles, views
from quartermaster.web.menu import MenuItem

app_name = "imports"
_SECTION = "Usage and bills"

urlpatterns = [
    path("carrier-files/", views.Files.as_view(), name="files"),
    path("carrier-files/take-in/", views.TakeIn.as_view(), name="take-in"),
    path("carrier-files/in-force/", views.Parts.as_view(), name="parts"),
    path("carrier-files/refused-rows/", views.Refused.as_view(), name="refused"),
    path("carrier-files/<uuid:key>/", views.FilePage.as_view(), name="file"),
    path("carrier-files/<uuid:key>/again/", views.Again.as_view(), name="again"),
    path("differences/", differences.Differences.as_view(), name="differences"),
    path("differences/<uuid:key>/", differences.DifferencePage.as_view(), name="difference"),
    path("differences/<uuid:key>/assign/", differences.Assign.as_view(), name="assign"),
    path("differences/<uuid:key>/resolve/", differences.Resolve.as_view(), name="resolve"),
    path("carrier-profiles/", profiles.Profiles.as_view(), name="profiles"),
    path("carrier-profiles/map/", mapping.MapLayout.as_view(), name="map"),
    path("carrier-profiles/<uuid:key>/", profiles.ProfilePage.as_view(), name="profile"),
    path("carrier-profiles/<uuid:key>/adopt/", profiles.Adopt.as_view(), name="adopt"),
    path(
        "carrier-profiles/in-use/<slug:short>/", profiles.InUsePage.as_view(), name="profile-in-use"
    ),
]
menu = [
    MenuItem(
        "Carriers' files", "imports:files", IMPORT_VIEW, _SECTION, order=10, icon="file_present"
    ),
    MenuItem(
        "Totals that differ", "imports:differences", IMPORT_VIEW, _SECTION, order=15, icon="flag"
    ),
    MenuItem("Carriers' layouts", "imports:profiles", PROFILE_VIEW, _SECTION, order=80, icon="map"),
]
