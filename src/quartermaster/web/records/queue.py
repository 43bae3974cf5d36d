"""What the page's script and its worker send, file by file, so that a cut connection costs nothing.

Every answer is JSON; whatever is sent twice under one key is there once.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from quartermaster.kernel.errors import HouseError
from quartermaster.records.actions import capture as actions
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules.capture import MOST_ITEMS
from quartermaster.web import assets
from quartermaster.web.guard import PUBLIC, declared
from quartermaster.web.pages import Page
from quartermaster.web.records.forms import SaveForm
from quartermaster.web.records.saving import OfAuthor, saved

SCRIPTS = ("records-queue.js", "records-worker.js")


def _problem(problem: HouseError) -> JsonResponse:
    said = {"message": problem.message, "code": problem.code}
    return JsonResponse(said, status=problem.status)


class ItemForm(forms.Form):
    """One file, and the key under which it is sent."""

    key = forms.UUIDField()
    file = forms.FileField(allow_empty_file=True)


class Items(Page):
    """Takes one file (G-5)."""

    permit = RECORD_SAVE
    http_method_names = ["get", "post"]

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("records:save"))

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = ItemForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return JsonResponse(
                {"message": "The file did not arrive whole.", "code": "invalid-input"}, status=422
            )
        file = form.cleaned_data["file"]
        try:
            item = actions.receive_item(
                content=file.file,
                name=file.name,
                declared=file.content_type or "",
                key=form.cleaned_data["key"],
                actor=self.actor,
                at=self.at,
            )
        except HouseError as problem:
            return _problem(problem)
        return JsonResponse({"key": str(item.key), "digest": item.digest}, status=201)


class Queue(OfAuthor, Page):
    """Says who is logged in, with the token to send by; makes a record of the files sent (G-5)."""

    permit = RECORD_SAVE
    http_method_names = ["get", "post"]

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        said = {"person": str(self.actor.person_id), "csrf": get_token(self.request)}
        return JsonResponse(said)

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = SaveForm(self.request.POST, devices=self.devices(), held=self.held())
        keys = self._keys()
        if not form.is_valid() or keys is None:
            fields = {name: list(errors) for name, errors in form.errors.items()}
            said = {"message": "Something is missing.", "code": "invalid-input", "fields": fields}
            return JsonResponse(said, status=422)
        try:
            record = saved(form, keys, self.actor, self.at)
        except HouseError as problem:
            fields = {}
            if field := problem.facts.get("field"):
                fields = {str(field): [problem.message]}
            said = {"message": problem.message, "code": problem.code, "fields": fields}
            return JsonResponse(said, status=problem.status)
        address = reverse("records:record", kwargs={"key": record.pk})
        return JsonResponse({"number": record.number, "address": address}, status=201)

    def _keys(self) -> list[UUID] | None:
        try:
            return [UUID(key) for key in self.request.POST.getlist("item")[: MOST_ITEMS + 1]]
        except ValueError:
            return None


class Share(Page):
    """Where other apps share to: the worker takes it before it comes here."""

    permit = RECORD_SAVE
    http_method_names = ["get", "post"]

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("records:save"))

    post = get


@declared(PUBLIC)
def worker(_request: Any) -> HttpResponse:
    """The script that keeps the queue going: static, and the same for everybody."""
    folder = assets.HERE / "house"
    text = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
