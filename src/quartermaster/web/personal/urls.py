"""Addresses of personal devices."""

from django.urls import path

from quartermaster.web.personal import views

app_name = "personal"
urlpatterns = [
    path("personal-devices/<uuid:key>/", views.Powers.as_view(), name="powers"),
    path("personal-devices/<uuid:key>/leave/", views.Leave.as_view(), name="leave"),
]
