"""Addresses for whatever watches the installation."""

from django.urls import path

from quartermaster.web.health import views

app_name = "health"
urlpatterns = [
    path("healthz", views.healthz, name="alive"),
    path("readyz", views.readyz, name="ready"),
    path("metrics", views.metrics, name="metrics"),
]
