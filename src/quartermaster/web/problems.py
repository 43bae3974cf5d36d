"""Problems as pages: what happened, in a sentence, and what to do."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from quartermaster.kernel.errors import HouseError
from quartermaster.web.guard import PUBLIC, declared

TITLES = {
    403: "You may not do this",
    405: "Nothing to open here",
    404: "There is no such page",
    409: "That is not possible now",
    422: "That cannot be taken as it is",
    429: "Too many tries",
    500: "Something went wrong here",
}


def render_problem(request: HttpRequest, *, status: int, code: str, sentence: str) -> HttpResponse:
    """A problem as a page, or for htmx as an alert alone."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    context = {"title": title, "sentence": sentence, "code": code, "status": status}
    part = "problem_part.html" if request.headers.get("HX-Request") else "problem.html"
    return HttpResponse(render_to_string(f"pages/{part}", context, request), status=status)


def problem_page(request: HttpRequest, problem: HouseError) -> HttpResponse:
    """The page of a house's error."""
    return render_problem(
        request, status=problem.status, code=problem.code, sentence=problem.message
    )


@declared(PUBLIC)
def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    sentence = "The browser sent something that cannot be read. Go back and try again."
    return render_problem(request, status=400, code="bad-request", sentence=sentence)


@declared(PUBLIC)
def refused(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    sentence = "Your roles do not allow this. Ask ITMD if you need it for your work."
    return render_problem(request, status=403, code="refused", sentence=sentence)


@declared(PUBLIC)
def forged(request: HttpRequest, **_more: object) -> HttpResponse:
    sentence = "This form is too old, or did not come from here. Open the page again and retry."
    return render_problem(request, status=403, code="csrf", sentence=sentence)


@declared(PUBLIC)
def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    sentence = "Nothing is kept at this address, or you may not see it. Check it, or search."
    return render_problem(request, status=404, code="not-found", sentence=sentence)


@declared(PUBLIC)
def failed(_request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours. It asks nothing of the database, which may be the fault."""
    context = {
        "title": TITLES[500],
        "code": "fault",
        "status": 500,
        "bare": True,
        "sentence": "Nothing was changed. Try again in a minute; if it stays so, tell ITMD.",
    }
    return HttpResponse(render_to_string("pages/problem_bare.html", context), status=500)
