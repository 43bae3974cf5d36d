"""Addresses of devices that their holders say they do not have."""

from django.urls import path

from quartermaster.lifecycle.denial_permits import DENIAL_VIEW
from quartermaster.web.denials import views
from quartermaster.web.menu import MenuItem

app_name = "denials"

urlpatterns = [
    path("denials/", views.Denials.as_view(), name="denials"),
    path("denials/<uuid:key>/", views.DenialPage.as_view(), name="denial"),
    path("denials/<uuid:key>/explain/", views.Explain.as_view(), name="explain"),
]
menu = [
    MenuItem("Where is it?", "denials:denials", DENIAL_VIEW, "Equipment", order=70, icon="help"),
]
