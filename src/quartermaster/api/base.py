"""The REST door: assembled from the routers of its modules, under ``/api/v1/``."""

from importlib import import_module
from pkgutil import iter_modules

from django.http import HttpRequest
from ninja import NinjaAPI, Router

import quartermaster.api as here
from quartermaster.api import problems
from quartermaster.api.naming import OwnNames
from quartermaster.kernel.errors import NotFound

PREFIX = "api/v1/"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence that says what to do."},
        "code": {"type": "string", "description": "Stable; for programs."},
        "instance": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def build() -> NinjaAPI:
    """The API with every router that a module beside this one has."""
    api = NinjaAPI(
        title="Quartermaster",
        version="1",
        description="People, equipment, requirements and evidence of a city's device policy.",
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,  # see `description`: made once, with the problems
    )
    problems.install(api)
    modules = {item.name for item in iter_modules(here.__path__)} - {"base", "naming", "urls"}
    for module in sorted(modules):
        router = getattr(import_module(f"{here.__name__}.{module}"), "router", None)
        if router is not None:
            api.add_router("", router, tags=[module])
    rest = Router()  # asked last
    rest.api_operation(METHODS, "{path:rest}", include_in_schema=False)(_nothing_here)
    api.add_router("", rest)
    return api


def _nothing_here(request: HttpRequest, rest: str) -> None:  # noqa: ARG001
    raise NotFound("There is nothing at this address.")


def openapi() -> dict[str, object]:
    """The OpenAPI 3.1 description, with the problems that every operation may answer."""
    schema: dict[str, object] = dict(OwnNames(api, PREFIX))
    components: dict[str, dict[str, object]] = schema["components"]  # type: ignore[assignment]
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    content = {
        problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
    default = {"description": "What went wrong", "content": content}
    paths: dict[str, dict[str, dict[str, dict[object, object]]]] = schema["paths"]  # type: ignore[assignment]
    for operations in paths.values():
        for operation in operations.values():
            operation["responses"]["default"] = default
    return schema


api = build()
