"""Problem details (RFC 9457): every answer that is not a success has a stable code."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from quartermaster.kernel.errors import HouseError

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_CODES = {
    400: "malformed",
    401: "unauthenticated",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
}


class TooLarge(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The body is larger than this door takes; it was not read."""

    code = "too-large"
    status = 413


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """An answer in the form of RFC 9457."""
    body = {
        "type": f"urn:quartermaster:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.path,
        **(more or {}),
    }
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="quartermaster"'
    return response


def install(api: NinjaAPI) -> None:
    """Answer every error of the API with problem details."""
    api.add_exception_handler(HouseError, _house)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(Exception, _fault)


def in_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose refusal of a method is in the form of the others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allowed = response["Allow"]
        sentence = f"Here is only {allowed}."
        refusal = problem(request, response.status_code, _CODES[405], sentence)
        refusal["Allow"] = allowed
        return refusal

    return answer


def _house(request: HttpRequest, raised: HouseError | type[HouseError]) -> HttpResponse:
    assert isinstance(raised, HouseError)
    facts = {"facts": dict(raised.facts)} if raised.facts else {}
    return problem(request, raised.status, raised.code, raised.message, facts)


def _unauthenticated(request: HttpRequest, raised: Any) -> HttpResponse:  # noqa: ARG001
    sentence = "Send a token that is in force: Authorization: Bearer qm_…"
    return problem(request, 401, _CODES[401], sentence)


def _invalid(request: HttpRequest, raised: Any) -> HttpResponse:
    faults = [
        {"at": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in raised.errors
    ]
    sentence = "; ".join(f"{fault['at']}: {fault['message']}" for fault in faults)
    return problem(request, 422, "invalid-input", f"{sentence}.", {"errors": faults})


def _http(request: HttpRequest, raised: Any) -> HttpResponse:
    code = _CODES.get(raised.status_code, "error")
    return problem(request, raised.status_code, code, f"{raised.message}.")


def _missing(request: HttpRequest, raised: Any) -> HttpResponse:  # noqa: ARG001
    return problem(request, 404, "not-found", "There is nothing at this address.")


def _too_big(request: HttpRequest, raised: Any) -> HttpResponse:  # noqa: ARG001
    return problem(request, 413, _CODES[413], "The body is too large; nothing was read.")


def _fault(request: HttpRequest, raised: Any) -> HttpResponse:
    log.error("api.fault", path=request.path, exc_info=raised)
    sentence = "Something went wrong on our side; nothing was changed. It was noted in the log."
    return problem(request, 500, "internal-error", sentence)
