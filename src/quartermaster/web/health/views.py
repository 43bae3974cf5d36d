"""Alive, ready, and measured. None of it says anything about a person or a device."""

from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST

from quartermaster.reports.health import ready
from quartermaster.reports.metrics import exposition
from quartermaster.web.guard import PUBLIC, declared

PLAIN = "text/plain; charset=utf-8"


@declared(PUBLIC)
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers. The database is not asked."""
    return HttpResponse("ok\n", content_type=PLAIN)


@declared(PUBLIC)
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers, with the schema that this code needs; 503 otherwise."""
    if ready():
        return HttpResponse("ready\n", content_type=PLAIN)
    return HttpResponse("not ready\n", content_type=PLAIN, status=503)


@declared(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for who has the token; without a token set, from this machine alone."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False  # a proxy on this machine speaks for somebody elsewhere
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
