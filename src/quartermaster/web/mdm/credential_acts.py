"""What may be done with a credential: ask for it, bring it, retire it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate

from quartermaster.kernel.dates import written_day
from quartermaster.mdm import actions
from quartermaster.mdm import credentials as queries
from quartermaster.mdm.actions.credentials import LARGEST
from quartermaster.mdm.credentials import Shelf
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.permits import CREDENTIAL_MANAGE
from quartermaster.mdm.states import CredentialStanding
from quartermaster.web.mdm.credentials import OnShelf, address_of
from quartermaster.web.pages import ActPage, FormPage

LONGEST_PASSWORD = 200


def _devices(count: int) -> str:
    return "1 device" if count == 1 else f"{count} devices"


def _dependants(shelf: Shelf) -> int:
    """How many devices are woken under the identity that is in use."""
    if not shelf.kind.wakes or shelf.active is None:
        return 0
    return queries.listening(shelf.driver, shelf.active.identity).count()


class BringForm(forms.Form):
    """A file, the password that opens it, and the wish to change the identity."""

    file = forms.FileField(label="File", allow_empty_file=False)
    password = forms.CharField(
        label="Password of the file",
        required=False,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It opens the file now and is not kept.",
    )
    confirmed = forms.BooleanField(
        label="It has another identity than the one in use, and that is meant.", required=False
    )

    def __init__(self, *args: Any, shelf: Shelf, password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not password:
            del self.fields["password"]
        if shelf.active is None or not shelf.active.identity:
            del self.fields["confirmed"]
            return
        about = f"In use: {shelf.active.identity}. {shelf.kind.new_identity}"
        if affected := _dependants(shelf):
            about = f"{about} {_devices(affected)} would be affected."
        self.fields["confirmed"].help_text = f"{about} Leave it empty for a renewal."

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 256 KB; a credential is not.")
        return given


class MakeRequest(OnShelf, FormPage):
    """Make a key and the request that the service wants (G-10)."""

    title = "Make a request"
    template_name = "pages/act.html"
    submit = "Make the request"
    done = "The request waits below: download it."

    def context(self) -> dict[str, Any]:
        lines = [
            "A new private key is made. It stays here, sealed.",
            "The credential in use goes on working until the new one is uploaded.",
        ]
        if self.shelf.requested:
            lines.append("The request under way is dropped; what is made for it cannot be used.")
        about = f"A request for: {self.shelf.kind.title.lower()}."
        return {**super().context(), "explanation": about, "consequences": lines}

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.request_credential(
            driver=self.shelf.driver, kind=self.shelf.kind.name, actor=self.actor, at=self.at
        )


class Import(OnShelf, FormPage):
    """Bring a credential that was made elsewhere (G-10)."""

    title = "Bring a file"
    template_name = "pages/act.html"
    form_class = BringForm
    submit = "Bring it"
    done = "{} is in use from now on."
    missing = "Choose the file."

    def context(self) -> dict[str, Any]:
        about = f"{self.shelf.kind.title}: {self.shelf.kind.purpose}"
        lines = ["It is used from now on, and the one in use before is destroyed."]
        shown = lines if self.shelf.active else []
        return {**super().context(), "explanation": about, "consequences": shown}

    def form_arguments(self) -> dict[str, Any]:
        return {"shelf": self.shelf, "password": True}

    def act(self, form: Any) -> ServiceCredential:
        given = form.cleaned_data
        return actions.import_credential(
            driver=self.shelf.driver,
            kind=self.shelf.kind.name,
            content=given["file"].read(),
            password=given["password"],
            confirmed=given.get("confirmed", False),
            actor=self.actor,
            at=self.at,
        )


class OnCredential(ActPage[ServiceCredential]):
    """Base of the verbs on one credential. They lead back to its kind."""

    permit = CREDENTIAL_MANAGE
    thing = "credential"

    def rows(self) -> QuerySet[ServiceCredential]:
        live = [CredentialStanding.REQUESTED, CredentialStanding.ACTIVE]
        return queries.credentials_visible_to(self.actor).filter(standing__in=live)

    @property
    def shelf(self) -> Shelf:
        return queries.shelf(self.actor, self.object.driver, self.object.kind)

    crumbs = OnShelf.crumbs

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the page of the kind, always)
        return address_of(self.shelf)


class Complete(OnCredential):
    """Upload what the service gave for the request, and use it (G-10)."""

    title = "Upload what came back"
    form_class = BringForm
    submit = "Upload it"
    done = "{} is in use from now on."
    missing = "Choose the file."

    def rows(self) -> QuerySet[ServiceCredential]:
        return super().rows().filter(standing=CredentialStanding.REQUESTED)

    def explain(self) -> str:
        asked_on = localdate(self.object.created_at)
        return (
            f"What the service gave for the request of {written_day(asked_on)}:"
            f" {self.shelf.kind.title.lower()}."
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"shelf": self.shelf, "password": False}

    def act(self, form: Any) -> ServiceCredential:
        given = form.cleaned_data
        return actions.complete_credential(
            credential=self.object,
            content=given["file"].read(),
            confirmed=given.get("confirmed", False),
            actor=self.actor,
            at=self.at,
        )


class Retire(OnCredential):
    """Stop using a credential, or drop a request (G-10)."""

    title = "Retire the credential"
    sentence = "{}: it is not used any longer."
    submit = "Retire it"
    look = "secondary"
    done = "It was retired."

    def consequences(self) -> Sequence[str]:
        lines = ["Its secret is destroyed at once. This cannot be undone."]
        if self.object.active:
            lines.append(self.shelf.kind.lapse)
            if affected := _dependants(self.shelf):
                lines.append(f"{_devices(affected)} can no longer be woken.")
        else:
            lines.append("What the service makes for this request cannot be used any more.")
        return lines

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.retire_credential(credential=self.object, actor=self.actor, at=self.at)
