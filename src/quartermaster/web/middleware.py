"""What happens around every page: headers, the instant, the actor, the guard, problems."""

from collections.abc import Callable
from http import HTTPStatus
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import NOBODY
from quartermaster.lifecycle.queries.delegations import with_absent
from quartermaster.org.models import User
from quartermaster.org.queries import actor_for_user
from quartermaster.reports.metrics import REQUESTS, SECONDS
from quartermaster.web import guard, session
from quartermaster.web.problems import problem_page, render_problem
from quartermaster.web.request import HouseRequest

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
FORMS_HERE = "form-action 'self'"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def leading_to(scheme: str) -> str:
    """The policy for a page whose form ends at an address that the device itself takes."""
    return CONTENT_SECURITY_POLICY.replace(FORMS_HERE, f"{FORMS_HERE} {scheme}:")


class Measure:
    """Counts what is answered, by the view's name: addresses themselves may name people."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        response = self.answer(request)
        match = request.resolver_match
        view = (match.view_name or "unnamed") if match is not None else "none"
        REQUESTS.labels(view=view, status=str(response.status_code)).inc()
        SECONDS.labels(view=view).observe(perf_counter() - begun)
        return response


class Headers:
    """Security headers on everything; pages about people are never kept by a cache."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["HX-Request"])
        return response


class Guard:
    """Reads the clock once, finds the actor once, and lets nobody past a page's permit.

    Default-deny: a view that declares no permit is refused. A problem that an act or a query
    raises becomes a page (or, for htmx, a part of one) with its sentence, status and code.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        house = cast("HouseRequest", request)
        house.at = now()
        house.actor = NOBODY
        response = self.answer(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            sentence = "This address is for a button on a page, not for opening. Go to that page."
            page = render_problem(request, status=405, code="method", sentence=sentence)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_address: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and guard.OWN_GUARD & set(match.app_names):
            return None
        house = cast("HouseRequest", request)
        user = request.user
        if isinstance(user, User):
            house.actor = actor_for_user(user, house.at)
            if session.is_over(request, house.actor, house.at):
                logout(request)
                house.actor = NOBODY
                user = request.user
            house.actor = with_absent(house.actor, house.at)
        permit = guard.permit_of(view)
        if permit is guard.PUBLIC:
            return None
        if not user.is_authenticated:
            return to_log_in(request)
        try:
            guard.check(house.actor, permit)
        except HouseError as problem:
            return problem_page(request, problem)
        return None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, HouseError):
            return problem_page(request, problem)
        return None


def to_log_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the log-in page, and back here afterwards."""
    here = request.get_full_path() if request.method == "GET" else "/"
    address = reverse("account:log-in")
    if here != "/":
        address += "?" + urlencode({"next": here})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def safe_next(request: HttpRequest) -> str:
    """Where to go after logging in: a page of ours, or the dashboard."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = {request.get_host()}
    secure = request.is_secure()
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=allowed, require_https=secure):
        return wanted
    return reverse("home:dashboard")
