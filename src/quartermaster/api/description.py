"""The OpenAPI document as it is served: made once, as it is the same for everybody."""

import hashlib
import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from quartermaster.api.base import openapi


@cache
def document() -> tuple[bytes, str]:
    """The document and its entity tag."""
    made = json.dumps(openapi(), default=str, ensure_ascii=False).encode()
    return made, quote_etag(hashlib.sha256(made).hexdigest())


def _tag(request: HttpRequest) -> str:  # noqa: ARG001 (Django passes it)
    return document()[1]


@require_safe
@condition(etag_func=_tag)
def describe(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    """The description of the API, for anybody; who has it is told that it did not change."""
    return HttpResponse(document()[0], content_type="application/json")
