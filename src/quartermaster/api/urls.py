"""The addresses of the API."""

from django.urls import URLPattern, URLResolver, path

from quartermaster.api import problems
from quartermaster.api.base import PREFIX, api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = problems.in_form(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [path(PREFIX, (_patterns, _app, _namespace))]
