"""The addresses of the API."""

from django.urls import URLPattern, URLResolver, path

from quartermaster.api.base import PREFIX, api

urlpatterns: list[URLPattern | URLResolver] = [path(PREFIX, api.urls)]
