"""Every address of the people's door, gathered from the rooms' folders."""

from django.urls import URLPattern, URLResolver, include, path

from quartermaster.web.rooms import url_modules

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((module.urlpatterns, module.app_name))) for module in url_modules()
]
