"""The addresses of the API."""

from django.urls import URLPattern, URLResolver, path

from quartermaster.api import description, problems
from quartermaster.api.base import PREFIX, api

_patterns, _app, _namespace = api.urls
_patterns.insert(0, path("openapi.json", description.describe, name="openapi-json"))
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = problems.in_form(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [path(PREFIX, (_patterns, _app, _namespace))]
