"""Import in two steps: a dry run that shows what would change, and applying exactly that."""

import base64
import binascii
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput
from quartermaster.kernel.imports import Plan, Verb
from quartermaster.web.pages.forms import FormPage, blame

LARGEST = 3 * 1024 * 1024
SHOWN = 200
OLDEST = 3600


class UploadForm(forms.Form):
    """One file, of bounded size."""

    file = forms.FileField(label="File", help_text="CSV in UTF-8 with a line of headings.")

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 3 MB. Split it.")
        return given


class ImportPage(FormPage):
    """An import. Declare ``permit``, ``title``, ``columns``; define ``plan`` and ``apply``.

    The file itself goes with the preview, signed, so that nothing is kept between the steps and
    nothing can be put in its place; the plan's digest makes sure that what is applied is what
    was shown.
    """

    template_name = "pages/import.html"
    form_class = UploadForm
    submit: ClassVar[str] = "Check the file"
    columns: ClassVar[tuple[tuple[str, str], ...]] = ()
    done = "{} rows were imported."

    def plan(self, content: bytes, name: str) -> Plan[Any]:
        """What the file would change: the room's query or dry run."""
        raise NotImplementedError

    def apply(self, content: bytes, name: str, *, shown: str, confirmed: frozenset[str]) -> Any:
        """Apply it: the room's action, with the digest shown and the cautions confirmed."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {**super().context(), "columns": self.columns}

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if "parcel" in self.request.POST:
            return self._apply()
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        given = form.cleaned_data["file"]
        return self._preview(given.read(), given.name, form)

    def _preview(
        self, content: bytes, name: str, form: forms.Form, problem: HouseError | None = None
    ) -> HttpResponse:
        try:
            plan = self.plan(content, name)
        except (InvalidInput, Conflict) as refusal:
            blame(form, refusal)
            return self.again(form, refusal.status)
        packed = base64.b85encode(content).decode()
        parcel = signing.dumps([name, packed], salt=self._salt(), compress=True)
        changed = [step for step in plan.steps if step.verb is not Verb.UNCHANGED]
        self.status = problem.status if problem else 200
        return self.show(
            plan=plan,
            counts={verb.value: count for verb, count in plan.counts.items()},
            steps=changed[:SHOWN],
            more=max(0, len(changed) - SHOWN),
            parcel=parcel,
            file_name=name,
            problem=problem,
        )

    def _apply(self) -> HttpResponse:
        try:
            parcel = self.request.POST["parcel"]
            name, packed = signing.loads(parcel, salt=self._salt(), max_age=OLDEST)
            content = base64.b85decode(packed)
        except (signing.BadSignature, ValueError, binascii.Error):
            form = UploadForm(data={}, files=None)
            form.is_valid()
            form.add_error(None, "The preview has expired. Choose the file again.")
            return self.again(form, 409)
        shown = self.request.POST.get("shown", "")
        confirmed = frozenset(self.request.POST.getlist("confirmed"))
        try:
            outcome = self.apply(content, name, shown=shown, confirmed=confirmed)
        except (InvalidInput, Conflict) as problem:
            return self._preview(content, name, UploadForm(), problem)
        messages.success(self.request, self.done.format(outcome))
        return HttpResponseRedirect(self.next_address(outcome))

    def _salt(self) -> str:
        return f"import:{type(self).__name__}:{self.actor.person_id}"
